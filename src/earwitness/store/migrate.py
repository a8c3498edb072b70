"""Brings a database to the schema of this version."""

import threading

from sqlalchemy import Connection, Engine, inspect, text

from earwitness.store.migrations import HEAD
from earwitness.store.seams import StoreError

_LOCK = 0x6561_7277_6974
"""Key of the PostgreSQL advisory lock that lets one process migrate at a time."""

_alembic = threading.Lock()
"""Alembic keeps the migration that runs in a global of the process."""


def migrate(engine: Engine) -> None:
    """Upgrade the schema in one transaction, or make it in an empty database.

    Does nothing, and does not import Alembic, when the schema is up to date.

    Raises:
        StoreError: a newer version of earwitness wrote the database.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be opened or changed.
    """
    with engine.connect() as connection:
        if _version(connection) == HEAD:
            return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # A large table takes its time.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _version(connection) != HEAD:
            with _alembic:
                _upgrade(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "earwitness.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            f"The database has schema {_version(connection)!r}, which this version of earwitness "
            f"(schema {HEAD!r}) does not know. Install the version that wrote it or a newer one."
        ) from error
