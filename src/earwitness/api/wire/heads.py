"""The head of a conversation on the wire."""

from collections.abc import Sequence
from typing import Any

from earwitness.api.wire.people import person
from earwitness.api.wire.times import iso
from earwitness.conversation.member import Member
from earwitness.store.seams import ConversationRecord


def rest_head(record: ConversationRecord, members: Sequence[Member]) -> dict[str, Any]:
    """Return what a conversation is, without its content; `endTime` is null while it goes on."""
    return {
        "id": record.id,
        "type": record.kind,
        "name": record.name,
        "startTime": iso(record.started_at),
        "endTime": iso(record.ended_at) if record.ended_at else None,
        "members": [person(member) for member in members],
        "metadata": record.metadata,
        "state": record.outcome or "active",
        "connectionId": record.connection_id,
    }
