"""Why a peer ended a call: the Reason header (RFC 3326), Retry-After and the status."""

import re

from earwitness.sip.events import EndCause
from earwitness.sip.fields import quoted, read_parameters, read_seconds, readable, split_list
from earwitness.sip.message import Request, Response

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")


def cause_of_request(request: Request) -> EndCause:
    """Return why the peer sent this BYE or CANCEL."""
    text, q850 = _read_reason(request)
    return EndCause("remote", None, text or "The other side hung up", q850)


def cause_of_response(response: Response) -> EndCause:
    """Return why the peer refused with this response."""
    text, q850 = _read_reason(response)
    retry_after = read_seconds(response.headers.get("Retry-After"))
    return EndCause(
        "remote",
        response.status,
        text or readable(response.reason),
        q850,
        None if retry_after is None else float(retry_after),
    )


def reason_fields(text: str | None) -> tuple[tuple[str, str], ...]:
    """Return the header that says why we hang up (cause 16: normal clearing); none without a text."""
    if not text:
        return ()
    phrase = _UNPRINTABLE.sub(" ", text).strip()[:100]
    return (("Reason", f"Q.850;cause=16;text={quoted(phrase)}"),)


def _read_reason(message: Request | Response) -> tuple[str, int | None]:
    """Return the text, a Q.850 one before others, and the Q.850 cause."""
    texts: list[str] = []
    q850: int | None = None
    for part in (part for value in message.headers.getlist("Reason") for part in split_list(value)):
        protocol, _, rest = part.partition(";")
        parameters = read_parameters(";" + rest)
        text = readable(parameters.get("text") or "")
        if protocol.strip().upper() == "Q.850":
            cause = read_seconds(parameters.get("cause"))
            q850 = cause if cause is not None and cause <= 127 else None
            texts.insert(0, text)
        else:
            texts.append(text)
    return next((text for text in texts if text), ""), q850
