"""Readings by a language model, and preferences of apps.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "readings",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_readings"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["logs.conversation_id"],
            name="fk_readings_conversation_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_readings_state", "readings", ["state"])
    op.create_table(
        "preferences",
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("app_id", name="pk_preferences"),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name="fk_preferences_app_id", ondelete="CASCADE"),
    )
