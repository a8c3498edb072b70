"""Session timers (RFC 4028): who must refresh a call, and how often."""

from dataclasses import dataclass

from earwitness.sip.fields import read_parameters, read_seconds, read_tokens
from earwitness.sip.message import Request, Response

MIN_SE_S = 90
"""The least interval that we accept (§5)."""
_HEADER = "Session-Expires"


@dataclass(frozen=True, slots=True)
class SessionInterval:
    """What both sides agreed on."""

    expires_s: int
    refresh: bool
    """Whether we are the refresher."""

    @property
    def due_s(self) -> float:
        """Seconds from one refresh to our next, or to our BYE when the peer's is missing (§10)."""
        if self.refresh:
            return self.expires_s / 2
        return self.expires_s - min(32, self.expires_s / 3)


def _read(message: Request | Response) -> tuple[int, str | None] | None:
    value = message.headers.get(_HEADER)
    seconds = read_seconds(value)
    if value is None or seconds is None:
        return None
    refresher = read_parameters(value[value.find(";") :] if ";" in value else "").get("refresher")
    return seconds, (refresher or "").lower() or None


def interval_of_response(response: Response) -> SessionInterval | None:
    """Return what a 2xx to our INVITE or UPDATE says; none when there is no session timer.

    A 2xx that names no refresher leaves it to us: refreshing keeps the call, waiting might end it.
    """
    found = _read(response)
    if found is None:
        return None
    seconds, refresher = found
    return SessionInterval(max(seconds, MIN_SE_S), refresh=refresher != "uas")


def is_too_small(request: Request) -> bool:
    """Tell whether a request asks for an interval that must be refused with 422 (§9)."""
    found = _read(request)
    return found is not None and found[0] < MIN_SE_S and _supports(request)


def interval_of_request(request: Request) -> SessionInterval | None:
    """Return what we answer to a peer's INVITE or UPDATE; none when it asks for no session timer."""
    found = _read(request)
    if found is None:
        return None
    seconds, refresher = found
    return SessionInterval(max(seconds, MIN_SE_S), refresh=refresher == "uas" or not _supports(request))


def answer_fields(request: Request, interval: SessionInterval | None) -> list[tuple[str, str]]:
    """Return the header fields of our 2xx that state the interval."""
    if interval is None:
        return []
    fields = [(_HEADER, f"{interval.expires_s};refresher={'uas' if interval.refresh else 'uac'}")]
    return [*fields, ("Require", "timer")] if _supports(request) else fields


def refresh_fields(interval: SessionInterval) -> list[tuple[str, str]]:
    """Return the header fields of our refresh request."""
    return [(_HEADER, f"{interval.expires_s};refresher={'uac' if interval.refresh else 'uas'}")]


def minimum(response: Response) -> int | None:
    """Return Min-SE of a 422 in seconds."""
    return read_seconds(response.headers.get("Min-SE"))


def _supports(request: Request) -> bool:
    return "timer" in read_tokens(request.headers.getlist("Supported"))
