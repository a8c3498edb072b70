"""The message trace and what it hides."""

import logging

import pytest

from earwitness.sip.peer import Peer
from earwitness.sip.trace import masked, trace

MESSAGE = (
    b"BYE sip:a@b SIP/2.0\r\nProxy-Authorization: Digest username=x,\r\n response=secret1\r\n"
    b"authorization: Digest response=secret2\r\nWWW-Authenticate: Digest nonce=n\r\n\r\n"
    b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secret3\r\n"
)


def test_credentials_and_keys_are_masked() -> None:
    text = masked(MESSAGE)
    assert "secret" not in text
    assert "Proxy-Authorization: ***" in text
    assert "nonce=n" in text
    assert "inline:***" in text


def test_messages_are_logged_at_debug_only(caplog: pytest.LogCaptureFixture) -> None:
    peer = Peer("udp", "2001:db8::1", 5060)
    with caplog.at_level(logging.INFO, "earwitness.sip.trace"):
        trace("<", peer, MESSAGE)
    assert caplog.text == ""
    with caplog.at_level(logging.DEBUG, "earwitness.sip.trace"):
        trace("<", peer, MESSAGE)
    assert "< udp:[2001:db8::1]:5060" in caplog.text
