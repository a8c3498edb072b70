import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from earwitness.calls import journal as journal_module
from earwitness.calls.feed import Feed
from earwitness.calls.journal import Journal
from earwitness.conversation.events import CallProgressed, Closed, Event, Opened
from earwitness.store.seams import Deliveries, Draft, FencedError, NewDelivery, StoreUnavailableError

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class ScriptedLog:
    """An event log that fails when it is told to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.deliveries: list[NewDelivery] = []
        self.failures: list[Exception] = []
        self.fails_after_commit = False
        self.shown_at_append: list[int] = []
        self.feed = Feed(self.read_after)

    async def claim(self, conversation_id: str, *, after: int | None = None) -> int:
        return 1

    async def append(
        self,
        conversation_id: str,
        drafts: Sequence[Draft],
        *,
        epoch: int,
        deliveries: Deliveries = (),
    ) -> list[Event]:
        self.shown_at_append.append(self.feed.last_seq)
        if self.failures and not self.fails_after_commit:
            raise self.failures.pop(0)
        first = len(self.events) + 1
        made = [
            Event(conversation_id, first + number, draft.body, leg=draft.leg)
            for number, draft in enumerate(drafts)
        ]
        self.events += made
        self.deliveries += deliveries(made) if callable(deliveries) else deliveries
        if self.failures:
            raise self.failures.pop(0)
        return made

    async def read(self, conversation_id: str, *, after: int = 0, limit: int | None = None) -> list[Event]:
        return [event for event in self.events if event.seq > after]

    async def read_after(self, after: int) -> list[Event]:
        return await self.read("c", after=after)


def _numbered(events: Sequence[Event]) -> list[NewDelivery]:
    return [NewDelivery(f"{one.seq}:{one.kind}", "webhook", {}) for one in events]


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_RETRY_S", 0.001)


async def opened(log: ScriptedLog) -> Journal:
    journal = Journal(log, log.feed, "c")
    await journal.open(Draft(Opened("app", "name", NOW)))
    return journal


async def test_events_are_stored_before_they_are_shown_and_in_order() -> None:
    log = ScriptedLog()
    journal = await opened(log)
    for status in range(100):
        await journal.post(Draft(CallProgressed("ringing", status)))
    await journal.close([Draft(Closed(NOW))], [NewDelivery("k", "email", {})])
    statuses = [event.body.sip_status for event in log.events if isinstance(event.body, CallProgressed)]
    assert statuses == list(range(100))
    assert isinstance(log.events[-1].body, Closed)
    assert log.shown_at_append[0] == 0
    assert log.feed.last_seq == len(log.events) == 102
    assert len(log.deliveries) == 1


async def test_a_store_that_cannot_write_delays_but_loses_nothing() -> None:
    log = ScriptedLog()
    journal = await opened(log)
    log.failures = [StoreUnavailableError("disk full")] * 3
    await journal.post(Draft(CallProgressed("ringing")))
    await journal.post(Draft(CallProgressed("answered")))
    await journal.close([Draft(Closed(NOW))], ())
    assert [event.kind for event in log.events] == ["opened", "call_progressed", "call_progressed", "closed"]


async def test_what_was_stored_before_the_store_went_away_is_not_stored_again() -> None:
    log = ScriptedLog()
    told: list[int] = []
    journal = Journal(
        log, log.feed, "c", delivered=lambda: told.append(log.feed.last_seq), outgoing=_numbered
    )
    await journal.open(Draft(Opened("app", "name", NOW)))
    log.fails_after_commit = True
    for _ in range(2):
        log.failures = [StoreUnavailableError("the connection broke during COMMIT")]
        await journal.post(Draft(CallProgressed("ringing"), leg="in"), Draft(CallProgressed("answered")))
        await journal.settle()
    log.failures = [StoreUnavailableError("the connection broke during COMMIT")]
    await journal.close([Draft(Closed(NOW))], [NewDelivery("mail", "email", {})])
    assert [event.kind for event in log.events] == ["opened", *["call_progressed"] * 4, "closed"]
    assert [one.key for one in log.deliveries][-2:] == ["6:closed", "mail"]
    assert told == [1, 3, 5, 6]


async def test_opening_fails_when_nothing_can_be_stored() -> None:
    log = ScriptedLog()
    log.failures = [StoreUnavailableError("disk full")]
    with pytest.raises(StoreUnavailableError):
        await opened(log)
    assert log.feed.last_seq == 0


async def test_a_fenced_writer_stops() -> None:
    log = ScriptedLog()
    journal = await opened(log)
    log.failures = [FencedError("taken over")]
    await journal.post(Draft(CallProgressed("answered")))
    await journal.close([Draft(Closed(NOW))], ())
    assert journal.stopped.is_set()
    assert [event.kind for event in log.events] == ["opened"]


async def test_nobody_waits_for_what_is_dropped() -> None:
    log = ScriptedLog()
    journal = await opened(log)
    assert await journal.settle()
    log.failures = [StoreUnavailableError("disk full")] * 100_000
    for status in range(3):
        await journal.post(Draft(CallProgressed("ringing", status)))
        await asyncio.sleep(0)
    settling = asyncio.create_task(journal.settle())
    await journal.aclose()
    async with asyncio.timeout(10):
        assert not await settling
    assert [event.kind for event in log.events] == ["opened"]


async def test_what_is_stored_goes_out_with_its_number() -> None:
    log = ScriptedLog()
    told: list[int] = []
    journal = Journal(
        log,
        log.feed,
        "c",
        outgoing=_numbered,
        delivered=lambda: told.append(len(log.deliveries)),
    )
    await journal.open(Draft(Opened("app", "name", NOW)))
    await journal.post(Draft(CallProgressed("ringing")), Draft(CallProgressed("answered")))
    await journal.close([Draft(Closed(NOW))], [NewDelivery("mail", "email", {})])
    assert [one.key for one in log.deliveries] == [
        "1:opened",
        "2:call_progressed",
        "3:call_progressed",
        "4:closed",
        "mail",
    ]
    assert told == [1, 3, 5]
