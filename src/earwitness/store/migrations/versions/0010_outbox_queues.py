"""Webhooks that are behind others of their conversation are told from those whose turn it is.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the webhooks that are not the next of their conversation into its queue."""
    op.drop_index("ix_outbox_state_due_at", "outbox")
    op.create_index("ix_outbox_state_kind_due_at_id", "outbox", ["state", "kind", "due_at", "id"])
    op.execute(
        "UPDATE outbox SET state = 'queued' WHERE state = 'waiting' AND kind = 'webhook' AND id NOT IN ("
        "SELECT min(id) FROM outbox WHERE state = 'waiting' AND kind = 'webhook' GROUP BY conversation_id)"
    )
