"""One timer for all media sessions of a process.

A timer, or a task, per call would wake the event loop fifty times a second for each of them; here it wakes
fifty times a second in all, on an absolute schedule.
"""

import asyncio
import logging
import time
import weakref
from typing import Protocol

logger = logging.getLogger(__name__)

TICK_S = 0.02


class Paced(Protocol):
    """What a pacer drives."""

    def on_tick(self, number: int, missed: int, now: float) -> None:
        """Do what is due every 20 ms.

        `number` counts the ticks of the pacer; `missed` of them, just before this one, did not happen because
        the loop was busy. `now` is in monotonic seconds.
        """

    def on_failure(self, error: Exception) -> None:
        """A tick raised; no other will come."""


class Pacer:
    """Ticks for as long as somebody is registered."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._paced: list[Paced] = []
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._number = 0

    def add(self, paced: Paced) -> None:
        """Begin to drive."""
        self._paced.append(paced)
        if self._timer is None:
            self._due = time.monotonic() + TICK_S
            self._timer = self._loop.call_later(TICK_S, self._tick)

    def remove(self, paced: Paced) -> None:
        """Drive no longer; the timer stops with the last one."""
        if paced in self._paced:
            self._paced.remove(paced)
        if not self._paced and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        now = time.monotonic()
        missed = max(0, int((now - self._due) / TICK_S))
        self._number += missed + 1
        self._due += (missed + 1) * TICK_S
        for paced in tuple(self._paced):
            try:
                paced.on_tick(self._number, missed, now)
            except Exception as error:
                # Whatever one call's listener raises must not end the media of all the others.
                logger.exception("media session failed and is stopped")
                self.remove(paced)
                self._loop.call_soon(paced.on_failure, error)
        if self._paced:
            self._timer = self._loop.call_later(max(0.0, self._due - time.monotonic()), self._tick)


_pacers: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Pacer]" = weakref.WeakKeyDictionary()


def running_pacer() -> Pacer:
    """The pacer of the running event loop."""
    loop = asyncio.get_running_loop()
    pacer = _pacers.get(loop)
    if pacer is None:
        pacer = _pacers[loop] = Pacer(loop)
    return pacer
