"""The people of a call, found by what clients say of them."""

from collections.abc import Iterable

from earwitness.calls.seams import PushedEvent
from earwitness.conversation.member import Member, new_member, person_key


class Roster:
    """Members by their key (user id, else e-mail address, else name)."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members = {member.key: member for member in members}

    @property
    def members(self) -> tuple[Member, ...]:
        """Everyone, in the order in which they became known."""
        return tuple(self._members.values())

    def find(self, pushed: PushedEvent) -> tuple[Member | None, bool]:
        """Return whom an event speaks of, and whether they are new; None where it names nobody."""
        key = person_key(pushed.user_id, pushed.email, pushed.name)
        if not key:
            return None, False
        if key in self._members:
            return self._members[key], False
        member = new_member(pushed.name, pushed.user_id, pushed.email, pushed.role)
        self._members[key] = member
        return member, True

    def seat(self, member: Member) -> tuple[Member, bool]:
        """Take a member in, unless the key is known; returns whom it names, and whether they are new."""
        known = self._members.setdefault(member.key, member)
        return known, known is member
