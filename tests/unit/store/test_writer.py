"""The writer groups commits, keeps jobs apart and survives a database in trouble."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from earwitness.store import writer as module
from earwitness.store.engine import open_engines
from earwitness.store.seams import StoreError, StoreUnavailableError
from earwitness.store.writer import Writer


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engines = open_engines(tmp_path / "earwitness.db", readers=1)
    with engines.writing.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER PRIMARY KEY, filling TEXT)")
    yield engines.writing
    engines.dispose()


def _insert(connection: Connection, a: int) -> int:
    connection.execute(text("INSERT INTO t (a) VALUES (:a)"), {"a": a})
    return a


def _inserting(a: int) -> Callable[[Connection], int]:
    return lambda connection: _insert(connection, a)


def _available(writer: Writer) -> bool:
    return writer.available


def _stored(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT a FROM t ORDER BY a").scalars())


async def test_waiting_jobs_share_one_commit_in_order(engine: Engine) -> None:
    commits = 0

    def committed(_: Connection) -> None:
        nonlocal commits
        commits += 1

    event.listen(engine, "commit", committed)
    writer = Writer(engine)
    held, release = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        held.set()
        release.wait()

    order: list[int] = []

    def noting(a: int) -> Callable[[Connection], int]:
        def note(connection: Connection) -> int:
            order.append(a)
            return _insert(connection, a)

        return note

    first = asyncio.ensure_future(writer.run(hold))
    await asyncio.to_thread(held.wait)
    rest = [asyncio.ensure_future(writer.run(noting(n))) for n in range(50)]
    await asyncio.sleep(0)
    release.set()
    await first

    assert await asyncio.gather(*rest) == order == list(range(50))
    assert commits == 2
    await writer.aclose()


async def test_a_failing_job_changes_nothing_and_harms_no_other(engine: Engine) -> None:
    writer = Writer(engine)

    def break_off(connection: Connection) -> None:
        _insert(connection, 90)
        raise ZeroDivisionError("in the job")

    def violate(connection: Connection) -> None:
        _insert(connection, 91)
        _insert(connection, 1)

    results = await asyncio.gather(
        writer.run(_inserting(1)),
        writer.run(break_off),
        writer.run(violate),
        writer.run(_inserting(2)),
        return_exceptions=True,
    )

    assert results[0] == 1
    assert isinstance(results[1], ZeroDivisionError)
    assert isinstance(results[2], StoreError)
    assert not isinstance(results[2], StoreUnavailableError)
    assert results[3] == 2
    assert _available(writer)
    assert _stored(engine) == [1, 2]
    await writer.aclose()


async def test_a_full_database_fails_the_group_and_is_forgotten_when_there_is_room(engine: Engine) -> None:
    writer = Writer(engine)

    def limit(connection: Connection, pages: int) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def fill(connection: Connection) -> None:
        connection.execute(text("INSERT INTO t (filling) VALUES (:filling)"), {"filling": "x" * 50_000})

    await writer.run(lambda connection: limit(connection, 10))
    results = await asyncio.gather(writer.run(_inserting(1)), writer.run(fill), return_exceptions=True)
    assert isinstance(results[-1], StoreUnavailableError)
    assert "full" in str(results[-1])
    assert not _available(writer)

    await writer.run(lambda connection: limit(connection, 1000))
    await writer.run(fill)
    assert _available(writer)
    await writer.aclose()


async def test_jobs_over_the_bound_are_refused(engine: Engine) -> None:
    writer = Writer(engine, capacity=2)
    held, release = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        held.set()
        release.wait()

    running = asyncio.ensure_future(writer.run(hold))
    await asyncio.to_thread(held.wait)
    waiting = [asyncio.ensure_future(writer.run(_inserting(n))) for n in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailableError, match="2 writes wait"):
        await writer.run(_inserting(3))
    release.set()
    await asyncio.gather(running, *waiting)
    await writer.aclose()


async def test_closing_writes_what_waits_and_refuses_the_rest(engine: Engine) -> None:
    writer = Writer(engine)
    jobs = [asyncio.ensure_future(writer.run(_inserting(n))) for n in range(5)]
    await asyncio.sleep(0)
    await writer.aclose()

    assert await asyncio.gather(*jobs) == list(range(5))
    assert _stored(engine) == list(range(5))
    with pytest.raises(StoreUnavailableError, match="closed"):
        await writer.run(_inserting(9))


async def test_a_cancelled_caller_does_not_disturb_the_writer(engine: Engine) -> None:
    writer = Writer(engine)
    job = asyncio.ensure_future(writer.run(_inserting(1)))
    await asyncio.sleep(0)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job

    assert await writer.run(_inserting(2)) == 2
    await writer.aclose()


async def test_an_error_outside_all_jobs_reaches_every_caller(engine: Engine) -> None:
    writer = Writer(engine)

    def break_off(_: Connection) -> None:
        raise ZeroDivisionError("at the start of the transaction")

    event.listen(engine, "begin", break_off)
    results = await asyncio.gather(*(writer.run(_inserting(n)) for n in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [ZeroDivisionError] * 3
    assert not _available(writer)

    event.remove(engine, "begin", break_off)
    assert await writer.run(_inserting(3)) == 3
    assert _available(writer)
    await writer.aclose()


async def test_a_database_that_hangs_is_not_available_and_is_not_waited_for_at_the_end(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "HANGS_AFTER_S", 0.0)
    monkeypatch.setattr(module, "CLOSED_WITHIN_S", 0.01)
    writer = Writer(engine)
    held, release = threading.Event(), threading.Event()

    def hang(_: Connection) -> None:
        held.set()
        release.wait()

    assert _available(writer)
    hanging = asyncio.create_task(writer.run(hang))
    await asyncio.to_thread(held.wait)
    assert not _available(writer)
    await writer.aclose()
    assert "hangs" in caplog.text
    release.set()
    await hanging
    assert _available(writer)
