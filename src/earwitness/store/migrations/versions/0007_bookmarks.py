"""Bookmarks and experiences.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of bookmarks and of experiences."""
    op.create_table(
        "bookmarks",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "id", name="pk_bookmarks"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["logs.conversation_id"],
            name="fk_bookmarks_conversation_id",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "experiences",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("look", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_experiences"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["logs.conversation_id"],
            name="fk_experiences_conversation_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_experiences_conversation_id", "experiences", ["conversation_id"])
