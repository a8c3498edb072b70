"""Writing a conversation's events: stored first, then shown, always in order."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from earwitness.calls.feed import Feed
from earwitness.conversation.events import Event, kind_of
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
        self._has_dropped = False
        self.blocked = False
        """Whether events wait because the store could not take them."""
        self.stopped = asyncio.Event()
        """Set when nothing more can be written, such as when another writer took over: the call must end."""

    async def open(self, first: Draft) -> None:
        """Store the conversation's first event and begin to write.

        Raises:
            StoreUnavailableError: nothing was stored.
        """
        self._show(await self._append([first], ()))
        self._task = asyncio.create_task(self._write(), name=f"journal {self._conversation_id}")

    def resume(self, epoch: int) -> None:
        """Begin to write to a conversation that is stored already, under an epoch that was claimed."""
        self._epoch = epoch
        self._task = asyncio.create_task(self._write(), name=f"journal {self._conversation_id}")

    async def post(self, *drafts: Draft) -> None:
        """Have events stored, all in one transaction, and shown soon; waits only when very many wait."""
        await self._waiting.put(drafts)

    async def settle(self) -> bool:
        """Wait until all that was posted so far is stored and shown; False where something was dropped."""
        await self._waiting.join()
        return not (self.stopped.is_set() or self._has_dropped)

    async def close(self, last: Sequence[Draft], deliveries: Sequence[NewDelivery]) -> None:
        """Store all that waits, then the last events and the deliveries in one transaction."""
        await self.settle()
        await self._store_at_last(last, deliveries)
        await self.aclose()

    async def aclose(self) -> None:
        """Stop writing; what still waits is dropped, and nobody waits for it any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        while not self._waiting.empty():
            self._has_dropped = True
            self._waiting.get_nowait()
            self._waiting.task_done()

    async def _write(self) -> None:
        while True:
            posts = [await self._waiting.get()]
            while not self._waiting.empty():
                posts.append(self._waiting.get_nowait())
            try:
                await self._store_at_last([draft for drafts in posts for draft in drafts], ())
            except asyncio.CancelledError:
                self._has_dropped = True
                raise
            finally:
                for _ in posts:
                    self._waiting.task_done()

    async def _store_at_last(self, drafts: Sequence[Draft], deliveries: Sequence[NewDelivery]) -> None:
        unsure = False
        while not self.stopped.is_set():
            try:
                events = await self._stored_already(drafts) if unsure else []
                self._show(events or await self._append(drafts, deliveries))
            except StoreUnavailableError as error:
                unsure = True
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

    async def _append(self, drafts: Sequence[Draft], deliveries: Sequence[NewDelivery]) -> Sequence[Event]:
        outgoing = self._outgoing
        return await self._log.append(
            self._conversation_id,
            drafts,
            epoch=self._epoch,
            deliveries=deliveries if outgoing is None else lambda stored: [*outgoing(stored), *deliveries],
        )

    async def _stored_already(self, drafts: Sequence[Draft]) -> Sequence[Event]:
        """Return the events of drafts that are stored though the store said that it is not available.

        A connection that breaks during COMMIT leaves it open. Nobody else writes in this epoch, so whatever
        came after the events that were shown is of these drafts.
        """
        after = self._feed.last_seq
        found = (await self._log.read(self._conversation_id, after=after))[-len(drafts) :]
        same = [(event.kind, event.source, event.leg) for event in found]
        return found if same == [(kind_of(one.body), one.source, one.leg) for one in drafts] else []

    def _show(self, events: Sequence[Event]) -> None:
        self._feed.publish(events)
        if self._outgoing is not None:
            self._delivered()
