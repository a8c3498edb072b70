"""Changes that people make to a conversation: other names, other speakers, bookmarks.

While it goes on its hearing writes them, so that there is one writer; afterwards they are written under an
epoch claimed for them. What a change comes to is decided on the conversation as it is when that is stored:
of two changes at once, the second one finds what the first has made of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from earwitness.calls.live import LiveConversations
from earwitness.calls.reconsidering import Reconsiderer
from earwitness.calls.roster import Roster
from earwitness.calls.seams import CallRefusedError, PushedEvent, UnknownMemberError
from earwitness.calls.speaker_room import check_room
from earwitness.calls.stored_change import ChangeableStore, HeardError, change_stored
from earwitness.conversation.events import (
    Body,
    MemberChanged,
    MemberJoined,
    MembersMerged,
    SpeakerMarked,
    SpeakersAssigned,
    SummaryRenewed,
)
from earwitness.conversation.insight import EMBEDDED, SummaryItem
from earwitness.conversation.member import Member
from earwitness.conversation.reassignment import reassigned
from earwitness.conversation.speaker_event import SpeakerEvent, SpeakerEventKind
from earwitness.store.seams import Content, ConversationRecord, FencedError, Part, UnknownConversationError

T = TypeVar("T")

SOURCE = "api"
_MOST_SUMMARIES = 3
"""How often one is written of a conversation that keeps changing meanwhile."""
_SUMMARISED: Collection[Part] = ("messages", "summary")


@dataclass(frozen=True, slots=True)
class Decision(Generic[T]):
    """What is stored of a change, and what whoever asked for it is answered."""

    bodies: Sequence[Body]
    answer: T


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

    async def change_member(
        self, record: ConversationRecord, member_id: str, name: str, email: str | None
    ) -> Member:
        """Rename a member; one who gets the e-mail address of another member is merged with them.

        Raises:
            UnknownMemberError: the conversation has no such member.
            CallRefusedError: another process writes the conversation.
            StoreUnavailableError: nothing was changed.
        """
        renamed = await self.change(record, lambda content: _renaming(content, member_id, name, email))
        if renamed.names or renamed.is_merged:
            await self._reconsider(record, renamed.names)
        return renamed.member

    async def assign_speakers(self, record: ConversationRecord, given: Sequence[GivenEvent]) -> int:
        """Give the messages to whom these events say; returns how many changed hands.

        Raises:
            CallRefusedError: they are too many, or name too many people; else see `change`.
        """
        parts: set[Part] = {"messages", "words", "speaker_events"}
        count = await self.change(record, lambda content: _assignment(content, given), parts)
        if count:
            await self._reconsider(record, {})
        return count

    async def renew_summary(
        self, record: ConversationRecord, write: Callable[[Content], Awaitable[Sequence[SummaryItem]]]
    ) -> Sequence[SummaryItem]:
        """Have the summary written anew and return it; what it says again keeps its id.

        Where the conversation changes while `write` is at it, it is asked for another.

        Raises:
            CallRefusedError: the conversation changes again and again, or another process writes it.
        """
        for _ in range(_MOST_SUMMARIES):
            read = await self._content(record, _SUMMARISED)
            items = await write(read)
            renewal = partial(_renewal, read=read, items=items)
            kept = await self.change(record, renewal, parts=_SUMMARISED)
            if kept is not None:
                return kept
        raise CallRefusedError(409, "The conversation is being changed all the time; try again later.", 10)

    async def write(self, record: ConversationRecord, bodies: Sequence[Body]) -> None:
        """Add events to a conversation, whatever it holds; see `change`."""
        await self.change(record, lambda _: Decision(bodies, None))

    async def change(
        self,
        record: ConversationRecord,
        decide: Callable[[Content], Decision[T]],
        parts: Collection[Part] = (),
    ) -> T:
        """Store what `decide` makes of these parts of a conversation, in one transaction; returns its answer.

        It is called on a thread, and once more where the conversation has become another meanwhile.

        Raises:
            CallRefusedError: another process writes the conversation.
            UnknownConversationError: it was deleted meanwhile.
            StoreUnavailableError: nothing was changed.
            Exception: whatever `decide` raises; nothing was changed.
        """
        decisions: list[Decision[T]] = []

        async def decided(content: Content) -> Sequence[Body]:
            decisions.append(await asyncio.to_thread(decide, content))
            return decisions[-1].bodies

        async def live_change(members: Sequence[Member]) -> Sequence[Body]:
            content = await self._content(record, parts)
            return await decided(replace(content, members=tuple(members)))

        async with self._turns.setdefault(record.id, asyncio.Lock()):
            was_live = False
            while (live := self._live.of_conversation(record.app_id, record.id)) is not None:
                was_live = True
                if await live.edit(live_change, SOURCE):
                    return decisions[-1].answer
                await live.closed.wait()
            await self._change_stored(record, decided, parts, was_live=was_live)
        return decisions[-1].answer

    async def _change_stored(
        self,
        record: ConversationRecord,
        decided: Callable[[Content], Awaitable[Sequence[Body]]],
        parts: Collection[Part],
        *,
        was_live: bool,
    ) -> None:
        if not was_live and (await self._content(record, ())).record.outcome is None:
            raise CallRefusedError(409, "The conversation goes on elsewhere; change it when it has ended.")
        try:
            await change_stored(
                self._store,
                record.id,
                decided,
                source=SOURCE,
                parts=parts,
                is_heard=lambda: self.goes_on(record),
            )
        except (FencedError, HeardError):
            raise CallRefusedError(
                409, "The conversation is being changed by something else; try again.", 1
            ) from None

    async def _reconsider(self, record: ConversationRecord, names: Mapping[str, str]) -> None:
        """Have a conversation understood anew that is over; one that goes on is as it is."""
        if self._reconsiderer is not None and not self.goes_on(record):
            await self._reconsiderer.reconsider(record, names)

    async def _content(self, record: ConversationRecord, parts: Collection[Part]) -> Content:
        content = await self._store.conversations.content(record.id, parts)
        if content is None:
            raise UnknownConversationError(f"There is no conversation {record.id}")
        return content


@dataclass(frozen=True, slots=True)
class _Renamed:
    """What became of a member."""

    member: Member
    names: Mapping[str, str]
    """New ones by the old ones."""
    is_merged: bool


def _renaming(content: Content, member_id: str, name: str, email: str | None) -> Decision[_Renamed]:
    roster = Roster(content.members)
    known = roster.by_id(member_id)
    if known is None:
        raise UnknownMemberError(member_id)
    changed = replace(known, name=name, email=email or known.email, user_id=known.user_id or email)
    merged = roster.change(changed)
    body = MemberChanged(changed) if merged is None else MembersMerged(changed, merged.id)
    before = [member.name for member in (known, merged) if member is not None]
    names = {old: name for old in before if old != name}
    return Decision([body], _Renamed(changed, names, merged is not None))


def _assignment(content: Content, given: Sequence[GivenEvent]) -> Decision[int]:
    check_room(content.speaker_events, len(given))
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
    return Decision(bodies, len(assignments))


def _renewal(
    content: Content, *, read: Content, items: Sequence[SummaryItem]
) -> Decision[Sequence[SummaryItem] | None]:
    """Keep a summary, unless the conversation is not any more as it was read for it."""
    if not all(item.source == EMBEDDED for item in content.summary):
        return Decision([], content.summary)  # a language model has written one meanwhile
    messages = content.messages
    if content.record.outcome is None:  # what has been said since does no harm
        messages = tuple(one for one in messages if one.id in {message.id for message in read.messages})
    if (messages, content.members) != (read.messages, read.members):
        return Decision([], None)
    ids = {item.text: item.id for item in content.summary}
    summary = tuple(replace(item, id=ids.get(item.text, item.id)) for item in items)
    return Decision([] if summary == content.summary else [SummaryRenewed(summary)], summary)
