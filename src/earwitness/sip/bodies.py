"""Session descriptions in message bodies."""

import re

from earwitness.sip.fields import read_parameters
from earwitness.sip.message import Request, Response

SDP = "application/sdp"

_PART_TYPE = re.compile(rb"^content-type[ \t]*:([^;\r\n]*)", re.IGNORECASE | re.MULTILINE)


def content_type(message: Request | Response) -> str | None:
    """Return `type/subtype` of the body in lower case, none when there is no body or no type."""
    value = message.headers.get("Content-Type")
    return value.partition(";")[0].strip().lower() if message.body and value is not None else None


def session_description(message: Request | Response) -> bytes | None:
    """Return the session description in the body, also out of a multipart body (RFC 5621), else none."""
    if not message.body:
        return None
    kind = content_type(message)
    if kind == SDP or (kind is None and message.body.startswith(b"v=0")):
        return message.body
    if kind is not None and kind.startswith("multipart/"):
        return _part(message)
    return None


def _part(message: Request | Response) -> bytes | None:
    """Return the first part that is a session description; parts within parts are not looked into."""
    _, _, parameters = message.headers["Content-Type"].partition(";")
    boundary = read_parameters(";" + parameters).get("boundary")
    if not boundary:
        return None
    for part in message.body.split(b"--" + boundary.encode("utf-8", "surrogateescape"))[1:]:
        head, separator, body = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        kind = _PART_TYPE.search(head)
        if separator and kind is not None and kind[1].strip().lower() == SDP.encode():
            return body.removesuffix(b"\r\n") + b"\r\n"
    return None
