"""Session descriptions in bodies."""

import pytest

from earwitness.sip.bodies import session_description
from earwitness.sip.message import Request, make_headers

SDP = b"v=0\r\ns=-\r\n"
MULTIPART = (
    b"preamble\r\n--b1\r\nContent-Type: application/isup\r\n\r\n\x00\r\n"
    b'--b1\r\nContent-Disposition: session\r\ncontent-type : application/SDP;charset="x"\r\n\r\n'
    + SDP
    + b"\r\n--b1--\r\n"
)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/sdp", SDP, SDP),
        ("Application/SDP ; charset=utf-8", SDP, SDP),
        (None, SDP, SDP),
        (None, b"hello", None),
        ("text/plain", SDP, None),
        ("application/sdp", b"", None),
        ('multipart/mixed;boundary="b1"', MULTIPART, SDP + b"\r\n"),
        ("multipart/mixed;boundary=other", MULTIPART, None),
        ("multipart/mixed", MULTIPART, None),
    ],
)
def test_descriptions_are_found(kind: str | None, body: bytes, expected: bytes | None) -> None:
    headers = make_headers([("Content-Type", kind)] if kind else [])
    assert session_description(Request("INVITE", "sip:a@b", headers, body)) == expected
