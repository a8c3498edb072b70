"""The one thread that writes.

Commits are what costs, so the writer groups them: each time it wakes it takes every job that waits and runs
them in one transaction, in the order they came. A savepoint around each job keeps a refused one from
spoiling its neighbours. Callers are told only after the commit, so what they were told is durable.

When the database cannot write (disk full, locked, gone), the whole transaction is rolled back and every job
of the group fails with `StoreUnavailableError`; the thread lives on and the next group may succeed.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from earwitness.store.faults import is_unavailable, store_error
from earwitness.store.seams import StoreUnavailableError

T = TypeVar("T")

_log = logging.getLogger(__name__)

HANGS_AFTER_S = 10.0
"""A group under way for longer means that the database cannot write."""
CLOSED_WITHIN_S = 20.0


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class Writer:
    """Runs write jobs in grouped transactions on its own thread.

    At most `capacity` jobs wait; further ones are refused with `StoreUnavailableError`. A caller that is
    cancelled leaves its job in the queue: it may or may not be written.
    """

    def __init__(self, engine: Engine, *, capacity: int = 10_000) -> None:
        self._engine = engine
        self._capacity = capacity
        self._waiting: list[_Job] = []
        self._changed = threading.Condition()
        self._closing = False
        self._could_write = True
        self._begun_s: float | None = None
        """When the group that is being written was begun, monotonic."""
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    @property
    def available(self) -> bool:
        """Whether the last group could be written, and the one that is being written does not hang."""
        begun_s = self._begun_s
        return self._could_write and (begun_s is None or time.monotonic() - begun_s < HANGS_AFTER_S)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in the next group; returns once its transaction is committed.

        Raises:
            StoreUnavailableError: nothing was written.
            StoreError: the database refused this job, or `work` raised it.
        """
        job = _Job(work, asyncio.get_running_loop().create_future())
        with self._changed:
            if self._closing:
                raise StoreUnavailableError("The store is closed; nothing was written.")
            if len(self._waiting) >= self._capacity:
                raise StoreUnavailableError(
                    f"{self._capacity} writes wait for the database already; nothing was written. "
                    "Try again later."
                )
            self._waiting.append(job)
            self._changed.notify()
        result: T = await job.future
        return result

    async def aclose(self) -> None:
        """Write what waits, then end the thread; one that the database lets hang is left to itself."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        await asyncio.to_thread(self._thread.join, CLOSED_WITHIN_S)
        if self._thread.is_alive():
            _log.error("The database hangs; what was being written may be lost.")

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._closing:
                    self._changed.wait()
                jobs, self._waiting = self._waiting, []
            if not jobs:
                return
            self._begun_s = time.monotonic()
            self._write(jobs)
            self._begun_s = None
            _settle(jobs)

    def _write(self, jobs: list[_Job]) -> None:
        try:
            with self._engine.begin() as connection:
                for job in jobs:
                    _attempt(connection, job)
        except Exception as error:  # noqa: BLE001 - not swallowed: every caller gets it, and the thread lives on
            if self._could_write:
                _log.error("The store cannot write: %s", error)
            self._could_write = False
            for job in jobs:
                job.error = _chained(error) if isinstance(error, SQLAlchemyError) else error
        else:
            if not self._could_write:
                _log.warning("The store can write again")
            self._could_write = True


def _attempt(connection: Connection, job: _Job) -> None:
    """Run one job inside a savepoint; raise only what ends the whole transaction."""
    connection.exec_driver_sql("SAVEPOINT job")
    try:
        job.result = job.work(connection)
    except SQLAlchemyError as error:
        if is_unavailable(error):
            raise
        job.error = _chained(error)
    except Exception as error:  # noqa: BLE001 - not swallowed: the caller waiting for the job gets it
        job.error = error
    if job.error is not None:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT job")
    connection.exec_driver_sql("RELEASE SAVEPOINT job")


def _chained(error: SQLAlchemyError) -> Exception:
    wrapped = store_error(error)
    wrapped.__cause__ = error
    return wrapped


def _settle(jobs: list[_Job]) -> None:
    """Tell the callers, waking each event loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.future.get_loop(), []).append(job)
    for loop, settled in by_loop.items():
        try:
            loop.call_soon_threadsafe(_tell, settled)
        except RuntimeError:
            _log.debug("An event loop closed before its %d writes were settled", len(settled))


def _tell(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
