"""Several people change one conversation at once, on SQLite and PostgreSQL, by one server or by two."""

import asyncio
from collections.abc import Sequence

import pytest

from earwitness.calls.edits import Edits, GivenEvent
from earwitness.calls.live import LiveConversations
from earwitness.conversation.insight import SummaryItem
from earwitness.conversation.member import Member
from earwitness.store.seams import Content, ConversationRecord
from earwitness.store.store import Store
from tests.support.stored import ANNA, MARK, store_conversation


@pytest.fixture(params=["one server", "two servers"])
def pair(store: Store, request: pytest.FixtureRequest) -> tuple[Edits, Edits]:
    """Those by whom two changes are made."""
    first = Edits(store, LiveConversations())
    return first, first if request.param == "one server" else Edits(store, LiveConversations())


async def content_of(store: Store, conversation_id: str) -> Content:
    content = await store.conversations.content(conversation_id)
    assert content is not None
    return content


@pytest.fixture
async def record(store: Store) -> ConversationRecord:
    return (await content_of(store, await store_conversation(store, "app"))).record


async def rebuilt(store: Store, record: ConversationRecord) -> Content:
    """Return what is known of a conversation, and see that its log says the same."""
    content = await content_of(store, record.id)
    await store.log.rebuild(record.id)
    assert await content_of(store, record.id) == content
    return content


async def test_two_who_get_one_address_at_once_are_one_person(
    store: Store, record: ConversationRecord, pair: tuple[Edits, Edits]
) -> None:
    one, other = pair
    await asyncio.gather(
        one.change_member(record, ANNA.id, "Eve", "eve@example.com"),
        other.change_member(record, MARK.id, "Eve Adams", "eve@example.com"),
    )
    content = await rebuilt(store, record)
    (eve,) = content.members
    assert eve.email == "eve@example.com"
    assert {message.speaker for message in content.messages} == {eve, None}


async def test_somebody_new_whom_two_name_at_once_joins_once(
    store: Store, record: ConversationRecord, pair: tuple[Edits, Edits]
) -> None:
    one, other = pair
    counts = await asyncio.gather(
        one.assign_speakers(record, _spoke("Cem", 13.0, 14.0)),
        other.assign_speakers(record, _spoke("Cem", 15.0, 17.0)),
    )
    assert counts == [1, 1]
    content = await rebuilt(store, record)
    assert [member.name for member in content.members] == ["Anna", "Mark", "Cem"]
    assert [message.speaker for message in content.messages[-2:]] == [content.members[2]] * 2


async def test_a_message_that_two_claim_at_once_has_one_speaker_who_is_there(
    store: Store, record: ConversationRecord, pair: tuple[Edits, Edits]
) -> None:
    one, other = pair
    await asyncio.gather(
        one.change_member(record, MARK.id, "Anna Berg", ANNA.email),
        other.assign_speakers(record, [GivenEvent("started_speaking", 12.5, member_id=ANNA.id, name="Anna")]),
    )
    content = await rebuilt(store, record)
    assert {message.speaker for message in content.messages} - {None} <= set(content.members)


async def test_a_summary_with_names_of_before_is_not_kept(
    store: Store, record: ConversationRecord, pair: tuple[Edits, Edits]
) -> None:
    one, other = pair
    read: list[tuple[Member, ...]] = []

    async def write(content: Content) -> Sequence[SummaryItem]:
        read.append(content.members)
        if len(read) == 1:
            await other.change_member(record, ANNA.id, "Anna Berg", None)
        return [SummaryItem("9" * 16, f"{content.members[0].name} told of it.", (content.messages[0].id,))]

    (kept,) = await one.renew_summary(record, write)
    assert [members[0].name for members in read] == ["Anna", "Anna Berg"]
    assert kept.text == "Anna Berg told of it."
    assert (await rebuilt(store, record)).summary == (kept,)
    assert await one.renew_summary(record, write) == (kept,)


def _spoke(name: str, start_s: float, end_s: float) -> list[GivenEvent]:
    return [
        GivenEvent("started_speaking", start_s, name=name),
        GivenEvent("stopped_speaking", end_s, name=name),
    ]
