"""The people of a conversation, found by what clients, legs and mixers say of them."""

from collections.abc import Iterable

from earwitness.calls.seams import CallRefusedError, PushedEvent
from earwitness.conversation.member import Member, new_member, person_key

MOST_BY_EVENTS = 300
"""People whom the speaker events of a conversation may bring in; events of further ones are refused."""


class Roster:
    """Members by their key (user id, else e-mail address, else name); a key that was theirs once stays so."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members: dict[str, Member] = {}
        """By id, in the order in which they became known."""
        self._ids: dict[str, str] = {}
        """By key."""
        self.merged: dict[str, str] = {}
        """By the id of who turned out to be somebody else: whose it is."""
        self._unnamed = 0
        self._by_events = 0
        for member in members:
            self._members[member.id] = member  # of one name, too, as people may give two the same
            self._ids.setdefault(member.key, member.id)

    @property
    def members(self) -> tuple[Member, ...]:
        """Everyone, in the order in which they became known."""
        return tuple(self._members.values())

    def by_id(self, member_id: str) -> Member | None:
        """Return the member of an id."""
        return self._members.get(member_id)

    def find(self, pushed: PushedEvent) -> tuple[Member | None, bool]:
        """Return whom an event speaks of, and whether they are new; None where it names nobody.

        Raises:
            CallRefusedError: 409, events have brought in too many already.
        """
        key = person_key(pushed.user_id, pushed.email, pushed.name)
        if not key:
            return None, False
        if key in self._ids:
            return self._members[self._ids[key]], False
        if self._by_events >= MOST_BY_EVENTS:
            raise CallRefusedError(
                409, f"Events have named {MOST_BY_EVENTS} people in this conversation; there can be no more."
            )
        self._by_events += 1
        return self.seat(new_member(pushed.name, pushed.user_id, pushed.email, pushed.role))

    def seat(self, member: Member) -> tuple[Member, bool]:
        """Take a member in, unless the key is known; returns whom it names, and whether they are new."""
        if member.key in self._ids:
            return self._members[self._ids[member.key]], False
        self._members[member.id] = member
        self._ids[member.key] = member.id
        return member, True

    def unnamed(self) -> Member:
        """Take in somebody of whom nothing is known."""
        while True:
            self._unnamed += 1
            member, is_new = self.seat(new_member(f"Speaker {self._unnamed}"))
            if is_new:
                return member

    def change(self, changed: Member) -> Member | None:
        """Give the member of that id another name or address.

        Returns:
            The other member who has that address already and so is the same person; they are taken out.

        Raises:
            KeyError: there is no member of that id.
        """
        if changed.id not in self._members:
            raise KeyError(changed.id)
        same = next((one for one in self._members.values() if _is_same(one, changed)), None)
        self._members[changed.id] = changed
        if same is not None:
            del self._members[same.id]
            ids = {same.id, *(gone for gone, kept in self.merged.items() if kept == same.id)}
            self.merged |= dict.fromkeys(ids, changed.id)
            self._ids = {key: changed.id if owner == same.id else owner for key, owner in self._ids.items()}
        self._ids[changed.key] = changed.id
        return same


def _is_same(one: Member, changed: Member) -> bool:
    if one.id == changed.id:
        return False
    addresses = {address.casefold() for address in (one.user_id, one.email) if address}
    return any(address and address.casefold() in addresses for address in (changed.user_id, changed.email))
