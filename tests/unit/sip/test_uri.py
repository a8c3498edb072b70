"""URIs from peers and from users."""

import pytest

from earwitness.sip.events import Credentials
from earwitness.sip.uri import read_target, read_uri


@pytest.mark.parametrize(
    ("text", "user", "host", "port", "transport"),
    [
        ("sip:alice@example.com", "alice", "example.com", None, None),
        ("SIP:+1%23@[2001:db8::1]:5070;transport=TCP;lr", "+1%23", "2001:db8::1", 5070, "tcp"),
        ("sips:a@h", "a", "h", None, "tls"),
        ("sip:my_pbx;transport=ws", None, "my_pbx", None, None),
        ("sip:user;par=u%40example.net@example.com", "user;par=u%40example.net", "example.com", None, None),
        ("sip:192.0.2.7;vsf=AAA==;ftag=a", None, "192.0.2.7", None, None),
    ],
)
def test_uris_of_peers(
    text: str, user: str | None, host: str, port: int | None, transport: str | None
) -> None:
    uri = read_uri(text)
    assert (uri.user, uri.host, uri.port, uri.transport) == (user, host, port, transport)
    assert read_uri(str(uri)) == uri


def test_writing_a_uri() -> None:
    for text in ("sip:a:b@h:5;x=y;lr?s=t", "sips:[::1]", "sip:h"):
        assert str(read_uri(text)) == text
    assert "secret" not in repr(read_uri("sip:a:secret@h"))
    assert read_uri("sip:h;lr").loose


@pytest.mark.parametrize(
    "text", ["", "sip:", "tel:1", "sip:a b@h", "sip:a@h:0", "sip:a@h:65536", "sip:a@", "http://h"]
)
def test_what_is_no_sip_uri(text: str) -> None:
    with pytest.raises(ValueError):
        read_uri(text)


def test_a_target_gives_up_its_password() -> None:
    target = read_target("sip:al%40ice:s%3Acret@pbx.example:5070;transport=tcp")
    assert target.credentials == Credentials("al@ice", "s:cret")
    assert str(target.uri) == "sip:al%40ice@pbx.example:5070;transport=tcp"
    assert "cret" not in repr(target)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("sip:*98#1@pbx", "sip:*98%231@pbx"),
        ("sip:j\u00f6rg@pbx", "sip:j%C3%B6rg@pbx"),
        ("sip:pbx_1.local", "sip:pbx_1.local"),
        ("sip:a@[::1]", "sip:a@[::1]"),
    ],
)
def test_targets_are_written_for_the_wire(text: str, written: str) -> None:
    assert str(read_target(text).uri) == written


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sip:a@h\r\nX: y", "control characters"),
        ("sip:a b@h", "spaces"),
        ("sip:a@h\x7f", "control characters"),
        ("alice@h", "no SIP URI"),
        ("+15551234567", "no SIP URI"),
        ("tel:+15551234567", "trunk"),
        ("sip:a@h:99999", "no host"),
        ("sip:a@", "no host"),
        ("sip:a@-h-", "neither"),
        ("sip:a@h?Subject=x", "headers"),
        ("sip:a@h;transport=carrier-pigeon", "transport"),
        ("sip:a@h;transport", "transport"),
        ("sip:" + "a" * 2000 + "@h", "too long"),
    ],
)
def test_targets_are_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_target(text)
