"""Changes to a stored conversation that somebody else changes as well."""

import pytest

from earwitness.calls.stored_change import HeardError, change_stored
from earwitness.conversation.events import Body, MemberChanged, MemberJoined, MetadataChanged, Opened
from earwitness.conversation.member import Member
from earwitness.store.seams import Content, Draft, FencedError, UnknownConversationError
from earwitness.store.store import Store
from tests.support.hearings import STARTED_AT

ANNA, BO = Member("a", "Anna"), Member("b", "Bo")


@pytest.fixture
async def conversation_id(store: Store) -> str:
    opened = Opened("app", "name", STARTED_AT, members=(ANNA,))
    await store.log.append("1", [Draft(opened)], epoch=1)
    return "1"


async def kinds(store: Store, conversation_id: str) -> list[str]:
    return [event.kind for event in await store.log.read(conversation_id)]


async def join(store: Store, conversation_id: str, member: Member) -> None:
    """Be somebody else who changes the conversation."""
    epoch = await store.log.claim(conversation_id)
    await store.log.append(conversation_id, [Draft(MemberJoined(member))], epoch=epoch)


async def test_what_is_written_is_decided_on_what_there_is_then(store: Store, conversation_id: str) -> None:
    seen: list[tuple[Member, ...]] = []

    async def decide(content: Content) -> list[Body]:
        seen.append(content.members)
        if len(seen) == 1:
            await join(store, conversation_id, BO)
        return [MetadataChanged({"people": len(content.members)})]

    await change_stored(store, conversation_id, decide, source="api", parts=())
    assert seen == [(ANNA,), (ANNA, BO)]
    content = await store.conversations.content(conversation_id)
    assert content is not None
    assert content.record.metadata == {"people": 2}
    assert await kinds(store, conversation_id) == ["opened", "member_joined", "metadata_changed"]
    assert [event.source for event in await store.log.read(conversation_id)] == ["call", "call", "api"]


async def test_whoever_comes_too_late_each_time_is_told(store: Store, conversation_id: str) -> None:
    async def decide(content: Content) -> list[Body]:
        await join(store, conversation_id, Member(str(len(content.members)), f"No {len(content.members)}"))
        return [MemberChanged(BO)]

    with pytest.raises(FencedError):
        await change_stored(store, conversation_id, decide, source="api")
    assert "member_changed" not in await kinds(store, conversation_id)


async def test_nothing_is_written_where_nothing_is_decided(store: Store, conversation_id: str) -> None:
    async def decide(_: Content) -> list[Body]:
        return []

    await change_stored(store, conversation_id, decide, source="api")
    assert await kinds(store, conversation_id) == ["opened"]
    with pytest.raises(UnknownConversationError):
        await change_stored(store, "2", decide, source="api")


async def test_who_hears_a_conversation_is_not_fenced(store: Store, conversation_id: str) -> None:
    async def decide(_: Content) -> list[Body]:
        return [MetadataChanged({})]

    with pytest.raises(HeardError):
        await change_stored(store, conversation_id, decide, source="api", is_heard=lambda: True)
    await store.log.append(conversation_id, [Draft(MemberJoined(BO))], epoch=1)
