"""The store: the event log, its projections, apps and the outbox, over one database."""

import asyncio
from pathlib import Path
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from earwitness.store import tables
from earwitness.store.apps import SqlApps
from earwitness.store.conversations import SqlConversations
from earwitness.store.engine import Engines, open_engines
from earwitness.store.entities import SqlEntities
from earwitness.store.event_log import SqlEventLog
from earwitness.store.experiences import SqlExperiences
from earwitness.store.faults import store_error
from earwitness.store.jobs import SqlJobs
from earwitness.store.migrate import migrate
from earwitness.store.outbox import SqlOutbox
from earwitness.store.preferences import SqlPreferences
from earwitness.store.rows import upsert
from earwitness.store.runner import Readers
from earwitness.store.seams import ConversationRecord, StoreError, StoreUnavailableError
from earwitness.store.trackers import SqlTrackers
from earwitness.store.writer import Writer

READER_THREADS = 3
SCANNER_THREADS = 1
_MOST_SCANS = 50
"""That wait; further ones are refused."""


class Store:
    """Everything that is kept; also an async context manager that closes itself."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._writer = Writer(engines.writing)
        self._readers = None if engines.shared else Readers(engines.reading, threads=READER_THREADS)
        self._scanners = None
        if not engines.shared:
            # Of their own, as every request needs a reader, if only to know whose it is.
            self._scanners = Readers(engines.reading, threads=SCANNER_THREADS, capacity=_MOST_SCANS)
        readers = self._readers or self._writer
        self.log = SqlEventLog(self._writer, readers)
        self.conversations = SqlConversations(self._writer, readers, self._scanners or self._writer)
        self.apps = SqlApps(self._writer, readers)
        self.preferences = SqlPreferences(self._writer, readers)
        self.outbox = SqlOutbox(self._writer, readers)
        self.jobs = SqlJobs(self._writer, readers)
        self.trackers = SqlTrackers(self._writer, readers)
        self.entities = SqlEntities(self._writer, readers)
        self.experiences = SqlExperiences(self._writer, readers)

    @classmethod
    async def open(cls, url_or_path: str | Path) -> Self:
        """Open a database and bring its schema up to date.

        Args:
            url_or_path: a SQLite file, `:memory:`, `sqlite:///…`, or `postgresql://user:password@host/name`.

        Raises:
            ValueError: the database is of an unsupported kind.
            StoreUnavailableError: the database cannot be opened now.
            StoreError: it was written by a newer version, or is no database.
        """
        return cls(await asyncio.to_thread(_prepare, url_or_path))

    @property
    def available(self) -> bool:
        """Whether the last write reached the database."""
        return self._writer.available

    async def probe(self) -> bool:
        """Try a small write; tells, as `available` does afterwards, whether the store can write."""
        row = {"name": "probe", "value": b""}

        def work(connection: Connection) -> None:
            upsert(connection, tables.settings, [row], ("value",))

        try:
            await self._writer.run(work)
        except StoreUnavailableError:
            return False
        return True

    async def unfinished(self) -> list[ConversationRecord]:
        """Return the conversations that were never closed, oldest first."""
        return await self.conversations.unfinished()

    async def aclose(self) -> None:
        """Finish what was asked for, then close the database."""
        await self._writer.aclose()
        for readers in (self._readers, self._scanners):
            if readers is not None:
                await readers.aclose()
        await asyncio.to_thread(self._engines.dispose)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _prepare(url_or_path: str | Path) -> Engines:
    try:
        engines = open_engines(url_or_path, readers=READER_THREADS + SCANNER_THREADS)
    except OSError as error:
        raise StoreUnavailableError(
            f"The database file {url_or_path} cannot be opened ({error.strerror}). "
            "Check the path and its permissions."
        ) from error
    try:
        migrate(engines.writing)
    except SQLAlchemyError as error:
        engines.dispose()
        raise store_error(error) from error
    except StoreError:
        engines.dispose()
        raise
    return engines
