"""Session descriptions in message bodies."""

from email.parser import BytesParser

from earwitness.sip.message import Request, Response

SDP = "application/sdp"


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
    head = f"Content-Type: {message.headers['Content-Type']}\r\n\r\n".encode("utf-8", "replace")
    whole = BytesParser().parsebytes(head + message.body)
    for part in whole.walk():
        if part.get_content_type() == SDP:
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) and payload else None
    return None
