"""Entities and tracked phrases by the messages that they are in.

Nothing found any before this revision, so the tables that go are empty.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables anew."""
    for name in ("entities", "trackers"):
        op.drop_table(name)
        op.create_table(
            name,
            sa.Column("conversation_id", sa.Text(), nullable=False),
            sa.Column("key", sa.Text(), nullable=False),
            sa.Column("message_id", sa.Text(), nullable=False),
            sa.Column("seq", sa.Integer(), nullable=False),
            sa.Column("position", sa.Integer(), nullable=False),
            sa.Column("start_s", sa.Float(), nullable=True),
            sa.Column("body", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("conversation_id", "key", "message_id", name=f"pk_{name}"),
            sa.ForeignKeyConstraint(
                ["conversation_id"],
                ["logs.conversation_id"],
                name=f"fk_{name}_conversation_id",
                ondelete="CASCADE",
            ),
        )
