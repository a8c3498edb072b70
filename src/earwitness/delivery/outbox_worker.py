"""Carries the outbox: sends what is due, notes what came of it, and sleeps until the next is due.

Delivery is at least once: a delivery is marked as made after its carrier returns, so only a crash in
between repeats it. Carriers make repeats recognisable (a stable Message-ID, a delivery header).
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from earwitness.delivery.backoff import Backoff
from earwitness.delivery.errors import DeliveryError
from earwitness.delivery.webhook import receiver_of
from earwitness.store.seams import Delivery, Outbox, StoreError, StoreUnavailableError

SLOTS = 20
"""Deliveries of one kind that are under way at once. A slow one holds up its own slot alone: what is due
takes whichever is free."""

MOST_AT_ONE = 5
"""Of them, how many go to one receiver of webhooks at once: a slow one keeps nobody else from the slots."""

MOST_HELD = 500
"""Webhooks known to wait for their receiver; more wait unknown, and so does what came after them."""

LONGEST_S: Mapping[str, float] = {"webhook": 30.0, "email": 1200.0}
"""How long a delivery of a kind may take in all. A mail server may take its time with each of its replies
(RFC 5321 §4.5.3.2), and is not left while it has a message and has not said so: it would get it again."""

MOST_ASIDE = 1000
"""Deliveries left aside; the store refuses what becomes of them. Beyond that the oldest are tried again."""

MAX_SLEEP_S = 60.0
"""The outbox is looked at this often even if nothing seems due, in case the wall clock jumps."""

STORE_RETRY_S = 5.0

_log = logging.getLogger(__name__)


_Way = tuple[str, str]
"""Kind and receiver of deliveries, where receivers are told apart."""


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


def _way(delivery: Delivery) -> _Way | None:
    receiver = receiver_of(delivery.payload)
    return None if receiver is None else (delivery.kind, receiver)


class OutboxWorker:
    """Delivers from an outbox in tasks that `start` begins and `aclose` ends."""

    def __init__(
        self,
        outbox: Outbox,
        carriers: Mapping[str, Carrier],
        *,
        backoff: Backoff | None = None,
        now: Callable[[], datetime] = utc_now,
        store_retry_s: float = STORE_RETRY_S,
        longest_s: Mapping[str, float] = LONGEST_S,
    ) -> None:
        """Make a worker.

        Args:
            outbox: what to deliver; no second worker may use it.
            carriers: one for each kind of delivery.
            backoff: when to try again.
            now: the clock that due times are compared with.
            store_retry_s: how long to wait when the store is unavailable.
            longest_s: how long a delivery may take, by its kind.
        """
        self._outbox = outbox
        self._carriers = dict(carriers)
        self._backoff = backoff or Backoff()
        self._now = now
        self._store_retry_s = store_retry_s
        self._longest_s = longest_s
        self._under_way: dict[str, dict[int, asyncio.Task[None]]] = {kind: {} for kind in self._carriers}
        """By their kind and id."""
        self._aside: deque[int] = deque(maxlen=MOST_ASIDE)
        self._at: Counter[_Way] = Counter()
        """How many are under way to a receiver."""
        self._held: dict[_Way, deque[int]] = {}
        """What is due and waits for its receiver, oldest first."""
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
        if task is not None:
            _, pending = await asyncio.wait({task}, timeout=grace_s)
            if pending:
                task.cancel()
                await asyncio.wait({task})
        under_way = [each for of_kind in self._under_way.values() for each in of_kind.values()]
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def deliver_due(self) -> int:
        """Send what is due now, as far as there are slots, and return how many deliveries were tried.

        Raises:
            StoreError: the outbox cannot be read.
        """
        begun = await self._begin_due()
        if begun:
            await asyncio.wait(begun)
        return len(begun)

    async def _run(self) -> None:
        while True:
            is_last = self._closing
            self._wake.clear()
            begun: list[asyncio.Task[None]] = []
            sleep_s = self._store_retry_s
            try:
                begun = await self._begin_due()
                sleep_s = await self._until_next()
            except StoreError as error:
                _log.warning("The outbox cannot be read: %s", error)
            except Exception:  # noqa: BLE001 - without this task nothing would ever be delivered again
                _log.exception("The outbox could not be worked on")
            has_news = bool(begun) or any(self._under_way.values()) or self._wake.is_set()
            if is_last and not has_news:
                return
            await self._sleep(sleep_s)

    async def _begin_due(self) -> list[asyncio.Task[None]]:
        """Begin to send what is due, as far as there are slots."""
        begun = []
        for kind in self._under_way:
            while free := self._free(kind):
                due = await self._outbox.due(self._now(), free, kind=kind, besides=self._besides())
                begun += [self._begin(delivery) for delivery in due if not self._holds(delivery)]
                if len(due) < free:
                    break
        return begun

    def _free(self, kind: str) -> int:
        """Return how many of a kind may be begun."""
        held = sum(len(ids) for (of_kind, _), ids in self._held.items() if of_kind == kind)
        return SLOTS - len(self._under_way[kind]) if held < MOST_HELD else 0

    def _holds(self, delivery: Delivery) -> bool:
        """Let a delivery wait whose receiver has enough to do."""
        way = _way(delivery)
        if way is None or self._at[way] < MOST_AT_ONE:
            return False
        self._held.setdefault(way, deque()).append(delivery.id)
        return True

    def _begin(self, delivery: Delivery) -> asyncio.Task[None]:
        under_way = self._under_way[delivery.kind]
        way = _way(delivery)

        def ended(_: asyncio.Task[None]) -> None:
            del under_way[delivery.id]
            if way is not None:
                self._has_room(way)
            self._wake.set()

        if way is not None:
            self._at[way] += 1

        task = asyncio.create_task(self._deliver(delivery), name=f"delivery {delivery.id}")
        under_way[delivery.id] = task
        task.add_done_callback(ended)
        return task

    def _has_room(self, way: _Way) -> None:
        """One delivery to a receiver ended: another may begin."""
        self._at[way] -= 1
        if not self._at[way]:
            # Those that are held may have been deleted meanwhile; what is left of them comes again.
            del self._at[way]
            self._held.pop(way, None)
        elif held := self._held.get(way):
            held.popleft()

    def _besides(self) -> list[int]:
        """Which deliveries are not to be begun, though they wait."""
        known = (*self._under_way.values(), *self._held.values())
        return [*self._aside, *(id_ for ids in known for id_ in ids)]

    async def _until_next(self) -> float:
        kinds = [kind for kind in self._under_way if self._free(kind)]
        due = await self._outbox.next_due(kinds=kinds, besides=self._besides())
        if due is None:
            return MAX_SLEEP_S
        return min(max((due - self._now()).total_seconds(), 0.0), MAX_SLEEP_S)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._attempt(delivery)
        except Exception:  # noqa: BLE001 - it waits in the store as before, and would be sent again and again
            self._aside.append(delivery.id)
            _log.exception(
                "What became of delivery %s of conversation %s was not stored; it waits for a restart",
                delivery.key,
                delivery.conversation_id,
            )

    async def _attempt(self, delivery: Delivery) -> None:
        limit = asyncio.timeout(self._longest_s[delivery.kind])
        try:
            async with limit:
                await self._carriers[delivery.kind].deliver(delivery)
        except DeliveryError as error:
            await self._note_failure(delivery, str(error), retryable=error.retryable, payload=error.payload)
        except Exception as error:  # noqa: BLE001 - a broken delivery must not hold up the others; it is kept
            if limit.expired():
                took = f"It took longer than {self._longest_s[delivery.kind]:g} s"
                await self._note_failure(delivery, took, retryable=True)
                return
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
