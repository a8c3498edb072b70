"""A database server that drops its clients, or is not there."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, text

from earwitness.conversation.events import CallProgressed, MetadataChanged, Opened
from earwitness.store import engine
from earwitness.store.engine import open_engines
from earwitness.store.seams import Draft, StoreUnavailableError
from earwitness.store.store import Store
from earwitness.store.writer import Writer

_DROP_ALL = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


def _drop_clients(url: str) -> None:
    engines = open_engines(url, readers=1)
    with engines.writing.connect() as connection:
        connection.execute(_DROP_ALL)
    engines.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_idle_connections_that_were_dropped_are_replaced(store: Store, database_url: str) -> None:
    await store.log.append("1", [Draft(Opened("app", "Weekly", datetime.now(UTC)))], epoch=1)
    await store.conversations.content("1")
    await asyncio.to_thread(_drop_clients, database_url)

    [event] = await store.log.append("1", [Draft(CallProgressed("ringing"))], epoch=1)
    assert event.seq == 2
    assert len(await store.log.read("1")) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_table_that_somebody_holds_is_not_waited_for_without_end(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOCK_TIMEOUT_MS", 200)
    async with await Store.open(database_url) as store:
        await store.log.append("1", [Draft(Opened("app", "Weekly", datetime.now(UTC)))], epoch=1)
        engines = open_engines(database_url, readers=1)
        with engines.writing.begin() as maintenance:
            maintenance.exec_driver_sql("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(StoreUnavailableError, match="lock timeout"):
                await store.log.append("1", [Draft(CallProgressed("ringing"))], epoch=1)
            with pytest.raises(StoreUnavailableError, match="lock timeout"):
                await store.log.read("1")
            assert not store.available
        engines.dispose()
        await store.log.append("1", [Draft(CallProgressed("ringing"))], epoch=1)
        assert store.available


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_dropped_in_a_group_fails_it_and_only_it(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    engines = open_engines(database_url, readers=1)
    writer = Writer(engines.writing)

    def drop_self(connection: Connection) -> None:
        connection.execute(
            text("SELECT pg_terminate_backend(pg_backend_pid()), :said"), {"said": "in confidence"}
        )

    with caplog.at_level(logging.WARNING), pytest.raises(StoreUnavailableError):
        await writer.run(drop_self)
    assert not writer.available
    assert "in confidence" not in caplog.text
    assert await writer.run(lambda connection: connection.execute(text("SELECT 1")).scalar()) == 1
    await writer.aclose()
    engines.dispose()


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StoreUnavailableError, match="refused") as caught:
        await Store.open("postgresql://ann:secret@127.0.0.1:1/earwitness")
    assert "secret" not in str(caught.value)


async def test_a_refused_write_does_not_repeat_what_was_said(store: Store) -> None:
    opened = Draft(Opened("app", "in confidence", datetime.now(UTC)))
    await store.log.append("1", [opened], epoch=1)
    with pytest.raises(Exception) as caught:
        await store.log.append("1", [Draft(MetadataChanged({})), opened], epoch=1)
    assert "in confidence" not in f"{caught.value} {caught.value.__cause__}"
