"""Where speech was heard, and turns moved onto its edges.

People change turns in pauses. A start that a client reports 200 ms late, or early, belongs to the speech that
began in the nearest pause, and a stop to the speech that ended there.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from earwitness.conversation.turns import Turn

_REACH_S = 0.6
"""How far an edge of a turn is moved at most."""
_REACH_SHORT_S = 0.3
"""How far into a short pause: there are many of those inside one person's speech."""
_SHORT_S = 0.3


@dataclass(frozen=True, slots=True)
class _Pause:
    start_s: float
    end_s: float

    def distance_s(self, at_s: float) -> float:
        return max(self.start_s - at_s, at_s - self.end_s, 0.0)

    @property
    def reach_s(self) -> float:
        return _REACH_SHORT_S if self.end_s - self.start_s < _SHORT_S else _REACH_S


class Voice:
    """The stretches of speech that were heard, in order of time."""

    def __init__(self) -> None:
        self._stretches: list[tuple[float, float]] = []

    def heard(self, start_s: float, end_s: float, pauses: Iterable[tuple[float, float]] = ()) -> None:
        """Add speech with the pauses in it."""
        for pause_start_s, pause_end_s in pauses:
            if start_s < pause_start_s < pause_end_s < end_s:
                insort(self._stretches, (start_s, pause_start_s))
                start_s = pause_end_s
        if start_s < end_s:
            insort(self._stretches, (start_s, end_s))

    def forget(self, before_s: float) -> None:
        """Drop what ended before."""
        self._stretches = [stretch for stretch in self._stretches if stretch[1] >= before_s]

    @property
    def starts_s(self) -> list[float]:
        """Where speech started, in order."""
        return [start_s for start_s, _ in self._stretches]

    @property
    def ends_s(self) -> list[float]:
        """Where speech ended, in order."""
        return sorted(end_s for _, end_s in self._stretches)

    def fit(self, turns: Sequence[Turn]) -> list[Turn]:
        """Move the edges of turns into the pauses they are near to; others stay."""
        pauses = self._pauses()
        starts = [pause.start_s for pause in pauses]
        return [_fitted(turn, pauses, starts) for turn in turns]

    def _pauses(self) -> list[_Pause]:
        pauses = []
        end_s = None
        for start_s, next_end_s in self._stretches:
            if end_s is None:
                pauses.append(_Pause(start_s - 2 * _REACH_S, start_s))
            elif start_s > end_s:
                pauses.append(_Pause(end_s, start_s))
            end_s = next_end_s if end_s is None else max(end_s, next_end_s)
        if end_s is not None:
            pauses.append(_Pause(end_s, end_s + 2 * _REACH_S))
        return pauses


def _fitted(turn: Turn, pauses: Sequence[_Pause], starts: Sequence[float]) -> Turn:
    """Choose the two pauses whose distances are smallest in sum and that leave speech between them."""
    best = turn, 2 * _REACH_S
    for start_s, start_cost in _options(turn.start_s, pauses, starts, at_end=False):
        for end_s, end_cost in _options(turn.end_s, pauses, starts, at_end=True):
            if start_s < end_s and start_cost + end_cost < best[1]:
                best = replace(turn, start_s=start_s, end_s=end_s), start_cost + end_cost
    return best[0]


def _options(
    at_s: float, pauses: Sequence[_Pause], starts: Sequence[float], *, at_end: bool
) -> list[tuple[float, float]]:
    """Return where an edge may go, with how far that is; a turn that goes on has no end to move."""
    place = bisect_left(starts, at_s)
    near = [
        pause for pause in pauses[max(place - 3, 0) : place + 3] if pause.distance_s(at_s) <= pause.reach_s
    ]
    if not near:
        return [(at_s, 0.0)]
    return [(pause.start_s if at_end else pause.end_s, pause.distance_s(at_s)) for pause in near]
