"""The worker over a real outbox, with carriers that do as they are told."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from earwitness.conversation.events import Opened
from earwitness.delivery.backoff import Backoff
from earwitness.delivery.errors import DeliveryError
from earwitness.delivery.outbox_worker import MOST_AT_ONE, SLOTS, OutboxWorker
from earwitness.store.seams import Delivery, Draft, NewDelivery, StoreError, StoreUnavailableError
from earwitness.store.store import Store


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(seconds=1)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **time: float) -> None:
        self.now += timedelta(**time)


class Scripted:
    """A carrier that meets the given errors one after the other, then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.delivered = asyncio.Event()

    async def deliver(self, delivery: Delivery) -> None:
        self.seen.append((delivery.key, delivery.payload))
        if self.errors:
            raise self.errors.pop(0)
        self.delivered.set()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "earwitness.db") as opened:
        await opened.log.append("1", [Draft(Opened("app", "Weekly", datetime.now(UTC)))], epoch=1)
        yield opened


async def _queue(store: Store, *keys: str) -> None:
    await store.log.append("1", [], epoch=1, deliveries=[NewDelivery(key, "email", {"n": 1}) for key in keys])


async def test_what_is_due_is_delivered_once(store: Store) -> None:
    carrier = Scripted()
    worker = OutboxWorker(store.outbox, {"email": carrier}, now=Clock())
    await _queue(store, "a", "b")

    assert await worker.deliver_due() == 2
    assert await worker.deliver_due() == 0
    assert sorted(key for key, _ in carrier.seen) == ["a", "b"]


async def test_failures_are_tried_again_after_growing_waits(store: Store) -> None:
    clock = Clock()
    carrier = Scripted(*[DeliveryError("busy", retryable=True)] * 2)
    worker = OutboxWorker(store.outbox, {"email": carrier}, now=clock, backoff=Backoff(jitter=0))
    await _queue(store, "a")

    tried = []
    for _ in range(8):
        tried.append(await worker.deliver_due())
        clock.advance(seconds=5)
    assert tried == [1, 0, 1, 0, 0, 0, 1, 0]
    assert await store.outbox.next_due() is None


async def test_what_cannot_succeed_is_given_up_at_once(store: Store) -> None:
    clock = Clock()
    carrier = Scripted(DeliveryError("no such user", retryable=False))
    worker = OutboxWorker(store.outbox, {"email": carrier}, now=clock)
    await _queue(store, "a")

    assert await worker.deliver_due() == 1
    assert await store.outbox.next_due() is None


async def test_after_three_days_it_is_given_up(store: Store) -> None:
    clock = Clock()
    carrier = Scripted(*[DeliveryError("down", retryable=True)] * 1000)
    worker = OutboxWorker(store.outbox, {"email": carrier}, now=clock)
    await _queue(store, "a")

    for _ in range(4 * 24):
        await worker.deliver_due()
        clock.advance(hours=1, minutes=15)
    assert await store.outbox.next_due() is None
    assert 45 < len(carrier.seen) < 65


async def test_what_is_left_to_do_replaces_the_payload(store: Store) -> None:
    clock = Clock()
    carrier = Scripted(DeliveryError("half of it", retryable=True, payload={"n": 0.5}))
    worker = OutboxWorker(store.outbox, {"email": carrier}, now=clock)
    await _queue(store, "a")
    await worker.deliver_due()
    clock.advance(minutes=1)
    await worker.deliver_due()

    assert carrier.seen == [("a", {"n": 1}), ("a", {"n": 0.5})]


async def test_a_bug_in_one_delivery_does_not_hold_up_the_others(store: Store) -> None:
    clock = Clock()
    carrier = Scripted(ZeroDivisionError())
    worker = OutboxWorker(store.outbox, {"email": carrier}, now=clock)
    await _queue(store, "a", "b")

    await worker.deliver_due()
    assert carrier.delivered.is_set()
    clock.advance(minutes=1)
    assert await worker.deliver_due() == 1
    assert await store.outbox.next_due() is None


async def test_it_wakes_when_told_and_when_something_comes_due(store: Store) -> None:
    first, second = Scripted(), Scripted(DeliveryError("busy", retryable=True))
    worker = OutboxWorker(
        store.outbox,
        {"email": first, "webhook": second},
        backoff=Backoff(first_s=0.01),
        now=lambda: datetime.now(UTC),
    )
    worker.start()
    await _queue(store, "a")
    worker.notify()
    async with asyncio.timeout(10):
        await first.delivered.wait()

    await store.log.append("1", [], epoch=1, deliveries=[NewDelivery("b", "webhook", {})])
    worker.notify()
    async with asyncio.timeout(10):
        await second.delivered.wait()
    await worker.aclose()
    assert len(second.seen) == 2


async def test_closing_lets_a_delivery_finish(store: Store) -> None:
    release, begun = asyncio.Event(), asyncio.Event()

    class Slow(Scripted):
        async def deliver(self, delivery: Delivery) -> None:
            begun.set()
            await release.wait()

    worker = OutboxWorker(store.outbox, {"email": Slow()}, now=Clock())
    await _queue(store, "a")
    worker.start()
    await begun.wait()
    closing = asyncio.ensure_future(worker.aclose(grace_s=60))
    await asyncio.sleep(0)
    release.set()
    await closing
    assert await store.outbox.next_due() is None


async def test_what_came_due_before_the_close_goes_out(store: Store) -> None:
    carrier = Scripted()
    worker = OutboxWorker(store.outbox, {"email": carrier})
    worker.start()
    await asyncio.sleep(0)
    await _queue(store, "a")
    await worker.aclose()
    assert len(carrier.seen) == 1


async def test_closing_cancels_a_delivery_that_takes_too_long(store: Store) -> None:
    begun, cancelled = asyncio.Event(), False

    class Stuck(Scripted):
        async def deliver(self, delivery: Delivery) -> None:
            nonlocal cancelled
            begun.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled = True
                raise

    worker = OutboxWorker(store.outbox, {"email": Stuck()}, now=Clock())
    await _queue(store, "a")
    worker.start()
    await begun.wait()
    await worker.aclose(grace_s=0.01)
    assert cancelled
    assert await store.outbox.next_due() is not None


class Flaky:
    """An outbox whose store is away for a while."""

    def __init__(self, store: Store, *, failures: int) -> None:
        self._outbox = store.outbox
        self.failures = failures

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailableError("disk full")

    async def due(
        self, now: datetime, limit: int = 20, *, kind: str | None = None, besides: Sequence[int] = ()
    ) -> list[Delivery]:
        self._fail()
        return await self._outbox.due(now, limit, kind=kind, besides=besides)

    async def done(self, delivery_id: int) -> None:
        self._fail()
        await self._outbox.done(delivery_id)

    async def failed(
        self, delivery_id: int, error: str, retry_at: datetime | None, payload: dict[str, Any] | None = None
    ) -> None:
        self._fail()
        await self._outbox.failed(delivery_id, error, retry_at, payload)

    async def next_due(
        self, *, kinds: Sequence[str] | None = None, besides: Sequence[int] = ()
    ) -> datetime | None:
        self._fail()
        return await self._outbox.next_due(kinds=kinds, besides=besides)


async def test_an_unavailable_store_does_not_cause_a_second_delivery(store: Store) -> None:
    flaky = Flaky(store, failures=0)
    await _queue(store, "a")

    class Breaking(Scripted):
        async def deliver(self, delivery: Delivery) -> None:
            flaky.failures = 3
            await super().deliver(delivery)

    carrier = Breaking()
    worker = OutboxWorker(flaky, {"email": carrier}, now=Clock(), store_retry_s=0.001)
    assert await worker.deliver_due() == 1
    assert await worker.deliver_due() == 0
    assert len(carrier.seen) == 1


async def test_the_loop_survives_an_unavailable_store(store: Store) -> None:
    carrier = Scripted()
    worker = OutboxWorker(Flaky(store, failures=3), {"email": carrier}, now=Clock(), store_retry_s=0.001)
    await _queue(store, "a")
    worker.start()
    async with asyncio.timeout(10):
        await carrier.delivered.wait()
    await worker.aclose()


async def test_a_refused_outcome_ends_nothing_and_repeats_nothing(store: Store) -> None:
    class Refusing(Flaky):
        """An outbox that refuses to note what became of the first delivery, and then breaks down once."""

        refused = broken = False

        async def done(self, delivery_id: int) -> None:
            if not self.refused:
                self.refused = True
                raise StoreError("the database refused this request")
            await super().done(delivery_id)

        async def next_due(
            self, *, kinds: Sequence[str] | None = None, besides: Sequence[int] = ()
        ) -> datetime | None:
            if not self.broken:
                self.broken = True
                raise ZeroDivisionError
            return await super().next_due(kinds=kinds, besides=besides)

    carrier = Scripted()
    outbox = Refusing(store, failures=0)
    worker = OutboxWorker(outbox, {"email": carrier}, store_retry_s=0.001)
    worker.start()
    for key in "ab":
        carrier.delivered.clear()
        await _queue(store, key)
        worker.notify()
        async with asyncio.timeout(10):
            await carrier.delivered.wait()
    await worker.aclose()

    assert outbox.refused
    assert outbox.broken
    assert [key for key, _ in carrier.seen] == ["a", "b"]
    [left] = await store.outbox.due(datetime.now(UTC))
    assert left.key == "a"


async def test_what_waits_for_its_receiver_goes_out_in_its_turn(store: Store) -> None:
    class Counting(Scripted):
        under_way = most = 0

        async def deliver(self, delivery: Delivery) -> None:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            await asyncio.sleep(0)
            await super().deliver(delivery)
            self.under_way -= 1

    number = 3 * SLOTS
    for conversation in range(number):
        opened = Draft(Opened("app", "Weekly", datetime.now(UTC)))
        hook = NewDelivery("hook", "webhook", {"url": "https://a.example/hook", "body": {}})
        await store.log.append(f"hook {conversation}", [opened], epoch=1, deliveries=[hook])
    carrier = Counting()
    worker = OutboxWorker(store.outbox, {"webhook": carrier})
    worker.start()
    await worker.aclose(grace_s=20)
    assert len(carrier.seen) == number
    assert carrier.most == MOST_AT_ONE
    assert await store.outbox.next_due() is None


async def test_a_kind_has_slots_of_its_own_and_takes_the_oldest_first(store: Store) -> None:
    release = asyncio.Event()

    class Slow(Scripted):
        async def deliver(self, delivery: Delivery) -> None:
            await super().deliver(delivery)
            await release.wait()

    slow, quick = Slow(), Scripted()
    await _queue(store, *map(str, range(SLOTS + 1)))
    await store.log.append("1", [], epoch=1, deliveries=[NewDelivery("hook", "webhook", {})])
    worker = OutboxWorker(store.outbox, {"email": slow, "webhook": quick})
    worker.start()
    async with asyncio.timeout(10):
        await quick.delivered.wait()
    assert [key for key, _ in slow.seen] == [str(number) for number in range(SLOTS)]
    release.set()
    await worker.aclose()
    assert len(slow.seen) == SLOTS + 1
    assert await store.outbox.next_due() is None
