"""Opening, closing and the health of a store."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from earwitness.conversation.events import CallProgressed, Opened
from earwitness.store import engine
from earwitness.store.seams import Draft, StoreError, StoreUnavailableError
from earwitness.store.store import Store

OPENED = Draft(Opened("app", "Weekly", datetime(2026, 11, 22, tzinfo=UTC)))


def _available(store: Store) -> bool:
    return store.available


async def test_what_is_stored_outlives_the_store(tmp_path: Path) -> None:
    path = tmp_path / "earwitness.db"
    async with await Store.open(path) as store:
        await store.log.append("1", [OPENED], epoch=1)
    async with await Store.open(f"sqlite:///{path}") as store:
        assert await store.conversations.content("1") is not None


async def test_a_store_in_memory_needs_no_file() -> None:
    async with await Store.open(":memory:") as store:
        await asyncio.gather(*(store.log.append(str(n), [OPENED], epoch=1) for n in range(20)))
        assert len(await store.unfinished()) == 20


async def test_a_locked_database_is_unavailable_until_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 10)
    path = tmp_path / "earwitness.db"
    async with await Store.open(path) as store:
        await store.log.append("1", [OPENED], epoch=1)
        assert _available(store)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="locked"):
            await store.log.append("1", [Draft(CallProgressed("ringing"))], epoch=1)
        assert not _available(store)
        assert not await store.probe()
        assert len(await store.log.read("1")) == 1

        other.execute("COMMIT")
        other.close()
        assert await store.probe()
        assert _available(store)
        [event] = await store.log.append("1", [Draft(CallProgressed("ringing"))], epoch=1)
        assert event.seq == 2


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Not a database. " * 100)
    with pytest.raises(StoreError, match="not a database"):
        await Store.open(path)


async def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="cannot be opened"):
        await Store.open(tmp_path)


async def test_a_closed_store_refuses_everything(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "earwitness.db")
    await store.aclose()
    with pytest.raises(StoreUnavailableError, match="closed"):
        await store.apps.create("Mine")
    with pytest.raises(StoreUnavailableError, match="closed"):
        await store.apps.listing()
    await store.aclose()
