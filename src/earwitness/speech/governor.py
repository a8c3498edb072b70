"""How often open speech is decoded for partials, by what the machine has left (sans-IO).

Finals and the decodings that end-pointing waits for are what the machine must do; partials get what remains.
With `n` segments open, each partial taking `c` seconds of a thread, and `a` threads left over, a partial each
`n · c / a` seconds is what there is room for. All three are measured as they change, so the interval
stretches as calls come or another program takes the processor, and shrinks again.
"""

import math
from dataclasses import dataclass

_MEMORY_S = 6.0
"""Time constant of the measurements."""
_SHARE = 0.7
"""Of the threads' time that decoding may take: beyond, waiting times grow without bound."""
_FIRST_GUESS_S = 0.1
"""What a partial takes before any was measured."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Seconds between partials of one segment."""

    least_s: float = 1.0
    most_s: float = 8.0


class Governor:
    """Measures decodings and says how far apart partials must be. `now` is monotonic seconds."""

    def __init__(self, threads: int, interval: Interval | None = None) -> None:
        self._threads = max(threads, 1)
        self._interval = interval or Interval()
        self._updated_at: float | None = None
        self._needed = 0.0
        """Thread seconds a second for finals and end-pointing, smoothed."""
        self._partials = 0.0
        """… for partials."""
        self._partial_s = _FIRST_GUESS_S

    @property
    def least_s(self) -> float:
        """The interval while there is room for all."""
        return self._interval.least_s

    def decoded(self, took_s: float, now: float, *, is_partial: bool) -> None:
        """A decoding ended that took so many seconds of a thread."""
        self._fade(now)
        if is_partial:
            self._partials += took_s / _MEMORY_S
            self._partial_s += 0.1 * (took_s - self._partial_s)
        else:
            self._needed += took_s / _MEMORY_S

    def interval_s(self, open_segments: int, now: float) -> float:
        """Return how many seconds after one partial of a segment the next is due."""
        self._fade(now)
        left = _SHARE * self._threads - self._needed
        if left <= 0.0:
            return self._interval.most_s
        room = open_segments * self._partial_s / left
        return min(max(room, self._interval.least_s), self._interval.most_s)

    def utilization(self, now: float) -> float:
        """Return the share of the threads' time that decoding took of late, 0 to about 1."""
        self._fade(now)
        return (self._needed + self._partials) / self._threads

    def _fade(self, now: float) -> None:
        if self._updated_at is not None and now > self._updated_at:
            kept = math.exp((self._updated_at - now) / _MEMORY_S)
            self._needed *= kept
            self._partials *= kept
        self._updated_at = now if self._updated_at is None else max(now, self._updated_at)
