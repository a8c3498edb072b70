"""When an open segment is worth decoding for a partial."""

from collections.abc import Callable
from dataclasses import dataclass

from earwitness.speech.segmenter import Segmenter


@dataclass(frozen=True, slots=True)
class Pace:
    """How often partials are asked for; under load the decoding pool lets them come less often."""

    first_s: float = 0.6
    """After the start of speech."""
    interval_s: float = 1.0
    most_s: float = 8.0
    """However high the load."""
    tail_s: float = 3.0
    """Speech that follows a pause so far back is decoded from that pause on; what it says before is known."""


class PartialClock:
    """Says for one segment when the next partial is due, by media time."""

    def __init__(self, pace: Pace, start_s: float, interval_s: Callable[[], float]) -> None:
        """`interval_s` gives what there is room for when a partial is asked for."""
        self._interval_s = interval_s
        self._due_s = start_s + max(pace.first_s, interval_s() - pace.interval_s)

    def due(self, segmenter: Segmenter) -> bool:
        """Return whether a partial is due for the segmenter's open segment; a pause brings its own."""
        return segmenter.silence_s == 0 and segmenter.at_s >= self._due_s

    def asked(self, segmenter: Segmenter) -> None:
        """A partial was asked for, or the speech paused."""
        self._due_s = segmenter.at_s + self._interval_s()
