"""Changes that people make to a conversation: other names, other speakers, bookmarks.

While it goes on its hearing writes them, so that there is one writer; afterwards they are written under an
epoch claimed for them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from earwitness.calls.live import LiveConversations
from earwitness.calls.reconsidering import Reconsiderer
from earwitness.calls.roster import Roster
from earwitness.calls.seams import CallRefusedError, PushedEvent, UnknownMemberError
from earwitness.calls.stored_change import ChangeableStore, HeardError, change_stored
from earwitness.conversation.events import (
    Body,
    MemberChanged,
    MemberJoined,
    MembersMerged,
    SpeakerMarked,
    SpeakersAssigned,
)
from earwitness.conversation.member import Member
from earwitness.conversation.reassignment import reassigned
from earwitness.conversation.speaker_event import SpeakerEvent, SpeakerEventKind
from earwitness.store.seams import Content, ConversationRecord, FencedError

SOURCE = "api"


@dataclass(frozen=True, slots=True)
class GivenEvent:
    """A speaker event of a conversation that was heard already."""

    kind: SpeakerEventKind
    at_s: float
    """Seconds since the media started."""
    member_id: str | None = None
    name: str | None = None
    user_id: str | None = None
    email: str | None = None


class Edits:
    """Changes conversations, live or stored."""

    def __init__(
        self, store: ChangeableStore, live: LiveConversations, reconsiderer: Reconsiderer | None = None
    ) -> None:
        """Make it; conversations that are over are understood anew by the reconsiderer, if there is one."""
        self._store = store
        self._live = live
        self._reconsiderer = reconsiderer
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """One for each conversation that is being changed, so that clients do not fence each other."""

    def goes_on(self, record: ConversationRecord) -> bool:
        """Say whether a conversation is being heard; one that was cut off may be open and yet not."""
        return self._live.of_conversation(record.app_id, record.id) is not None

    async def change_member(self, content: Content, member_id: str, name: str, email: str | None) -> Member:
        """Rename a member; one who gets the e-mail address of another member is merged with them.

        Raises:
            UnknownMemberError: the conversation has no such member.
            CallRefusedError: another process writes the conversation.
            StoreUnavailableError: nothing was changed.
        """
        known = next((member for member in content.members if member.id == member_id), None)
        if known is None:
            raise UnknownMemberError(member_id)
        changed = replace(known, name=name, email=email or known.email, user_id=known.user_id or email)
        merged = Roster(content.members).change(changed)
        body = MemberChanged(changed) if merged is None else MembersMerged(changed, merged.id)
        await self.write(content, [body])
        names = {member.name: name for member in (known, merged) if member is not None}
        if merged is not None or name != known.name:
            await self._reconsider(content, {old: new for old, new in names.items() if old != new})
        return changed

    async def assign_speakers(self, content: Content, given: Sequence[GivenEvent]) -> int:
        """Give the messages to whom these events say; returns how many changed hands."""
        roster = Roster(content.members)
        bodies: list[Body] = []
        events = []
        for one in given:
            member = roster.by_id(one.member_id) if one.member_id else None
            if member is None:
                pushed = PushedEvent(one.kind, content.record.zero_at, None, one.name, one.user_id, one.email)
                member, is_new = roster.find(pushed)
                if member is not None and is_new:
                    bodies.append(MemberJoined(member))
            events.append(SpeakerEvent(one.kind, one.at_s, member))
        bodies += [SpeakerMarked(event) for event in events]
        assignments = reassigned(content.messages, events)
        if assignments:
            bodies.append(SpeakersAssigned(assignments))
        await self.write(content, bodies)
        if assignments:
            await self._reconsider(content, {})
        return len(assignments)

    async def write(self, content: Content, bodies: Sequence[Body]) -> None:
        """Add events to a conversation, all in one transaction.

        Raises:
            CallRefusedError: another process writes the conversation.
            UnknownConversationError: it was deleted meanwhile.
            StoreUnavailableError: nothing was changed.
        """
        async with self._turns.setdefault(content.record.id, asyncio.Lock()):
            await self._write(content, bodies)

    async def _reconsider(self, content: Content, names: Mapping[str, str]) -> None:
        """Have a conversation understood anew that is over; one that goes on is as it is."""
        record = content.record
        is_over = self._live.of_conversation(record.app_id, record.id) is None and record.outcome is not None
        if is_over and self._reconsiderer is not None:
            await self._reconsiderer.reconsider(record.id, names)

    async def _write(self, content: Content, bodies: Sequence[Body]) -> None:
        record = content.record

        async def given(_: Content) -> Sequence[Body]:
            return bodies

        was_live = False
        while True:
            live = self._live.of_conversation(record.app_id, record.id)
            if live is not None:
                was_live = True
                if await live.edit(bodies, SOURCE):
                    return
                await live.closed.wait()
                continue
            if record.outcome is None and not was_live:
                raise CallRefusedError(
                    409, "The conversation goes on elsewhere; change it when it has ended."
                )
            try:
                await change_stored(
                    self._store,
                    record.id,
                    given,
                    source=SOURCE,
                    parts=(),
                    is_heard=lambda: self.goes_on(record),
                )
            except HeardError:
                continue  # something is being added to it
            except FencedError:
                raise CallRefusedError(
                    409, "The conversation is being changed by something else; try again.", 1
                ) from None
            return
