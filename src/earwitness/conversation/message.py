"""A sentence of the conversation: the unit every insight points to."""

from dataclasses import dataclass
from typing import Literal

from earwitness.conversation.member import Member
from earwitness.conversation.utterance import Word

Provenance = Literal["leg", "csrc", "event", "voice", "given", "unknown"]
"""How the speaker of a message is known; `given` means that a client said so with the text."""


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence, who said it and when."""

    id: str
    text: str
    start_s: float
    """Seconds since the media started."""
    end_s: float
    leg: str = "in"
    speaker: Member | None = None
    """The speaker as known when the message was made; a later rename is an event of its own."""
    provenance: Provenance = "unknown"
    words: tuple[Word, ...] = ()
    words_estimated: bool = True
    confidence: float | None = None
    utterance_id: str | None = None
    polarity: float | None = None
    """Its sentiment, −1 to 1, found when the message was made; None in logs of earlier versions."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose a message is, found out after it was made."""

    message_id: str
    speaker: Member | None
    provenance: Provenance
