"""Database connections: SQLite in WAL mode by default, PostgreSQL by URL.

SQLite runs with `synchronous=FULL`: a commit returns when the write-ahead log has reached the disk, so
neither `kill -9` nor a power cut loses a stored event. `NORMAL` would survive the first but not the second.
The sync costs some 0.4 ms on an SSD, which the grouping writer spends once per group.

Parameters stay out of error texts and so out of logs: they hold what people said.
"""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 5000
"""How long SQLite waits for another process that holds the write lock."""

CONNECT_TIMEOUT_S = 5
LOCK_TIMEOUT_MS = 5000
"""How long PostgreSQL waits for a table that somebody else holds, such as a maintenance job."""
STATEMENT_TIMEOUT_MS = 30_000
NETWORK_TIMEOUTS = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""For libpq: a PostgreSQL whose machine or network is gone is given up within half a minute."""


@dataclass(frozen=True, slots=True)
class Engines:
    """One engine to write with (a single connection) and one to read with.

    They are the same object for a database in memory, which has but one connection.
    """

    writing: Engine
    reading: Engine

    @property
    def shared(self) -> bool:
        """Whether readers must take turns with the writer."""
        return self.writing is self.reading

    def dispose(self) -> None:
        """Close all connections."""
        self.writing.dispose()
        self.reading.dispose()


def database_url(url_or_path: str | Path) -> URL:
    """Return the SQLAlchemy URL for what a user wrote: a file path, `sqlite:` or `postgresql:` URL.

    Raises:
        ValueError: the database is of another kind, or the URL cannot be read.
    """
    if isinstance(url_or_path, Path):
        return URL.create("sqlite+pysqlite", database=str(url_or_path))
    if url_or_path == ":memory:":
        return URL.create("sqlite+pysqlite")
    if "://" not in url_or_path:
        return URL.create("sqlite+pysqlite", database=url_or_path)
    try:
        url = make_url(url_or_path)
    except (ArgumentError, ValueError) as error:
        raise ValueError(
            "The database URL cannot be read. Write it as postgresql://user:password@host:5432/name "
            "(with special characters percent-encoded) or sqlite:////absolute/path.db."
        ) from error
    scheme = url.drivername.partition("+")[0]
    if scheme in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if scheme == "sqlite":
        return url.set(drivername="sqlite+pysqlite")
    raise ValueError(
        f"Databases of the kind {scheme!r} are not supported. Use postgresql://… or sqlite:///… instead."
    )


def open_engines(url_or_path: str | Path, *, readers: int) -> Engines:
    """Make the engines for a database; connections are opened when first used.

    Raises:
        ValueError: as `database_url`.
    """
    url = database_url(url_or_path)
    if url.get_backend_name() == "postgresql":
        return _open_postgresql(url, readers)
    if url.database in (None, "", ":memory:"):
        engine = create_engine(
            url, poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
        )
        _configure_sqlite(engine, begin="BEGIN")
        return Engines(engine, engine)
    _make_private(Path(str(url.database)))
    writing = create_engine(url, pool_size=1, max_overflow=0, hide_parameters=True)
    _configure_sqlite(writing, begin="BEGIN IMMEDIATE")
    reading = create_engine(url, pool_size=readers, max_overflow=0, hide_parameters=True)
    _configure_sqlite(reading, begin="BEGIN", query_only=True)
    return Engines(writing, reading)


def _open_postgresql(url: URL, readers: int) -> Engines:
    limits = f"-c lock_timeout={LOCK_TIMEOUT_MS} -c statement_timeout={STATEMENT_TIMEOUT_MS}"
    arguments = {
        **NETWORK_TIMEOUTS,
        "application_name": "earwitness",
        # What the URL asks for comes last, which wins.
        "options": f"{limits} {url.query.get('options', '')}".rstrip(),
    }
    writing = create_engine(
        url, pool_size=1, max_overflow=0, pool_pre_ping=True, connect_args=arguments, hide_parameters=True
    )
    reading = create_engine(
        url,
        pool_size=readers,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args=arguments,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )
    return Engines(writing, reading)


def _make_private(path: Path) -> None:
    """Create the file readable by its owner only; SQLite gives its side files the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _configure_sqlite(engine: Engine, *, begin: str, query_only: bool = False) -> None:
    def connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # The driver would begin transactions on its own, but not before SELECT or SAVEPOINT.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        if query_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    def began(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", began)
