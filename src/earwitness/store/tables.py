"""The tables of the store.

`logs` and `events` are the truth, `outbox`, `jobs`, `experiences`, `apps`, `managed_trackers`,
`managed_entities`, `preferences`
and `settings` stand for themselves, and all else is a projection of the events that `projections.rebuild` can
make anew.

Bodies are JSON text as the event log writes it. A projected row carries the sequence number of the event
that made it and its position within that event, which together give the order of the log.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database; SQLite keeps it without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; give an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_RowId = BigInteger().with_variant(Integer, "sqlite")


def _of_conversation() -> Column[str]:
    return Column(
        "conversation_id",
        Text,
        ForeignKey("logs.conversation_id", ondelete="CASCADE"),
        primary_key=True,
    )


settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    Column("app_id", Text, ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True),
    Column("body", Text, nullable=False),
)

apps = Table(
    "apps",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

managed_trackers = Table(
    "managed_trackers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("vocabulary", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("app_id", "name"),
)

managed_entities = Table(
    "managed_entities",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subtype", Text, nullable=False),
    Column("values", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("app_id", "type", "subtype"),
)

logs = Table(
    "logs",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
)

events = Table(
    "events",
    metadata,
    _of_conversation(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at_s", Float),
    Column("source", Text, nullable=False),
    Column("leg", Text),
    Column("body", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column(
        "conversation_id",
        Text,
        ForeignKey("logs.conversation_id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("error", Text),
    Column("receiver", Text, nullable=False, server_default=text("''")),
    UniqueConstraint("conversation_id", "key"),
    Index(None, "state", "kind", "due_at", "id"),
    Index(None, "conversation_id", "receiver", "state", "kind", "id"),
    # Else SQLite could give the id of a deleted row to a new one while the old one is being delivered.
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("app_id", Text, nullable=False),
    Column(
        "conversation_id",
        Text,
        ForeignKey("logs.conversation_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("work", Text, nullable=False),
    Column("webhook_url", Text),
    Column("error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

experiences = Table(
    "experiences",
    metadata,
    Column("id", Text, primary_key=True),
    Column(
        "conversation_id",
        Text,
        ForeignKey("logs.conversation_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("name", Text, nullable=False),
    Column("look", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    _of_conversation(),
    Column("app_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("media_started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("outcome", Text, index=True),
    Column("connection_id", Text, index=True),
    Column("endpoint", Text),
    Column("timezone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("call", Text),
    Column("actions", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("metadata", Text, nullable=False),
    Index(None, "app_id", "started_at"),
)

members = Table(
    "members",
    metadata,
    _of_conversation(),
    Column("id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    _of_conversation(),
    Column("id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("start_s", Float, nullable=False),
    Column("leg", Text, nullable=False),
    Column("speaker_id", Text),
    Column("body", Text, nullable=False),
    UniqueConstraint("id"),
)

insights = Table(
    "insights",
    metadata,
    _of_conversation(),
    Column("id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("id"),
)

topics = Table(
    "topics",
    metadata,
    _of_conversation(),
    Column("id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("body", Text, nullable=False),
)


intents = Table(
    "intents",
    metadata,
    _of_conversation(),
    Column("name", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    _of_conversation(),
    Column("state", Text, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

bookmarks = Table(
    "bookmarks",
    metadata,
    _of_conversation(),
    Column("id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("body", Text, nullable=False),
)


summary = Table(
    "summary",
    metadata,
    _of_conversation(),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)


def _placed_table(name: str) -> Table:
    """Make a table of what is found in single messages; `key` tells apart what several messages may hold."""
    return Table(
        name,
        metadata,
        _of_conversation(),
        Column("key", Text, primary_key=True),
        Column("message_id", Text, primary_key=True),
        Column("seq", Integer, nullable=False),
        Column("position", Integer, nullable=False),
        Column("start_s", Float),
        Column("body", Text, nullable=False),
    )


entities = _placed_table("entities")
trackers = _placed_table("trackers")

PROJECTIONS = (
    conversations,
    members,
    messages,
    insights,
    topics,
    intents,
    readings,
    bookmarks,
    summary,
    entities,
    trackers,
)
"""The tables that can be made anew from the events."""
