"""The first schema.

Revision ID: 0001
Revises:
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _integer(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _of_log(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation_id"], ["logs.conversation_id"], name=f"fk_{table}_conversation_id", ondelete="CASCADE"
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "settings",
        _text("name"),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        _key("settings", "name"),
    )
    op.create_table(
        "apps",
        _text("id"),
        _text("name"),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        _instant("created_at"),
        _key("apps", "id"),
    )
    op.create_table(
        "logs",
        _text("conversation_id"),
        _integer("epoch"),
        _integer("last_seq"),
        _key("logs", "conversation_id"),
    )
    op.create_table(
        "events",
        _text("conversation_id"),
        _integer("seq"),
        _text("kind"),
        sa.Column("at_s", sa.Float()),
        _text("source"),
        _text("leg", nullable=True),
        _text("body"),
        _instant("created_at"),
        _key("events", "conversation_id", "seq"),
        _of_log("events"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        _text("conversation_id"),
        _text("key"),
        _text("kind"),
        _text("payload"),
        _text("state"),
        _integer("attempts"),
        _instant("created_at"),
        _instant("due_at"),
        _instant("done_at", nullable=True),
        _text("error", nullable=True),
        _key("outbox", "id"),
        sa.UniqueConstraint("conversation_id", "key", name="uq_outbox_conversation_id_key"),
        _of_log("outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"])
    op.create_table(
        "conversations",
        _text("conversation_id"),
        _text("app_id"),
        _text("name"),
        _text("kind"),
        _instant("started_at"),
        _instant("media_started_at", nullable=True),
        _instant("ended_at", nullable=True),
        _text("outcome", nullable=True),
        _text("connection_id", nullable=True),
        _text("endpoint", nullable=True),
        _text("timezone"),
        _text("language"),
        _text("call", nullable=True),
        _text("actions"),
        _text("request"),
        _text("metadata"),
        _key("conversations", "conversation_id"),
        _of_log("conversations"),
    )
    op.create_index("ix_conversations_app_id_started_at", "conversations", ["app_id", "started_at"])
    op.create_index("ix_conversations_connection_id", "conversations", ["connection_id"])
    op.create_index("ix_conversations_outcome", "conversations", ["outcome"])
    op.create_table(
        "members",
        _text("conversation_id"),
        _text("id"),
        _integer("seq"),
        _integer("position"),
        _text("body"),
        _key("members", "conversation_id", "id"),
        _of_log("members"),
    )
    op.create_table(
        "messages",
        _text("conversation_id"),
        _text("id"),
        _integer("seq"),
        _integer("position"),
        sa.Column("start_s", sa.Float(), nullable=False),
        _text("leg"),
        _text("speaker_id", nullable=True),
        _text("body"),
        _key("messages", "conversation_id", "id"),
        sa.UniqueConstraint("id", name="uq_messages_id"),
        _of_log("messages"),
    )
    op.create_table(
        "insights",
        _text("conversation_id"),
        _text("id"),
        _integer("seq"),
        _integer("position"),
        _text("kind"),
        sa.Column("score", sa.Float(), nullable=False),
        _text("body"),
        _key("insights", "conversation_id", "id"),
        sa.UniqueConstraint("id", name="uq_insights_id"),
        _of_log("insights"),
    )
    op.create_table(
        "topics",
        _text("conversation_id"),
        _text("id"),
        _integer("seq"),
        _integer("position"),
        sa.Column("score", sa.Float(), nullable=False),
        _text("body"),
        _key("topics", "conversation_id", "id"),
        _of_log("topics"),
    )
    for name in ("summary", "entities", "trackers"):
        op.create_table(
            name,
            _text("conversation_id"),
            _integer("position"),
            _text("body"),
            _key(name, "conversation_id", "position"),
            _of_log(name),
        )
