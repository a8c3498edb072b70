"""The lock that keeps a second server out of a database.

A server at its start finishes every conversation that was never closed, and while it runs it does all jobs,
readings and deliveries. Two servers would finish each other's live calls and send every e-mail twice.
Commands that only look something up or make an app do not need the lock.
"""

import fcntl
import logging
import os
import threading
import time
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from earwitness.store.engine import NETWORK_TIMEOUTS, database_url
from earwitness.store.faults import store_error
from earwitness.store.seams import DatabaseInUseError, StoreUnavailableError

logger = logging.getLogger(__name__)

_WAIT_S = 5.0
"""How long another server that is just ending is waited for."""
_POLL_S = 0.2
_KEY = 0x6561727769746E73
"""`earwitns`. The schema is part of the lock too: a database may hold several."""
_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(coalesce(current_schema(), ''), :key))")
_HELD = text("SELECT 1")
_KEEPALIVE = "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""PostgreSQL keeps the lock of a machine that lost its power until it notices: here within half a minute."""


class DatabaseLock(Protocol):
    """Held by the one server of a database. All methods block."""

    def acquire(self) -> None:
        """Take it.

        Raises:
            DatabaseInUseError: another server has it.
            StoreUnavailableError: the database cannot be reached.
        """

    def keep(self) -> bool:
        """Tell whether it is still ours, taking it again where it was lost; False: another server has it."""

    def release(self) -> None:
        """Let others have it."""


def database_lock(url_or_path: str | Path) -> DatabaseLock | None:
    """Return the lock of a database; None for one in memory, which nobody else can open.

    Raises:
        ValueError: as `database_url`.
    """
    url = database_url(url_or_path)
    if url.get_backend_name() == "postgresql":
        return PostgresqlLock(url)
    if url.database in (None, "", ":memory:"):
        return None
    return FileLock(Path(str(url.database)))


class FileLock:
    """A lock on a file beside the database (flock(2)); the system frees it with the process."""

    def __init__(self, database: Path) -> None:
        """Make it; whatever path leads to a database, its lock is the same."""
        self._database = database
        self._path = Path(f"{os.path.realpath(database)}.lock")
        self._file: int | None = None

    def acquire(self) -> None:
        """See `DatabaseLock.acquire`."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreUnavailableError(
                f"The lock {self._path} of the database cannot be opened ({error.strerror}). "
                "Check the path and its permissions."
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise _in_use(str(self._database)) from None
        self._file = file

    def keep(self) -> bool:
        """See `DatabaseLock.keep`."""
        return True

    def release(self) -> None:
        """See `DatabaseLock.release`."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class PostgresqlLock:
    """An advisory lock of a session that stays open; PostgreSQL frees it with the session."""

    def __init__(self, url: URL) -> None:
        """Make it; see `acquire`."""
        self._url = url
        self._engine: Engine = create_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={
                **NETWORK_TIMEOUTS,
                "application_name": "earwitness lock",
                "options": _KEEPALIVE,
            },
            hide_parameters=True,
        )
        self._session: Connection | None = None
        self._turn = threading.Lock()
        self._wanted = False

    def acquire(self) -> None:
        """See `DatabaseLock.acquire`."""
        until = time.monotonic() + _WAIT_S
        try:
            while not self._take():
                if time.monotonic() >= until:
                    raise _in_use(self._url.render_as_string())
                time.sleep(_POLL_S)
            self._wanted = True
        except SQLAlchemyError as error:
            raise store_error(error) from error

    def keep(self) -> bool:
        """See `DatabaseLock.keep`."""
        with self._turn:
            if self._session is not None:
                try:
                    self._session.execute(_HELD)
                except SQLAlchemyError as error:
                    logger.warning("the session that locks the database broke: %s", store_error(error))
                    self._drop()
            if self._session is not None or not self._wanted:
                return True
            try:
                return self._take()
            except SQLAlchemyError:
                return True  # As long as the database cannot be reached, nobody else gets it either.

    def release(self) -> None:
        """See `DatabaseLock.release`."""
        with self._turn:
            self._wanted = False
            self._drop()

    def _drop(self) -> None:
        if self._session is not None:
            self._session.invalidate()
            self._session.close()
            self._session = None

    def _take(self) -> bool:
        session = self._engine.connect()
        try:
            taken = bool(session.execute(_TAKE, {"key": _KEY}).scalar())
        except SQLAlchemyError:
            session.close()
            raise
        if taken:
            self._session = session
        else:
            session.close()
        return taken


def _in_use(name: str) -> DatabaseInUseError:
    return DatabaseInUseError(
        f"Another earwitness server uses the database {name}; two would finish each other's calls and send "
        "every e-mail twice. Talk to that server with --server URL, stop it, or set EARWITNESS_DATABASE_URL "
        "to another database."
    )
