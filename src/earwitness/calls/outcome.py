"""How the end of a SIP dialog is told to clients."""

from earwitness.conversation.events import CallStateName
from earwitness.sip.events import EndCause

_STATES: dict[int, CallStateName] = {
    408: "no_answer",
    480: "no_answer",
    487: "no_answer",
    486: "busy",
    600: "busy",
    403: "declined",
    603: "declined",
    607: "declined",
    608: "declined",
}
"""SIP statuses (RFC 3261 §21, RFC 8197, RFC 8688) that are more than a failure to a caller."""


def final_state(cause: EndCause, *, answered: bool, failure: str | None = None) -> CallStateName:
    """Return the state of a call that is over; `failure` is what made us end it, if anything did."""
    if answered:
        return "ended"
    if failure is not None:
        return "no_answer" if failure == "no_answer" else "failed"
    if cause.by == "local" and cause.status is None:
        return "ended"
    return _STATES.get(cause.status or 0, "failed")
