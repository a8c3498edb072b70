"""How far a peer's clock has strayed from ours, told by its least delayed packets.

A network delays packets by changing amounts, but hardly ever by less than its floor. So the least delay in
every few seconds stays what it was, unless the two clocks differ: a sender whose clock is 200 ppm fast seems
to send 0.2 ms earlier each second, 1.4 s in two hours.
"""

from collections import deque
from math import inf
from statistics import median

_WINDOW_S = 10.0
"""The delay's floor is looked for in windows of this length, and taken from the middle one of three."""
_SETTLING_S = 1.0
"""The first window after a break is shorter: where media went on was a guess."""
_FEWEST = 10
"""A window has at least so many packets."""
_DEAD_S = 0.004
"""Smaller differences are the jitter of the floor itself."""


class Drift:
    """Compares the floor of the delay with that of the first window."""

    __slots__ = ("_count", "_ends_s", "_floor_s", "_low_s", "_lows_s", "owed_s")

    def __init__(self, now: float) -> None:
        self.owed_s = 0.0
        """How much later media time must become; negative where it is too late."""
        self._floor_s: float | None = None
        self._lows_s: deque[float] = deque(maxlen=3)
        self._low_s = inf
        self._count = 0
        self._ends_s = now + _WINDOW_S

    def observe(self, delay_s: float, now: float) -> None:
        """Take the delay of a packet that came at `now`: its arrival less its media time."""
        self._low_s = min(self._low_s, delay_s)
        self._count += 1
        if now < self._ends_s or self._count < _FEWEST:
            return
        if self._floor_s is None:
            self._floor_s = self._low_s
        self._lows_s.append(self._low_s)
        owed_s = median(self._lows_s) - self._floor_s
        self.owed_s = owed_s if abs(owed_s) > _DEAD_S else 0.0
        self._begin(now + _WINDOW_S)

    def shift(self, by_s: float) -> None:
        """Media time was made later by `by_s`."""
        self._low_s -= by_s
        for index, low_s in enumerate(self._lows_s):
            self._lows_s[index] = low_s - by_s
        self.owed_s -= by_s

    def restart(self, now: float) -> None:
        """Media time broke at `now`: what was observed since the last window says nothing any more."""
        self._lows_s.clear()
        self.owed_s = 0.0
        self._begin(now + (_WINDOW_S if self._floor_s is None else _SETTLING_S))

    def _begin(self, ends_s: float) -> None:
        self._low_s = inf
        self._count = 0
        self._ends_s = ends_s
