"""Small helpers to turn values into rows and back."""

from functools import cache
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import Insert, insert

T = TypeVar("T")


def to_json(value: object) -> str:
    """Return a value as JSON text."""
    return msgspec.json.encode(value).decode()


def from_json(text: str, kind: type[T]) -> T:
    """Read JSON text as a value of a type; the inverse of `to_json`."""
    return msgspec.json.decode(text, type=kind)


def insert_or_ignore(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows; those that violate a unique constraint are left out."""
    if rows:
        connection.execute(_ignoring(connection.dialect.name, table), rows)


def upsert(
    connection: Connection, table: Table, rows: list[dict[str, Any]], columns: tuple[str, ...]
) -> None:
    """Insert rows; where the primary key exists, set `columns` of that row instead."""
    if rows:
        connection.execute(_upserting(connection.dialect.name, table, columns), rows)


@cache
def _ignoring(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _upserting(dialect: str, table: Table, columns: tuple[str, ...]) -> Insert:
    statement = _insert(dialect, table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={column: statement.excluded[column] for column in columns},
    )


def _insert(dialect: str, table: Table) -> Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # slow to import, and few need it

        return cast(Insert, postgresql.insert(table))  # both kinds take the same conflict clauses
    return insert(table)
