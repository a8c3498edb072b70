"""Conversations that are over and in which somebody puts right who is who."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from earwitness.calls import reconsidering
from earwitness.calls.edits import Edits, GivenEvent
from earwitness.calls.feed import Feed
from earwitness.calls.live import LiveConversations
from earwitness.calls.reconsidering import Reconsiderer
from earwitness.conversation.bookmark import Bookmark
from earwitness.conversation.events import (
    BookmarkKept,
    MemberChanged,
    MetadataChanged,
    ReadingEnded,
    ReadingRequested,
)
from earwitness.conversation.insight import Insight, SummaryItem
from earwitness.conversation.member import Member
from earwitness.insights.embedded import EmbeddedAnalysis, EmbeddedAnalyst
from earwitness.insights.seams import Setting
from earwitness.jobs.live_job import LiveJob
from earwitness.store.seams import Content, Draft, JobRecord
from earwitness.store.store import Store
from earwitness.testing.scripted import Line
from tests.support.hearings import STARTED_AT, hearing, say
from tests.support.live import until

SPEAKER = Member("a", "Speaker 1")
LINES = [
    Line(0.2, 1.0, "The supplier raised the prices of the sensors."),
    Line(3.6, 4.4, "I will send the contract by Friday."),
]


class Counted(EmbeddedAnalyst):
    """The embedded analyst; tells how often it was asked."""

    times = 0

    def open(self, setting: Setting) -> EmbeddedAnalysis:
        """See `Analyst.open`."""
        self.times += 1
        return super().open(setting)


@pytest.fixture
def analyst() -> Counted:
    return Counted()


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """The thread that analysis shares with other conversations."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def live() -> LiveConversations:
    """What goes on."""
    return LiveConversations()


@pytest.fixture
async def reconsiderer(
    store: Store, live: LiveConversations, analyst: Counted, executor: ThreadPoolExecutor
) -> AsyncIterator[Reconsiderer]:
    reconsiderer = Reconsiderer(store, live, analyst, executor)
    yield reconsiderer
    await reconsiderer.aclose()


@pytest.fixture
def edits(store: Store, live: LiveConversations, reconsiderer: Reconsiderer) -> Edits:
    return Edits(store, live, reconsiderer)


@pytest.fixture
def busy(executor: ThreadPoolExecutor) -> Iterator[threading.Event]:
    """What the thread is busy with until it is set."""
    free = threading.Event()
    executor.submit(free.wait)
    yield free
    free.set()


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has a conversation of two messages taken for a long one, read one at a time."""
    monkeypatch.setattr(reconsidering, "_SHORT", 1)
    monkeypatch.setattr(reconsidering, "_AT_ONCE", 1)


async def is_settled(store: Store, conversation_id: str, text: str) -> Content:
    """Wait until an insight stands in these words."""
    async with asyncio.timeout(20):
        while True:
            content = await content_of(store, conversation_id)
            if text in [one.text for one in content.insights]:
                return content
            await asyncio.sleep(0.01)


async def heard(store: Store, member: Member | None = SPEAKER) -> Content:
    """Hear a conversation to its end, all of it said by one member, or by nobody knows whom."""
    async with hearing(store, {"in": LINES}, members=(SPEAKER,)) as one:
        leg = one.leg("in", 0.0, member=member)
        one.start()
        say(leg, 5.0)
        await one.end()
        await one.close(STARTED_AT, "completed")
        return await content_of(store, one.conversation_id)


async def content_of(store: Store, conversation_id: str) -> Content:
    content = await store.conversations.content(conversation_id)
    assert content is not None
    return content


async def test_other_names_stand_in_what_was_understood(store: Store, edits: Edits) -> None:
    before = await heard(store)
    (task,) = before.insights
    assert task.text == "Speaker 1 will send the contract by Friday."
    await edits.change_member(before.record, "a", "Anna Berg", "anna@example.com")
    after = await content_of(store, before.record.id)
    (renamed,) = after.insights
    assert renamed.text == "Anna Berg will send the contract by Friday."
    assert (renamed.id, renamed.due_by) == (task.id, task.due_by)
    assert renamed.assignee is not None
    assert renamed.assignee.name == "Anna Berg"
    assert not any("Speaker 1" in item.text for item in after.summary)
    assert [topic.id for topic in after.topics] == [topic.id for topic in before.topics]
    kinds = [event.kind for event in await store.log.read(before.record.id)]
    assert kinds[kinds.index("closed") + 1 :] == ["member_changed", "insights_found", "understood"]
    await store.log.rebuild(before.record.id)
    assert await content_of(store, before.record.id) == after


async def test_other_speakers_do_what_they_said_they_would(store: Store, edits: Edits) -> None:
    before = await heard(store, None)
    assert await edits.assign_speakers(before.record, [GivenEvent("started_speaking", 3.0, name="Bo")]) == 1
    (task,) = (await content_of(store, before.record.id)).insights
    assert task.text == "Bo will send the contract by Friday."
    assert (task.id, task.assignee and task.assignee.name) == (before.insights[0].id, "Bo")


async def test_what_a_language_model_wrote_stays_with_other_names(store: Store, edits: Edits) -> None:
    before = await heard(store)
    first, second = (message.id for message in before.messages)
    wrote = Insight(
        "7" * 16, "action_item", "Speaker 1 sends the contract.", 0.9, (second,), SPEAKER, SPEAKER
    )
    ended = ReadingEnded(
        "completed",
        "rules-1",
        insights=(wrote,),
        summary=(SummaryItem("8" * 16, "Speaker 1 told of prices.", (first,), "rules-1"),),
    )
    epoch = await store.log.claim(before.record.id)
    read = [Draft(ReadingRequested("rules-1")), Draft(ended)]
    await store.log.append(before.record.id, read, epoch=epoch)
    await edits.change_member(before.record, "a", "Anna", None)
    after = await content_of(store, before.record.id)
    assert [one.text for one in after.insights] == ["Anna sends the contract."]
    assert [one.text for one in after.summary] == ["Anna told of prices."]
    assert after.topics == before.topics


async def test_what_changes_no_words_is_not_understood_anew(store: Store, edits: Edits) -> None:
    before = await heard(store)
    await edits.change_member(before.record, "a", "Speaker 1", "one@example.com")
    await edits.write(before.record, [BookmarkKept(Bookmark("9" * 16, "Prices", 0.0, 2.0))])
    kinds = [event.kind for event in await store.log.read(before.record.id)]
    assert kinds[kinds.index("closed") + 1 :] == ["member_changed", "bookmark_kept"]


@pytest.mark.usefixtures("long")
async def test_a_long_conversation_has_new_names_at_once_and_new_words_when_the_analyst_is_free(
    store: Store, edits: Edits, analyst: Counted, busy: threading.Event
) -> None:
    before = await heard(store)
    analyst.times = 0
    await edits.change_member(before.record, "a", "Anna Berg", None)
    renamed = await content_of(store, before.record.id)
    assert [one.text for one in renamed.insights] == ["Anna Berg will send the contract by Friday."]
    assert not any("Speaker 1" in item.text for item in renamed.summary)
    assert analyst.times == 0
    busy.set()


@pytest.mark.usefixtures("long")
async def test_other_speakers_of_a_long_conversation_are_answered_before_the_analyst_reads_it(
    store: Store, edits: Edits, analyst: Counted, busy: threading.Event
) -> None:
    before = await heard(store, None)
    analyst.times = 0
    for name in ("Bo", "Cem", "Dan"):
        assert (
            await edits.assign_speakers(before.record, [GivenEvent("started_speaking", 3.0, name=name)]) == 1
        )
    (task,) = (await content_of(store, before.record.id)).insights
    assert task.speaker is not None
    assert (task.speaker.name, task.text) == ("Dan", before.insights[0].text)
    assert analyst.times == 0
    busy.set()
    after = await is_settled(store, before.record.id, "Dan will send the contract by Friday.")
    assert [one.id for one in after.insights] == [one.id for one in before.insights]
    # Once for what was changed first, whose result is out of date, and once for all of it.
    assert analyst.times == 2


async def test_a_reading_that_is_ended_lets_nobody_wait(
    store: Store, analyst: Counted, executor: ThreadPoolExecutor, busy: threading.Event
) -> None:
    reconsiderer = Reconsiderer(store, LiveConversations(), analyst, executor)
    before = await heard(store)
    waiting = asyncio.create_task(reconsiderer.reconsider(before.record, {"Speaker 1": "Anna"}))
    await until(lambda: any(task.get_name().startswith("reconsider") for task in asyncio.all_tasks()))
    await reconsiderer.aclose()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await content_of(store, before.record.id)).insights == before.insights


@pytest.mark.parametrize("is_long", [False, True])
async def test_who_adds_to_a_conversation_meanwhile_is_not_fenced(
    store: Store,
    live: LiveConversations,
    reconsiderer: Reconsiderer,
    monkeypatch: pytest.MonkeyPatch,
    is_long: bool,
) -> None:
    monkeypatch.setattr(reconsidering, "_SHORT", 1 if is_long else 200)
    before = await heard(store)
    record = before.record
    job = JobRecord("j", record.app_id, record.id, "audio", {}, STARTED_AT)
    adding = LiveJob(job, Feed(lambda after: store.log.read(record.id, after=after)))
    live.add(adding)
    epoch = await store.log.claim(record.id)
    await store.log.append(record.id, [Draft(MemberChanged(Member("a", "Anna")))], epoch=epoch)
    await reconsiderer.reconsider(record, {"Speaker 1": "Anna"})
    await store.log.append(record.id, [Draft(MetadataChanged({"job": "j"}))], epoch=epoch)
    assert [one.text for one in (await content_of(store, record.id)).insights] == [before.insights[0].text]
    adding.end()
    await is_settled(store, record.id, "Anna will send the contract by Friday.")
