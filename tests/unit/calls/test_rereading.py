"""Conversations that a language model (a real process) reads when they are over."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from earwitness.calls.live import LiveConversations
from earwitness.calls.rereading import Rereader, abandon_readings
from earwitness.conversation.events import MemberChanged, MembersMerged, ReadingEnded
from earwitness.conversation.member import Member
from earwitness.conversation.reading import Prompt
from earwitness.insights.language_model.limits import ModelServer, ReadingLimits
from earwitness.insights.language_model.reader import ModelReader
from earwitness.store.seams import AppPreferences, Content, Draft, StoreError
from earwitness.store.store import Store
from earwitness.testing.scripted import Line
from tests.support.chat_server import ChatProcess, chat_process
from tests.support.hearings import STARTED_AT, hearing, say

ANNA = Member("a", "Anna", "anna@example.com")
EMAIL: dict[str, Any] = {
    "invokeOn": "stop",
    "name": "sendSummaryEmail",
    "parameters": {"emails": ["anna@example.com"]},
}
LINES = [
    Line(0.2, 1.0, "The supplier raised the prices of the sensors."),
    Line(3.6, 4.4, "I will send the contract by Friday."),
    Line(7.2, 8.0, "What does the contract say about prices?"),
]


@pytest.fixture(scope="module")
def chat() -> Iterator[ChatProcess]:
    with chat_process() as process:
        yield process


@asynccontextmanager
async def rereading(
    store: Store, chat: ChatProcess, *, started: bool = True, **options: Any
) -> AsyncIterator[Rereader]:
    """Have conversations read until the block ends."""
    model = ModelServer(chat.url, "rules-1", timeout_s=5.0)
    reader = ModelReader(model, options.pop("limits", ReadingLimits()))
    rereader = Rereader(reader, store, options.pop("live", LiveConversations()), **options)
    if started:
        rereader.start()
    try:
        yield rereader
    finally:
        await rereader.aclose()


async def hear(
    store: Store, rereader: Rereader | None, name: str = "1234567890123456", **opened: Any
) -> Content:
    """Hear a conversation to its end and return what is known of it then."""
    async with hearing(
        store, {"in": LINES}, name, rereader=rereader, members=(ANNA,), actions=(EMAIL,), **opened
    ) as heard:
        leg = heard.leg("in", 0.0, member=ANNA)
        heard.start()
        say(leg, 9.0)
        await heard.end()
        await heard.close(STARTED_AT, "completed")
        return await content_of(store, heard.conversation_id)


async def content_of(store: Store, conversation_id: str) -> Content:
    """Return what is known of a conversation."""
    content = await store.conversations.content(conversation_id)
    assert content is not None
    return content


async def test_a_conversation_is_read_and_its_ids_stay(store: Store, chat: ChatProcess) -> None:
    chat.follow("slow:0.3")
    told: list[bool] = []
    async with rereading(store, chat, delivered=lambda: told.append(True)) as rereader:
        before = await hear(store, rereader)
        assert before.reading is not None
        assert (before.reading.state, before.reading.model) == ("pending", "rules-1")
        assert await store.outbox.due(datetime.now(UTC)) == [], "the e-mail waits"
        await rereader.idle()
    after = await content_of(store, before.record.id)
    assert after.reading is not None
    assert (after.reading.state, after.reading.reason) == ("completed", None)
    assert after.reading.parts == ("insights", "topics", "summary")
    assert {one.source for one in after.insights} == {"rules-1"}
    assert {one.source for one in after.topics} == {"rules-1"}
    assert {one.source for one in after.summary} == {"rules-1"}
    assert {one.source for one in before.insights} == {"embedded"}
    old = {(one.kind, one.message_ids): one.id for one in before.insights}
    new = {(one.kind, one.message_ids): one.id for one in after.insights}
    assert old
    assert old.items() <= new.items()
    events = await store.log.read(before.record.id)
    ended = [event.kind for event in events].index("closed")
    assert [event.kind for event in events[ended - 1 :]] == [
        "reading_requested", "closed", "insights_found", "topics_found", "reading_ended",
    ]  # fmt: skip
    assert events[-1].source == "language-model"
    assert told == [True]
    assert len(await store.outbox.due(datetime.now(UTC))) == 1
    await store.log.rebuild(before.record.id)
    assert await content_of(store, before.record.id) == after


@pytest.mark.parametrize("behaviour", ["malformed", "refused", "invents", "unknown_ids"])
async def test_a_model_that_fails_leaves_what_was_found(
    store: Store, chat: ChatProcess, behaviour: str
) -> None:
    chat.follow(behaviour)
    async with rereading(store, chat) as rereader:
        before = await hear(store, rereader)
        await rereader.idle()
    after = await content_of(store, before.record.id)
    assert (after.insights, after.topics, after.summary) == (before.insights, before.topics, before.summary)
    assert after.reading is not None
    assert after.reading.state == "failed"
    assert after.reading.reason
    assert len(await store.outbox.due(datetime.now(UTC))) == 1, "the e-mail waits no longer"


async def test_prompts_of_app_and_request_are_answered(store: Store, chat: ChatProcess) -> None:
    chat.follow("valid")
    app = await store.apps.create("app", app_id="app")
    of_app = (Prompt("Cost", "What are the prices?"), Prompt("Supplier", "Say nothing."))
    assert await store.preferences.change(app.id, AppPreferences("minutes", of_app))
    given = [{"name": "Supplier", "prompt": "What did the supplier do?"}]
    async with rereading(store, chat, guidance=lambda name: f"Write {name}.") as rereader:
        before = await hear(store, rereader, request={"customPrompts": given})
        await rereader.idle()
    after = await content_of(store, before.record.id)
    assert after.reading is not None
    asked = {answer.prompt.name: answer for answer in after.reading.answers}
    assert {name: answer.prompt.text for name, answer in asked.items()} == {
        "Supplier": "What did the supplier do?",
        "Cost": "What are the prices?",
    }
    first = after.messages[0]
    assert first.id in {ref for item in asked["Supplier"].statements for ref in item.message_ids}
    assert "Write minutes." in chat.asked[-1]["body"]["messages"][0]["content"]


async def test_what_a_server_did_not_get_to_is_read_after_its_start(store: Store, chat: ChatProcess) -> None:
    chat.follow("slow:30")
    async with rereading(store, chat, email_wait_s=3600.0) as rereader:
        asked = len(chat.asked)
        before = await hear(store, rereader)
        async with asyncio.timeout(10):
            while len(chat.asked) == asked:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
    between = await content_of(store, before.record.id)
    assert between.reading is not None
    assert between.reading.state == "pending"
    assert (await store.outbox.next_due() or STARTED_AT) > datetime.now(UTC) + timedelta(minutes=50)
    chat.follow("valid")
    async with rereading(store, chat) as rereader:
        await rereader.idle()
    after = await content_of(store, before.record.id)
    assert after.reading is not None
    assert after.reading.state == "completed"
    assert len(await store.outbox.due(datetime.now(UTC))) == 1


async def test_a_server_without_a_model_ends_what_is_pending(store: Store, chat: ChatProcess) -> None:
    async with rereading(store, chat, started=False) as rereader:
        before = await hear(store, rereader)
    await abandon_readings(store)
    after = await content_of(store, before.record.id)
    assert after.reading is not None
    assert (after.reading.state, after.reading.reason) == ("failed", "no language model is set any more")
    assert after.summary == before.summary
    assert len(await store.outbox.due(datetime.now(UTC))) == 1
    assert await store.conversations.pending(10) == []


async def test_a_rename_meanwhile_is_kept(store: Store, chat: ChatProcess) -> None:
    chat.follow("slow:0.5")
    async with rereading(store, chat) as rereader:
        before = await hear(store, rereader)
        renamed = Member("a", "Anna Berg", "anna@example.com")
        epoch = await store.log.claim(before.record.id)
        await store.log.append(before.record.id, [Draft(MemberChanged(renamed), source="api")], epoch=epoch)
        await rereader.idle()
    after = await content_of(store, before.record.id)
    assert after.reading is not None
    assert after.reading.state == "completed"
    assert {one.speaker for one in after.insights} == {renamed}


async def test_people_who_turn_out_to_be_one_are_read_as_one(store: Store, chat: ChatProcess) -> None:
    chat.follow("slow:0.5")
    async with rereading(store, chat) as rereader:
        before = await hear(store, rereader)
        other = Member("b", "Anna Berg")
        epoch = await store.log.claim(before.record.id)
        await store.log.append(
            before.record.id, [Draft(MembersMerged(other, "a"), source="api")], epoch=epoch
        )
        await rereader.idle()
    after = await content_of(store, before.record.id)
    assert {one.speaker for one in after.insights} == {other}
    ended = [
        event for event in await store.log.read(before.record.id) if isinstance(event.body, ReadingEnded)
    ]
    assert len(ended) == 1


async def test_a_conversation_that_was_deleted_meanwhile_is_left(store: Store, chat: ChatProcess) -> None:
    chat.follow("slow:0.5")
    async with rereading(store, chat) as rereader:
        before = await hear(store, rereader)
        assert await store.conversations.delete("app", before.record.id)
        await rereader.idle()
    assert await store.conversations.content(before.record.id) is None


async def test_more_than_can_wait_are_read_in_the_end(
    store: Store, chat: ChatProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.follow("valid")
    monkeypatch.setattr("earwitness.calls.rereading._MOST_WAITING", 2)
    async with rereading(store, chat, started=False) as rereader:
        heard = [await hear(store, rereader, str(10**15 + number)) for number in range(5)]
        rereader.start()
        await rereader.idle()
    for one in heard:
        reading = (await content_of(store, one.record.id)).reading
        assert reading is not None
        assert reading.state == "completed"


async def test_a_store_that_refuses_once_does_not_end_the_reading(
    store: Store, chat: ChatProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.follow("valid")
    monkeypatch.setattr("earwitness.supervision._AGAIN_S", 0.0)
    pending = store.conversations.pending
    refusals = [StoreError("the database refused this request")] * 2

    async def refusing(limit: int) -> list[str]:
        if refusals:
            raise refusals.pop()
        return await pending(limit)

    async with rereading(store, chat, started=False) as rereader:
        heard = await hear(store, rereader)
    monkeypatch.setattr(store.conversations, "pending", refusing)
    async with rereading(store, chat) as rereader, asyncio.timeout(20):
        await rereader.idle()
    reading = (await content_of(store, heard.record.id)).reading
    assert reading is not None
    assert reading.state == "completed"
