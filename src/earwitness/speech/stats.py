"""What a recogniser measures of itself."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from earwitness.speech.pool import PoolStats
from earwitness.speech.stability import Flicker


@dataclass(frozen=True, slots=True)
class SpeechStats:
    """What the recogniser has done since it was made."""

    pool: PoolStats
    streams: int
    """Open now."""
    judged_s: float
    """Audio that went through voice activity detection."""
    dropped_s: float
    """Audio that streams dropped because too much waited."""
    partial_interval_s: float
    """How far apart the partials of a segment are now."""
    flicker: Flicker
    """What partials and finals took back of what had been shown."""


@runtime_checkable
class Measured(Protocol):
    """A recogniser that knows what it does and what it can do."""

    @property
    def stats(self) -> SpeechStats:
        """The counters now."""

    def capacity(self) -> int:
        """Return how many live streams there is room for; blocks for about half a second.

        Raises:
            RecognizerError: it cannot be measured.
        """
