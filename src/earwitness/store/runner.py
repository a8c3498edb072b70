"""How blocking database work is run from coroutines."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from earwitness.store.faults import store_error
from earwitness.store.seams import StoreUnavailableError

T = TypeVar("T")


class Runner(Protocol):
    """Runs a function in a transaction, on a thread of its own."""

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns.

        Raises:
            StoreError: the database refused or could not serve it; or whatever `work` raises.
        """


class Readers:
    """A few threads that read, each call from one consistent snapshot.

    At most `capacity` calls are under way or wait; further ones are refused with
    `StoreUnavailableError`.
    """

    def __init__(self, engine: Engine, *, threads: int, capacity: int = 1000) -> None:
        self._engine = engine
        self._capacity = capacity
        self._pending = 0
        self._closed = False
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store-reader")

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on the next free thread."""
        if self._closed:
            raise StoreUnavailableError("The store is closed.")
        if self._pending >= self._capacity:
            raise StoreUnavailableError(
                f"{self._capacity} reads wait for the database already. Try again later."
            )
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, work)
        finally:
            self._pending -= 1

    def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._engine.connect() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise store_error(error) from error

    async def aclose(self) -> None:
        """Wait for the calls under way and end the threads."""
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
