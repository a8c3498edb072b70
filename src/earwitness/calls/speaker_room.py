"""How many speaker events a conversation has room for: each of them stays in its log for good."""

from earwitness.calls.seams import CallRefusedError

MOST_SPEAKER_EVENTS = 50_000
"""Of a conversation, pushed while it goes on or given afterwards; three a second for more than four hours."""


def check_room(taken: int, more: int = 1) -> None:
    """Make sure that more events may be taken: all of them, or none.

    Raises:
        CallRefusedError: 409, there would be too many.
    """
    if taken + more > MOST_SPEAKER_EVENTS:
        raise CallRefusedError(
            409,
            f"A conversation has at most {MOST_SPEAKER_EVENTS} speaker events, "
            f"and this one has {taken} by now. Send them only when somebody starts or stops speaking.",
        )
