"""What it costs to find what is due."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, text
from sqlalchemy.pool import ConnectionPoolEntry

from earwitness.conversation.events import Opened
from earwitness.store.engine import Engines, open_engines
from earwitness.store.outbox import SqlOutbox
from earwitness.store.runner import Readers
from earwitness.store.seams import Draft, NewDelivery
from earwitness.store.store import Store


def _count(engines: Engines) -> list[int]:
    """Have the steps of SQLite's machine counted that statements take; the list gets one for each."""
    steps: list[int] = []

    def connected(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.set_progress_handler(lambda: steps.append(1), 1)

    event.listen(engines.reading, "connect", connected)
    return steps


async def _steps(path: Path, number: int) -> int:
    """Return what `due` and `next_due` cost where two conversations made and have so many deliveries."""
    async with await Store.open(path) as store:
        hooks = [NewDelivery(f"results:{n}:0:0", "webhook", {}) for n in range(2 * number)]
        for conversation_id in "12":
            opened = Draft(Opened("app", "Weekly", datetime.now(UTC)))
            await store.log.append(conversation_id, [opened], epoch=1, deliveries=hooks)
    engines = open_engines(path, readers=1)
    with engines.writing.begin() as connection:
        most = text("UPDATE outbox SET state = 'done' WHERE id % :of < :half AND id % :of > 0")
        connection.execute(most, {"of": 2 * number, "half": number})
    async with await Store.open(path) as store:
        for last in (number, 3 * number):
            await store.outbox.done(last)
    steps = _count(engines)
    readers = Readers(engines.reading, threads=1)
    outbox = SqlOutbox(readers, readers)
    due = await outbox.due(datetime.now(UTC) + timedelta(seconds=1))
    assert [delivery.id for delivery in due] == [number + 1, 3 * number + 1]
    assert await outbox.next_due() == due[0].created_at
    await readers.aclose()
    engines.dispose()
    return len(steps)


async def test_finding_what_is_due_costs_the_same_whatever_is_behind_it(tmp_path: Path) -> None:
    few, many = [await _steps(tmp_path / f"{number}.db", number) for number in (100, 800)]
    assert 0 < many < 1.2 * few
