"""When an open segment is worth decoding for a partial."""

from dataclasses import dataclass

from earwitness.speech.segmenter import Segmenter


@dataclass(frozen=True, slots=True)
class Pace:
    """How often partials are asked for; under load the decoding pool serves fewer."""

    first_s: float = 0.6
    """After the start of speech."""
    interval_s: float = 1.0
    growth: float = 0.1
    """The interval is at least this part of the speech so far, since decoding it takes longer and longer."""
    pause_s: float = 0.2
    """A pause so long brings a partial at once; if the speech is over, its text is already the final."""


class PartialClock:
    """Says for one segment when the next partial is due, by media time."""

    def __init__(self, pace: Pace, start_s: float) -> None:
        self._pace = pace
        self._start_s = start_s
        self._due_s = start_s + pace.first_s
        self._pause_heard = False

    def due(self, segmenter: Segmenter) -> bool:
        """Return whether a partial is due for the segmenter's open segment."""
        silence_s = segmenter.silence_s
        if silence_s < self._pace.pause_s:
            self._pause_heard = False
            return silence_s == 0 and segmenter.at_s >= self._due_s
        return not self._pause_heard

    def asked(self, segmenter: Segmenter) -> None:
        """A partial was asked for."""
        speech_s = segmenter.at_s - self._start_s
        self._due_s = segmenter.at_s + max(self._pace.interval_s, self._pace.growth * speech_s)
        self._pause_heard = segmenter.silence_s >= self._pace.pause_s
