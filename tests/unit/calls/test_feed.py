import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from earwitness.calls.feed import Feed
from earwitness.calls.seams import Partial, TooSlowError, Watched
from earwitness.conversation.events import CallProgressed, Closed, Event, UtteranceHeard
from earwitness.conversation.utterance import Utterance


class Log:
    """The stored events of one conversation, and the feed that shows them."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.feed = Feed(self.read)

    async def read(self, after: int) -> Sequence[Event]:
        return [event for event in self.events if event.seq > after]

    def add(self, count: int = 1) -> None:
        for _ in range(count):
            self._store(Event("c", len(self.events) + 1, CallProgressed("ringing")))

    def final(self, utterance: Utterance) -> None:
        self._store(Event("c", len(self.events) + 1, UtteranceHeard(utterance), leg=utterance.leg))

    def close(self) -> None:
        self._store(Event("c", len(self.events) + 1, Closed(datetime.now(UTC))))

    def partial(self, text: str) -> Partial:
        utterance = Utterance("u", "in", text, 0.0, 1.0, is_final=False)
        partial = Partial("c", self.feed.last_seq, utterance, None)
        self.feed.publish_partial(partial)
        return partial

    def _store(self, event: Event) -> None:
        self.events.append(event)
        self.feed.publish([event])


async def take(log: Log, after: int | None, until: asyncio.Event | None = None) -> list[Watched]:
    taken = []
    async for item in log.feed.watch(after):
        taken.append(item)
        if until is not None:
            until.set()
    return taken


async def test_a_watcher_sees_every_event_from_its_number_on() -> None:
    log = Log()
    log.add(5)
    begun = asyncio.Event()
    watching = asyncio.create_task(take(log, 2, begun))
    await begun.wait()
    log.add(3)
    log.close()
    assert [item.seq for item in await watching] == [3, 4, 5, 6, 7, 8, 9]


async def test_events_stored_during_the_replay_come_once() -> None:
    log = Log()
    log.add(3)

    reading = asyncio.Event()

    async def slow_read(after: int) -> Sequence[Event]:
        log.add(2)
        reading.set()
        return await Log.read(log, after)

    log.feed._read_log = slow_read
    watching = asyncio.create_task(take(log, 0))
    await reading.wait()
    log.close()
    assert [item.seq for item in await watching] == [1, 2, 3, 4, 5, 6]


async def test_the_present_partial_follows_the_replay_and_ends_with_its_final() -> None:
    log = Log()
    log.add()
    log.partial("we")
    present = log.partial("we should")
    watch = log.feed.watch(0)
    assert [(await anext(watch)).seq, await anext(watch)] == [1, present]
    log.final(present.utterance)
    assert (await anext(watch)).seq == 2
    late = log.feed.watch(2)
    log.add()
    log.close()
    assert [item.seq async for item in watch] == [3, 4]
    await late.aclose()
    assert [item.seq async for item in log.feed.watch(2)] == [3, 4]


async def test_a_closed_conversation_gives_what_is_stored() -> None:
    log = Log()
    log.add(2)
    log.close()
    assert [item.seq for item in await take(log, 0)] == [1, 2, 3]
    assert await take(log, None) == []


async def test_a_slow_watcher_is_cut_off_and_nobody_else() -> None:
    log = Log()
    slow = log.feed.watch(0)
    log.add()
    await anext(slow)
    begun = asyncio.Event()
    quick = asyncio.create_task(take(log, 1, begun))
    for _ in range(1100):
        log.add()
        await begun.wait()
        await asyncio.sleep(0)
    log.close()
    with pytest.raises(TooSlowError):
        [item async for item in slow]
    assert [item.seq for item in await quick] == list(range(2, 1103))


async def test_partials_make_way_for_events() -> None:
    log = Log()
    watch = log.feed.watch(0)
    log.add()
    await anext(watch)
    for number in range(900):
        log.partial(str(number))
    log.add(400)
    log.close()
    rest = [item async for item in watch]
    assert [item.seq for item in rest if isinstance(item, Event)] == list(range(2, 403))
