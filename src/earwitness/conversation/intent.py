"""What the called party is or wants, as the start request asked to be told."""

from dataclasses import dataclass
from typing import Literal

IntentName = Literal["answering_machine", "do_not_call", "not_interested", "interested"]


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent that was found."""

    id: str
    name: IntentName
    score: float
    """0 to 1."""
    text: str
    """The words it was found in; empty where a sound told it."""
    sub_name: str | None = None
    """`answered_by_human` or `answered_by_machine`."""
    at_s: float = 0.0
    """When it was known, in media time."""
