"""Carries the outbox: sends what is due, notes what came of it, and sleeps until the next is due.

Delivery is at least once: a delivery is marked as made after its carrier returns, so only a crash in
between repeats it. Carriers make repeats recognisable (a stable Message-ID, a delivery header).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from earwitness.delivery.backoff import Backoff
from earwitness.delivery.errors import DeliveryError
from earwitness.store.seams import Delivery, Outbox, StoreError, StoreUnavailableError

BATCH = 20
"""Deliveries taken from the outbox at a time, all sent side by side; a slow one holds up only its batch."""

MAX_SLEEP_S = 60.0
"""The outbox is looked at this often even if nothing seems due, in case the wall clock jumps."""

STORE_RETRY_S = 5.0

_log = logging.getLogger(__name__)


class Carrier(Protocol):
    """Brings one kind of delivery to its destination."""

    async def deliver(self, delivery: Delivery) -> None:
        """Return when the destination has taken it.

        Raises:
            DeliveryError: it was not taken; says whether to try again.
        """


def utc_now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


class OutboxWorker:
    """Delivers from an outbox in one task, which `start` begins and `aclose` ends."""

    def __init__(
        self,
        outbox: Outbox,
        carriers: Mapping[str, Carrier],
        *,
        backoff: Backoff | None = None,
        now: Callable[[], datetime] = utc_now,
        store_retry_s: float = STORE_RETRY_S,
    ) -> None:
        """Make a worker.

        Args:
            outbox: what to deliver; no second worker may use it.
            carriers: one for each kind of delivery.
            backoff: when to try again.
            now: the clock that due times are compared with.
            store_retry_s: how long to wait when the store is unavailable.
        """
        self._outbox = outbox
        self._carriers = dict(carriers)
        self._backoff = backoff or Backoff()
        self._now = now
        self._store_retry_s = store_retry_s
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to deliver in the background."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="outbox-worker")

    def notify(self) -> None:
        """Say that there may be something new in the outbox."""
        self._wake.set()

    async def aclose(self, grace_s: float = 5.0) -> None:
        """Let deliveries under way or due finish for `grace_s` seconds, then cancel them and wait."""
        self._closing = True
        self._wake.set()
        task, self._task = self._task, None
        if task is None:
            return
        _, pending = await asyncio.wait({task}, timeout=grace_s)
        if pending:
            task.cancel()
            await asyncio.wait({task})

    async def deliver_due(self) -> int:
        """Send one batch of what is due now and return how many deliveries were tried.

        Raises:
            StoreError: the outbox cannot be read.
        """
        due = await self._outbox.due(self._now(), BATCH)
        async with asyncio.TaskGroup() as group:
            for delivery in due:
                group.create_task(self._deliver(delivery))
        return len(due)

    async def _run(self) -> None:
        while True:
            is_last = self._closing
            self._wake.clear()
            try:
                if await self.deliver_due():
                    continue
                sleep_s = await self._until_next()
            except StoreError as error:
                _log.warning("The outbox cannot be read: %s", error)
                sleep_s = self._store_retry_s
            if is_last:
                return
            await self._sleep(sleep_s)

    async def _until_next(self) -> float:
        due = await self._outbox.next_due()
        if due is None:
            return MAX_SLEEP_S
        return min(max((due - self._now()).total_seconds(), 0.0), MAX_SLEEP_S)

    async def _sleep(self, seconds: float) -> None:
        if self._closing:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._carriers[delivery.kind].deliver(delivery)
        except DeliveryError as error:
            await self._note_failure(delivery, str(error), retryable=error.retryable, payload=error.payload)
        except Exception as error:  # noqa: BLE001 - a broken delivery must not hold up the others; it is kept
            _log.exception("Delivery %s of conversation %s failed", delivery.key, delivery.conversation_id)
            await self._note_failure(delivery, repr(error), retryable=True)
        else:
            _log.info("Delivered %s of conversation %s", delivery.key, delivery.conversation_id)
            await self._note(lambda: self._outbox.done(delivery.id))

    async def _note_failure(
        self, delivery: Delivery, error: str, *, retryable: bool, payload: dict[str, Any] | None = None
    ) -> None:
        retry_at = None
        if retryable:
            retry_at = self._backoff.retry_at(delivery.attempts, delivery.created_at, self._now())
        _log.log(
            logging.ERROR if retry_at is None else logging.WARNING,
            "Delivery %s of conversation %s failed (attempt %d): %s; %s",
            delivery.key,
            delivery.conversation_id,
            delivery.attempts + 1,
            error,
            "given up" if retry_at is None else f"next attempt at {retry_at.isoformat(timespec='seconds')}",
        )
        await self._note(lambda: self._outbox.failed(delivery.id, error, retry_at, payload))

    async def _note(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write the outcome, however long the store takes to come back: else it would be sent again."""
        while True:
            try:
                await write()
            except StoreUnavailableError:
                await asyncio.sleep(self._store_retry_s)
            else:
                return
