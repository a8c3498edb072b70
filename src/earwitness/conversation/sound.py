"""What is heard on a leg that is not speech."""

from dataclasses import dataclass
from typing import Literal

SoundKind = Literal[
    "ringing",
    "busy",
    "congestion",
    "dial_tone",
    "special_information",
    "fax",
    "dtmf",
    "beep",
    "music",
    "noise",
    "silence",
]
"""`congestion` is the fast busy tone; `special_information` the three tones ahead of an announcement that a
call cannot be completed; `beep` a single tone, such as that after which a machine records."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound on a leg; times are seconds on the media clock."""

    leg: str
    kind: SoundKind
    start_s: float
    end_s: float | None = None
    """None while it goes on; it is told again, with the same start, when it has ended."""
    key: str | None = None
    """The key of a `dtmf`."""
