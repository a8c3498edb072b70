"""What an earlier delivery of a conversation is found by.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index, and forget what deliveries held that nobody sends any more."""
    op.create_index(
        "ix_outbox_conversation_id_state_kind_id", "outbox", ["conversation_id", "state", "kind", "id"]
    )
    op.execute("UPDATE outbox SET payload = '{}' WHERE state <> 'waiting'")
