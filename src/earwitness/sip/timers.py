"""The timers of RFC 3261 (Table 4) and a queue of deadlines on a clock that the caller owns."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count


@dataclass(frozen=True, slots=True)
class TimerValues:
    """Base values, from which timers A to M follow."""

    t1_s: float = 0.5
    """Estimate of the round trip."""
    t2_s: float = 4.0
    """Longest wait between retransmissions of a non-INVITE request or an INVITE response."""
    t4_s: float = 5.0
    """How long a message may linger in the network."""
    completed_s: float = 32.0
    """Timer D: wait for retransmitted responses to an INVITE over an unreliable transport."""
    trying_s: float = 0.2
    """How long the user may think before the INVITE server transaction sends 100."""

    @property
    def timeout_s(self) -> float:
        """64 × T1: timers B, F, H, J, L and M."""
        return 64 * self.t1_s


class Timer:
    """A deadline that has been set; cancel it when it no longer matters."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[float], None]) -> None:
        self.callback: Callable[[float], None] | None = callback

    def cancel(self) -> None:
        """Forget the deadline; harmless when it has fired already."""
        self.callback = None


class Timers:
    """Deadlines in a heap; a cancelled one stays until it comes up."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = count()

    def start(self, at: float, callback: Callable[[float], None]) -> Timer:
        """Call `callback(now)` at the first `fire` with `now >= at`."""
        timer = Timer(callback)
        heapq.heappush(self._heap, (at, next(self._order), timer))
        return timer

    def next_deadline(self) -> float | None:
        """Return when `fire` must be called next, none when nothing is due ever."""
        while self._heap and self._heap[0][2].callback is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def fire(self, now: float) -> None:
        """Run every deadline that is due, earliest first."""
        while self._heap and self._heap[0][0] <= now:
            timer = heapq.heappop(self._heap)[2]
            callback, timer.callback = timer.callback, None
            if callback is not None:
                callback(now)
