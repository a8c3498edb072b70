"""Members on the wire."""

from typing import Any

from earwitness.conversation.member import Member


def person(member: Member | None) -> dict[str, Any]:
    """Return a member as `from`, `user` or `assignee`; empty where nobody is known.

    Messages read `email`, insights and live frames `userId`: both are always there.
    """
    if member is None:
        return {}
    fields = {
        "id": member.id,
        "name": member.name,
        "email": member.email,
        "userId": member.user_id,
        "role": member.role,
    }
    return {key: value for key, value in fields.items() if value is not None}
