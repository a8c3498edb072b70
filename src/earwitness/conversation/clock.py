"""A client's clock beside the conversation's.

A client stamps its events by its own clock, and they arrive some time later. Neither can be believed alone:
clocks are off by seconds, and a network or a busy client holds events up. Over several events both show:

- No event arrives before it happened, and one in a few arrives at once. So the least delay of the recent
  events tells how far a clock is ahead, and a clock that is off by more than `MOST_SKEW_S`.
- Turns begin where speech begins. What lies between is found by moving all events together until their
  starts and stops fall on the edges of what was heard.
"""

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence

MOST_SKEW_S = 5.0
"""A client clock that is constantly further off than this is not believed, only its differences are."""
_LEAST_SKEW_S = 0.3
"""A smaller offset is within what events and voice activity differ by anyway."""
_EVENTS = 64
"""As many of the latest events are looked at …"""
_LEAST_EVENTS = 8
"""… and at least so many must be there."""
_WIDTH_S = 0.25
"""How far an event may be from an edge to count for an offset, with a weight that falls to 0 there."""
_LEAST_SCORE = 0.4
"""Share of the events that must meet an edge."""
_ADVANTAGE = 1.4
"""How much more often than without an offset they must."""


class ClientClock:
    """Learns how a client's time stamps relate to media time; all times are seconds on that."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=_EVENTS)
        self._stamps: deque[tuple[float, float | None, bool]] = deque(maxlen=_EVENTS)
        """What the latest events said and when they arrived, and whether it is a start."""
        self._offset_s = 0.0

    @property
    def offset_s(self) -> float:
        """How far the client is found to be off, once that is corrected for which arrival tells."""
        return self._offset_s

    def note(self, said_s: float | None, arrived_s: float, *, is_start: bool) -> None:
        """Take an event: what it says and when it arrived."""
        if said_s is not None:
            self._delays.append(arrived_s - said_s)
        self._stamps.append((arrived_s, said_s, is_start))

    def place(self, said_s: float | None, arrived_s: float) -> float:
        """Return when an event happened, as far as is known now."""
        return self._roughly(said_s, arrived_s) - self._offset_s

    def learn(self, starts_s: Sequence[float], ends_s: Sequence[float]) -> None:
        """Compare the events with where speech started and where it ended, both in order."""
        if len(self._stamps) >= _LEAST_EVENTS:
            self._offset_s = self._found(starts_s, ends_s)

    def _roughly(self, said_s: float | None, arrived_s: float) -> float:
        """Place an event by arrival and the delays of its neighbours."""
        if said_s is None:
            return arrived_s
        least_s = min(self._delays, default=0.0)
        if least_s < 0 or least_s > MOST_SKEW_S:
            return said_s + least_s
        return said_s

    def _found(self, starts_s: Sequence[float], ends_s: Sequence[float]) -> float:
        differences = [
            at_s - edge_s
            for arrived_s, said_s, is_start in self._stamps
            for at_s in [self._roughly(said_s, arrived_s)]
            for edge_s in _within(starts_s if is_start else ends_s, at_s, MOST_SKEW_S)
        ]
        differences.sort()
        if not differences:
            return self._offset_s
        best_s = max(differences, key=lambda offset_s: (_score(differences, offset_s), -abs(offset_s)))
        score, unmoved = _score(differences, best_s), _score(differences, 0.0)
        if score < _LEAST_SCORE * len(self._stamps) or score < _ADVANTAGE * unmoved:
            return 0.0 if unmoved >= _LEAST_SCORE * len(self._stamps) else self._offset_s
        near = _within(differences, best_s, _WIDTH_S)
        offset_s = sum(near) / len(near)
        return offset_s if abs(offset_s) >= _LEAST_SKEW_S else 0.0


def _within(values: Sequence[float], center: float, width: float) -> Sequence[float]:
    return values[
        bisect_left(values, center - width) : bisect_left(values, math.nextafter(center + width, math.inf))
    ]


def _score(differences: Sequence[float], offset_s: float) -> float:
    """Return how many of the sorted differences lie at an offset, near ones counting for more."""
    near = _within(differences, offset_s, _WIDTH_S)
    return sum(1 - abs(difference - offset_s) / _WIDTH_S for difference in near)
