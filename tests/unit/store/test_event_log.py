"""The log in trouble, and the ways to misuse it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from earwitness.conversation.events import CallProgressed, MetadataChanged, Opened
from earwitness.store.engine import Engines, open_engines
from earwitness.store.event_log import SqlEventLog
from earwitness.store.migrate import migrate
from earwitness.store.runner import Readers
from earwitness.store.seams import (
    Draft,
    FencedError,
    StoreError,
    StoreUnavailableError,
    UnknownConversationError,
)
from earwitness.store.store import Store
from earwitness.store.writer import Writer

OPENED = Draft(Opened("app", "Weekly", datetime(2026, 11, 22, tzinfo=UTC)))


def _available(writer: Writer) -> bool:
    return writer.available


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[tuple[Engines, Writer, SqlEventLog]]:
    """A log with its writer and engines at hand."""
    engines = open_engines(tmp_path / "earwitness.db", readers=1)
    migrate(engines.writing)
    writer, readers = Writer(engines.writing), Readers(engines.reading, threads=1)
    yield engines, writer, SqlEventLog(writer, readers)
    await writer.aclose()
    await readers.aclose()
    engines.dispose()


async def test_a_full_disk_writes_nothing_and_appends_resume_in_order(
    parts: tuple[Engines, Writer, SqlEventLog],
) -> None:
    _, writer, log = parts

    async def limit(pages: int) -> None:
        await writer.run(
            lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").close()
        )

    await log.append("1", [OPENED], epoch=1)
    await limit(1)  # Sets the limit to the present size.
    stored = 1

    async def fill() -> None:
        nonlocal stored
        while True:
            filling = MetadataChanged({"number": stored + 1, "filling": "x" * 3000})
            await log.append("1", [Draft(filling)], epoch=1)
            stored += 1

    with pytest.raises(StoreUnavailableError, match="disk space"):
        await fill()
    assert not _available(writer)
    assert len(await log.read("1")) == stored

    await limit(100_000)
    for number in range(stored + 1, stored + 4):
        [event] = await log.append("1", [Draft(MetadataChanged({"number": number}))], epoch=1)
        assert event.seq == number
    assert _available(writer)
    assert [event.seq for event in await log.read("1")] == list(range(1, stored + 4))


async def test_an_event_of_a_newer_version_is_reported(parts: tuple[Engines, Writer, SqlEventLog]) -> None:
    _, writer, log = parts
    await log.append("1", [OPENED], epoch=1)
    await writer.run(lambda connection: connection.execute(text("UPDATE events SET kind = 'dreamt'")).close())
    with pytest.raises(StoreError, match=r"Event 1 of conversation 1 \(dreamt\) cannot be read"):
        await log.read("1")


async def test_only_opened_makes_a_conversation(store: Store) -> None:
    with pytest.raises(UnknownConversationError, match="no conversation 1"):
        await store.log.append("1", [Draft(CallProgressed("ringing"))], epoch=1)
    with pytest.raises(UnknownConversationError):
        await store.log.claim("1")
    with pytest.raises(FencedError, match="epoch 1, not 2"):
        await store.log.append("1", [OPENED], epoch=2)
    assert await store.unfinished() == []


async def test_a_conversation_is_opened_once(store: Store) -> None:
    await store.log.append("1", [OPENED], epoch=1)
    with pytest.raises(StoreError, match="exists already"):
        await store.log.append("1", [OPENED], epoch=1)
    with pytest.raises(StoreError, match="UNIQUE"):
        await store.log.append("1", [Draft(CallProgressed("ringing")), OPENED], epoch=1)
    assert [event.seq for event in await store.log.read("1")] == [1]


async def test_a_deleted_conversation_stops_its_writer(store: Store) -> None:
    await store.log.append("1", [OPENED], epoch=1)
    await store.conversations.delete("app", "1")
    with pytest.raises(UnknownConversationError):
        await store.log.append("1", [Draft(CallProgressed("ended"))], epoch=1)


async def test_a_time_without_zone_is_refused(store: Store) -> None:
    naive = Draft(Opened("app", "Weekly", datetime(2026, 11, 22)))
    with pytest.raises(StoreError, match="has no time zone"):
        await store.log.append("1", [naive], epoch=1)
    assert await store.log.read("1") == []
