"""The people whom a mixer mixes: sources of RTP (CSRC) become members."""

from collections.abc import Iterable, Iterator

from earwitness.calls.roster import Roster
from earwitness.conversation.events import Body, MemberChanged, MemberJoined, MembersMerged
from earwitness.conversation.member import Member, new_member

_MOST_SOURCES = 64
"""People whom one mixer can bring in; further ones stay unknown."""
_MOST_NAMED = 4 * _MOST_SOURCES
"""Sources whose names are kept: people begin anew, or have several. Those of further ones are not noted."""


class MixedPeople:
    """Members by their sources. One of whom nothing is known is `Speaker 1` …, until RTCP names it."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._names: dict[int, tuple[str, str]] = {}
        """CNAME and NAME by source."""
        self._member_ids: dict[str, str] = {}
        """By what tells sources apart."""
        self._news: list[Body] = []

    def news(self) -> list[Body]:
        """Fetch what became known of members since the last time."""
        news, self._news = self._news, []
        return news

    def members_of(self, csrcs: Iterable[int]) -> tuple[Member, ...]:
        """Return whose sources these are."""
        return tuple(member for csrc in csrcs for member in self._member_of(csrc))

    def name(self, ssrc: int, cname: str, name: str) -> Member | None:
        """Take what the mixer says of a source; returns the member who is called something else now."""
        before = self._key(ssrc)
        if ssrc in self._names or len(self._names) < _MOST_NAMED:
            self._names[ssrc] = (cname, name.strip())
            self._rekey(before, self._key(ssrc))
        member_id = self._member_ids.get(self._key(ssrc))
        member = self._roster.by_id(member_id) if member_id is not None else None
        if member is None or not name.strip() or member.user_id or not member.name.startswith("Speaker "):
            return None
        changed = Member(member.id, name.strip(), member.user_id, member.email, member.role)
        merged = self._roster.change(changed)
        self._news.append(MemberChanged(changed) if merged is None else MembersMerged(changed, merged.id))
        return changed

    def _member_of(self, csrc: int) -> Iterator[Member]:
        key = self._key(csrc)
        member_id = self._member_ids.get(key)
        if member_id is None and len(set(self._member_ids.values())) < _MOST_SOURCES:
            name = self._names.get(csrc, ("", ""))[1]
            member, is_new = self._roster.seat(new_member(name)) if name else (self._roster.unnamed(), True)
            member_id = self._member_ids[key] = member.id
            if is_new:
                self._news.append(MemberJoined(member))
        if member_id is not None and (known := self._roster.by_id(member_id)) is not None:
            yield known

    def _rekey(self, before: str, now: str) -> None:
        """Know a source's member by another key; the one before stays while other sources have it."""
        if before == now or (member_id := self._member_ids.get(before)) is None:
            return
        self._member_ids.setdefault(now, member_id)
        if all(self._key(ssrc) != before for ssrc in self._names):
            del self._member_ids[before]

    def _key(self, ssrc: int) -> str:
        """Sources of one CNAME are one person (RFC 3550 §6.5.1)."""
        return self._names.get(ssrc, ("", ""))[0] or f"csrc {ssrc}"
