"""Writing a conversation's events: stored first, then shown, always in order."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from earwitness.calls.feed import Feed
from earwitness.conversation.events import Event
from earwitness.store.seams import Draft, EventLog, NewDelivery, StoreUnavailableError

logger = logging.getLogger(__name__)

_MOST_WAITING = 10_000
"""Events that wait in memory while the store cannot write; then whoever makes more has to wait too."""
_RETRY_S = 0.5


class Journal:
    """The one writer of a live conversation.

    While the store cannot write, events wait here and nothing is shown; all resumes in order.
    """

    def __init__(
        self,
        log: EventLog,
        feed: Feed,
        conversation_id: str,
        epoch: int = 1,
        *,
        outgoing: Callable[[Sequence[Event]], Sequence[NewDelivery]] | None = None,
        delivered: Callable[[], None] = lambda: None,
    ) -> None:
        """Make it; `outgoing` makes deliveries of what is stored, `delivered` is told that there are some."""
        self._outgoing = outgoing
        self._delivered = delivered
        self._log = log
        self._feed = feed
        self._conversation_id = conversation_id
        self._epoch = epoch
        self._waiting: asyncio.Queue[Sequence[Draft]] = asyncio.Queue(_MOST_WAITING)
        self._task: asyncio.Task[None] | None = None
        self.blocked = False
        """Whether events wait because the store could not take them."""
        self.stopped = asyncio.Event()
        """Set when nothing more can be written, such as when another writer took over: the call must end."""

    async def open(self, first: Draft) -> None:
        """Store the conversation's first event and begin to write.

        Raises:
            StoreUnavailableError: nothing was stored.
        """
        await self._store([first], ())
        self._task = asyncio.create_task(self._write(), name=f"journal {self._conversation_id}")

    def resume(self, epoch: int) -> None:
        """Begin to write to a conversation that is stored already, under an epoch that was claimed."""
        self._epoch = epoch
        self._task = asyncio.create_task(self._write(), name=f"journal {self._conversation_id}")

    async def post(self, *drafts: Draft) -> None:
        """Have events stored, all in one transaction, and shown soon; waits only when very many wait."""
        await self._waiting.put(drafts)

    async def settle(self) -> None:
        """Wait until all that was posted so far is stored and shown."""
        await self._waiting.join()

    async def close(self, last: Sequence[Draft], deliveries: Sequence[NewDelivery]) -> None:
        """Store all that waits, then the last events and the deliveries in one transaction."""
        await self.settle()
        await self._store_at_last(last, deliveries)
        await self.aclose()

    async def aclose(self) -> None:
        """Stop writing; what still waits is dropped."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _write(self) -> None:
        while True:
            posts = [await self._waiting.get()]
            while not self._waiting.empty():
                posts.append(self._waiting.get_nowait())
            try:
                await self._store_at_last([draft for drafts in posts for draft in drafts], ())
            finally:
                for _ in posts:
                    self._waiting.task_done()

    async def _store_at_last(self, drafts: Sequence[Draft], deliveries: Sequence[NewDelivery]) -> None:
        while not self.stopped.is_set():
            try:
                await self._store(drafts, deliveries)
            except StoreUnavailableError as error:
                if not self.blocked:
                    logger.warning("conversation %s waits for the store: %s", self._conversation_id, error)
                self.blocked = True
                await asyncio.sleep(_RETRY_S)
            except Exception:
                # Fenced, deleted, or an event that nothing can store: a call that waits for ever is worse.
                logger.exception("conversation %s can no longer be written to", self._conversation_id)
                self.stopped.set()
            else:
                break
        self.blocked = False

    async def _store(self, drafts: Sequence[Draft], deliveries: Sequence[NewDelivery]) -> None:
        outgoing = self._outgoing
        events = await self._log.append(
            self._conversation_id,
            drafts,
            epoch=self._epoch,
            deliveries=deliveries if outgoing is None else lambda stored: [*outgoing(stored), *deliveries],
        )
        self._feed.publish(events)
        if outgoing is not None:
            self._delivered()
