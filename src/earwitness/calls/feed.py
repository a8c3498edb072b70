"""Handing a conversation's events to everyone who watches it live."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from earwitness.calls.seams import Partial, TooSlowError, Watched
from earwitness.conversation.events import Closed, Event

_MOST_WAITING = 1000
"""Events that a watcher may leave untaken before it is cut off; partials stop at half of it."""

ReadLog = Callable[[int], Awaitable[Sequence[Event]]]
"""Returns the stored events after a sequence number, or the first of them; none where there are none."""


class Feed:
    """One conversation while it is live.

    Watchers that fall behind are cut off, so that one slow socket costs nobody else anything.
    """

    def __init__(self, read_log: ReadLog) -> None:
        self._read_log = read_log
        self._watchers: set[asyncio.Queue[Watched | None]] = set()
        self._partials: dict[str, Partial] = {}
        self.last_seq = 0
        self.closed = False
        self._abandoned = False

    def publish(self, events: Sequence[Event]) -> None:
        """Show events that are durable."""
        for event in events:
            self.last_seq = event.seq
            if event.leg is not None:
                self._partials.pop(event.leg, None)
            self._give(event)
            self.closed = self.closed or isinstance(event.body, Closed)

    def publish_partial(self, partial: Partial) -> None:
        """Show live text; a watcher with much left to take misses it."""
        self._partials[partial.utterance.leg] = partial
        for waiting in self._watchers:
            if waiting.qsize() < _MOST_WAITING // 2:
                waiting.put_nowait(partial)

    def abandon(self) -> None:
        """Let go of whoever still watches: nothing more comes, though the conversation was never closed."""
        if not self.closed:
            self.closed = self._abandoned = True
            for waiting in self._watchers:
                waiting.put_nowait(None)

    async def watch(self, after: int | None = None) -> AsyncGenerator[Watched, None]:
        """Iterate over the events after `after` (default: from now on), then live until the end.

        Raises:
            TooSlowError: the caller took the events too slowly.
        """
        waiting: asyncio.Queue[Watched | None] = asyncio.Queue(_MOST_WAITING + 1)
        self._watchers.add(waiting)
        try:
            seen = self.last_seq
            partials = list(self._partials.values())
            finished = self.closed
            while after is not None and after < seen and (page := await self._read_log(after)):
                for event in page:
                    if event.seq <= seen:
                        yield event
                after = page[-1].seq
            for partial in partials:
                yield partial
            while not finished:
                item = await waiting.get()
                if item is None and self._abandoned:
                    return
                if item is None:
                    raise TooSlowError(f"events after number {seen} were not taken in time")
                if isinstance(item, Event):
                    seen = item.seq
                    finished = isinstance(item.body, Closed)
                yield item
        finally:
            self._watchers.discard(waiting)

    def _give(self, event: Event) -> None:
        for waiting in list(self._watchers):
            if waiting.qsize() < _MOST_WAITING:
                waiting.put_nowait(event)
            else:
                waiting.put_nowait(None)
                self._watchers.discard(waiting)
