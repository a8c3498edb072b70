"""The webhooks of a conversation have a queue for each receiver.

Revision ID: 0011
Revises: 0010
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Note whom each webhook goes to, and give the first one to each receiver its turn."""
    op.add_column("outbox", sa.Column("receiver", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.drop_index("ix_outbox_conversation_id_state_kind_id", "outbox")
    op.create_index(
        "ix_outbox_conversation_id_receiver_state_kind_id",
        "outbox",
        ["conversation_id", "receiver", "state", "kind", "id"],
    )
    connection = op.get_bind()
    waiting = sa.text(
        "SELECT id, payload FROM outbox WHERE kind = 'webhook' AND state IN ('waiting', 'queued')"
    )
    receivers = [
        {"id": id_, "receiver": hashlib.sha256(url.encode()).hexdigest()[:32]}
        for id_, payload in connection.execute(waiting).all()
        if (url := json.loads(payload).get("url"))
    ]
    if receivers:
        connection.execute(sa.text("UPDATE outbox SET receiver = :receiver WHERE id = :id"), receivers)
    op.execute(
        "UPDATE outbox SET state = 'waiting' WHERE state = 'queued' AND kind = 'webhook' AND id IN ("
        "SELECT min(id) FROM outbox WHERE state IN ('waiting', 'queued') AND kind = 'webhook' "
        "GROUP BY conversation_id, receiver)"
    )
