"""Intents.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of intents."""
    op.create_table(
        "intents",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "name", name="pk_intents"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["logs.conversation_id"],
            name="fk_intents_conversation_id",
            ondelete="CASCADE",
        ),
    )
