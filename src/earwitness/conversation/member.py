"""Participants of a conversation."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A participant."""

    id: str
    """UUID, opaque to clients."""
    name: str
    user_id: str | None = None
    """The client's own name for the person, usually an e-mail address."""
    email: str | None = None
    role: str | None = None

    @property
    def key(self) -> str:
        """What tells two people apart: the user id, else the e-mail address, else the name (case-folded)."""
        return person_key(self.user_id, self.email, self.name)


def person_key(user_id: str | None, email: str | None, name: str | None) -> str:
    """Return the first of the three that is given, case-folded."""
    return (user_id or email or name or "").strip().casefold()


def member_called(name: str, members: Sequence[Member]) -> Member | None:
    """Return the one member of a name or first name, whatever its case; None of none or several."""
    wanted = " ".join(name.split()).casefold()
    if not wanted:
        return None
    found = [member for member in members if member.name.casefold() == wanted] or [
        member for member in members if member.name.casefold().split()[:1] == [wanted]
    ]
    return found[0] if len(found) == 1 else None


def new_member(
    name: str | None, user_id: str | None = None, email: str | None = None, role: str | None = None
) -> Member:
    """Make a member with a fresh UUID; an address in `user_id` also serves as the e-mail address."""
    if email is None and user_id is not None and "@" in user_id:
        email = user_id
    given = (name or "").strip()
    if not given:
        given = (email or user_id or "Unknown").split("@")[0]
    return Member(str(uuid.uuid4()), given, user_id or email, email, role)
