import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from earwitness.audio.pcm import Pcm
from earwitness.calls import when_available
from earwitness.calls.feed import Feed
from earwitness.calls.live import LiveConversations
from earwitness.calls.refinement import Recording, Refiner
from earwitness.calls.spool import Spool
from earwitness.conversation.events import Event, MemberChanged, MessagesRevised, Understood
from earwitness.conversation.member import Member
from earwitness.insights.embedded import EmbeddedAnalyst
from earwitness.jobs.live_job import LiveJob
from earwitness.speech.seams import Recognizer, RecognizerError
from earwitness.store.conversations import SqlConversations
from earwitness.store.seams import Content, Draft, JobRecord, StoreUnavailableError
from earwitness.store.store import Store
from earwitness.testing.demo import load_demo
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.hearings import STARTED_AT, hearing, say
from tests.support.job_queue import job_queue
from tests.support.live import until
from tests.support.meeting import part_of

ANNA = Member("a", "Anna", "anna@example.com")
EMAIL: dict[str, Any] = {
    "invokeOn": "stop",
    "name": "sendSummaryEmail",
    "parameters": {"emails": ["anna@example.com"]},
}
LIVE = [
    Line(0.2, 1.0, "I will sent the plans by Friday."),
    Line(3.6, 4.4, "Well the."),
    Line(7.2, 8.0, "Service lied came on."),
]
AGAIN = [
    Line(0.2, 1.0, "I will send the plan by Friday."),
    Line(3.6, 8.0, "Well, the service light came on."),
]


@asynccontextmanager
async def _refining(
    store: Store, tmp_path: Path, again: Recognizer, after: threading.Event | None = None, **options: Any
) -> AsyncIterator[Refiner]:
    def opened() -> Recognizer:
        assert after is None or after.wait(20)
        return again

    with ThreadPoolExecutor(1) as executor:
        spool = Spool(tmp_path / "spool", 10**8, least_free_bytes=0)
        live = options.pop("live", LiveConversations())
        refiner = Refiner(spool, opened, store, live, EmbeddedAnalyst(), executor, **options)
        refiner.start()
        try:
            yield refiner
        finally:
            await refiner.aclose()
            spool.close()


async def _hear(
    store: Store,
    refiner: Refiner,
    conversation_id: str = "1234567890123456",
    *,
    sample: int = 0,
    request: dict[str, Any] | None = None,
) -> tuple[str, Content]:
    """Hear a conversation to its end and return what is known of it then."""
    async with hearing(
        store,
        {"in": LIVE},
        conversation_id,
        refiner=refiner,
        members=(ANNA,),
        actions=(EMAIL,),
        request=request or {},
    ) as heard:
        leg = heard.leg("in", 0.0, member=ANNA)
        heard.start()
        say(leg, 9.0, sample=sample)
        await heard.end()
        await heard.close(STARTED_AT, "completed")
        content = await store.conversations.content(heard.conversation_id)
        assert content is not None
        return heard.conversation_id, content


async def _content(store: Store, conversation_id: str) -> Content:
    content = await store.conversations.content(conversation_id)
    assert content is not None
    return content


async def test_a_conversation_is_heard_again_and_its_ids_stay(store: Store, tmp_path: Path) -> None:
    told = []
    over = threading.Event()
    again = ScriptedRecognizer({"in": AGAIN})
    async with _refining(store, tmp_path, again, over, delivered=lambda: told.append(True)) as refiner:
        conversation_id, before = await _hear(store, refiner)
        assert [message.text for message in before.messages] == [line.text for line in LIVE]
        assert await store.outbox.due(datetime.now(UTC)) == [], "the e-mail waits"
        over.set()
        await refiner.idle()
        after = await _content(store, conversation_id)
    assert [message.text for message in after.messages] == [line.text for line in AGAIN]
    first, second, third = (message.id for message in before.messages)
    assert [message.id for message in after.messages] == [first, third]
    assert second not in {message.id for message in after.messages}
    assert all(message.speaker == ANNA for message in after.messages)
    events = await store.log.read(conversation_id)
    events = events[[event.kind for event in events].index("closed") + 1 :]
    assert [event.kind for event in events] == [
        "messages_revised", "insights_found", "topics_found", "understood",
    ]  # fmt: skip
    assert {event.source for event in events} == {"refinement"}
    revised, understood = events[0].body, events[-1].body
    assert isinstance(revised, MessagesRevised)
    assert isinstance(understood, Understood)
    assert revised.removed == (second,)
    (old,), (new,) = before.insights, after.insights
    assert (new.id, new.message_ids) == (old.id, old.message_ids)
    assert "send the plan" in new.text
    assert told == [True]
    (due,) = await store.outbox.due(datetime.now(UTC))
    assert due.key == "sendSummaryEmail:0"
    await store.log.rebuild(conversation_id)
    assert await _content(store, conversation_id) == after
    assert refiner.spool.taken_bytes == 0


async def test_what_is_heard_alike_adds_no_event(store: Store, tmp_path: Path) -> None:
    async with _refining(store, tmp_path, ScriptedRecognizer({"in": LIVE})) as refiner:
        conversation_id, before = await _hear(store, refiner)
        await refiner.idle()
        assert await _content(store, conversation_id) == before


async def test_an_engine_that_fails_leaves_what_was_heard(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    failure = RecognizerError("the graphics card is gone", retryable=False)
    async with _refining(store, tmp_path, ScriptedRecognizer({"in": []}, failure=failure)) as refiner:
        conversation_id, before = await _hear(store, refiner)
        await refiner.idle()
        assert await _content(store, conversation_id) == before
        assert "could not be heard again" in caplog.text
        await refiner.aclose()
        assert len(await store.outbox.due(datetime.now(UTC))) == 1, "the e-mail waits no longer"


async def test_a_tape_that_cannot_be_read_keeps_no_other_waiting(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _refining(store, tmp_path, ScriptedRecognizer({"in": AGAIN})) as refiner:
        with monkeypatch.context() as patch:
            patch.setattr("os.pread", _unreadable)
            first, before = await _hear(store, refiner, "1", sample=1)
            await asyncio.wait_for(refiner.idle(), 10)
        assert "conversation 1 could not be heard again" in caplog.text
        assert "Input/output error" in caplog.text
        assert await _content(store, first) == before
        second, _ = await _hear(store, refiner, "2")
        await refiner.idle()
        assert len((await _content(store, second)).messages) == len(AGAIN)
        due = {delivery.conversation_id for delivery in await store.outbox.due(datetime.now(UTC))}
        assert due == {first, second}


@pytest.mark.parametrize("redaction", [{}, {"redactContent": True}])
async def test_a_store_that_is_away_for_a_moment_is_waited_for(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, redaction: dict[str, Any]
) -> None:
    monkeypatch.setattr(when_available, "_RETRY_S", 0.01)
    away = 3
    over = threading.Event()
    content = SqlConversations.content

    async def failing(*given: Any) -> Content | None:
        nonlocal away
        away -= 1
        if away > 0:
            raise StoreUnavailableError("the server closed the connection")
        return await content(*given)

    async with _refining(store, tmp_path, ScriptedRecognizer({"in": AGAIN}), over) as refiner:
        conversation_id, _ = await _hear(store, refiner, request={"redaction": redaction})
        monkeypatch.setattr(SqlConversations, "content", failing)
        over.set()
        await refiner.idle()
        assert away <= 0
        assert len((await _content(store, conversation_id)).messages) == len(AGAIN)


def _unreadable(*_: int) -> bytes:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


async def test_a_conversation_that_was_deleted_meanwhile_is_left(store: Store, tmp_path: Path) -> None:
    deleted = threading.Event()
    again = ScriptedRecognizer({"in": AGAIN})
    async with _refining(store, tmp_path, again, deleted) as refiner:
        conversation_id, before = await _hear(store, refiner)
        assert await store.conversations.delete(before.record.app_id, conversation_id)
        deleted.set()
        await refiner.idle()
    assert await store.conversations.content(conversation_id) is None


async def test_a_rename_after_the_end_is_kept(store: Store, tmp_path: Path) -> None:
    renamed_already = threading.Event()
    again = ScriptedRecognizer({"in": AGAIN})
    async with _refining(store, tmp_path, again, after=renamed_already) as refiner:
        conversation_id, _ = await _hear(store, refiner)
        epoch = await store.log.claim(conversation_id)
        renamed = Member("a", "Anna Berg", "anna@example.com")
        await store.log.append(conversation_id, [Draft(MemberChanged(renamed), source="api")], epoch=epoch)
        renamed_already.set()
        await refiner.idle()
        after = await _content(store, conversation_id)
    assert [message.speaker for message in after.messages] == [renamed, renamed]


async def test_a_server_that_ends_first_sends_the_email_as_it_is(store: Store, tmp_path: Path) -> None:
    ended = threading.Event()
    again = ScriptedRecognizer({"in": AGAIN})
    async with _refining(store, tmp_path, again, ended, email_wait_s=3600.0) as refiner:
        conversation_id, before = await _hear(store, refiner)
        assert (await store.outbox.next_due() or STARTED_AT) > datetime.now(UTC) + timedelta(minutes=50)
        await refiner.aclose()
        ended.set()
        refiner.spool.close()
        (due,) = await store.outbox.due(datetime.now(UTC))
        assert due.conversation_id == conversation_id
        assert (await _content(store, conversation_id)).messages == before.messages
        assert refiner.spool.taken_bytes == 0


async def test_voices_give_what_nobody_claimed_its_speaker(store: Store, tmp_path: Path) -> None:
    meeting = part_of(load_demo(), 0, 7)
    script = {"in": [Line(line.start_s, line.end_s, line.text) for line in meeting.lines]}
    async with _refining(store, tmp_path, ScriptedRecognizer(script)) as refiner:
        wish = {"enableSpeakerDiarization": True}
        async with hearing(store, script, refiner=refiner, request=wish) as heard:
            leg = heard.leg("in", 0.0)
            heard.start()
            leg.take(Pcm(meeting.samples, 0.0))
            await heard.end()
            await heard.close(STARTED_AT, "completed")
        before = await _content(store, heard.conversation_id)
        assert {message.speaker for message in before.messages} == {None}
        await refiner.idle()
        after = await _content(store, heard.conversation_id)
    assert [(one.id, one.text) for one in after.messages] == [(one.id, one.text) for one in before.messages]
    names = {line.text: line.speaker.name for line in meeting.lines}
    pairs = {(names[one.text], one.speaker and one.speaker.name) for one in after.messages}
    assert len(pairs) == 2
    assert {name for _, name in pairs} == {"Speaker 1", "Speaker 2"} == {one.name for one in after.members}
    assert {one.provenance for one in after.messages} == {"voice"}


async def test_what_follows_is_given_the_conversation_and_its_email_waits(
    store: Store, tmp_path: Path
) -> None:
    given: list[str] = []

    async def take(conversation_id: str) -> None:
        given.append(conversation_id)

    again = ScriptedRecognizer({"in": AGAIN})
    async with _refining(store, tmp_path, again, email_wait_s=3600.0, then=take) as refiner:
        conversation_id, _ = await _hear(store, refiner)
        await refiner.idle()
    assert given == [conversation_id]
    assert (await _content(store, conversation_id)).messages[0].text == AGAIN[0].text
    assert await store.outbox.due(datetime.now(UTC)) == []


async def test_more_than_can_wait_stay_as_they_are(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ThreadPoolExecutor(1) as executor:
        spool = Spool(tmp_path / "spool", 10**8)
        opened, live = lambda: ScriptedRecognizer({}), LiveConversations()
        refiner = Refiner(spool, opened, store, live, EmbeddedAnalyst(), executor)
        for number in range(65):
            await refiner.take(Recording(str(number), "app", "en-US", (spool.tape("in", "en-US"),)))
        assert "conversation 64 stays as it was heard live" in caplog.text
        await refiner.aclose()


async def test_a_recording_that_is_appended_right_after_a_call_is_heard_first(
    store: Store, tmp_path: Path
) -> None:
    after = threading.Event()
    appended = {"recording": [Line(8.1, 8.3, "This was added."), Line(8.9, 9.1, "And so was this.")]}
    again = ScriptedRecognizer({"in": AGAIN})
    async with (
        job_queue(store, tmp_path, appended) as queue,
        _refining(store, tmp_path, again, after, live=queue.live) as refiner,
    ):
        conversation_id, _ = await _hear(store, refiner)
        job = await queue.submit(seconds=1.2, conversation_id=conversation_id, begins=False, real_time=True)
        await queue.says("This was added.")
        after.set()
        assert (await queue.ended(job.id)).status == "completed"
        await refiner.idle()
        assert refiner.refined == 1
        messages = (await _content(store, conversation_id)).messages
    added = [line.text for line in appended["recording"]]
    assert [message.text for message in messages] == [*(line.text for line in AGAIN), *added]


async def test_a_conversation_that_is_taken_up_again_keeps_no_other_waiting(
    store: Store, tmp_path: Path
) -> None:
    async def read_log(after: int) -> list[Event]:
        return []

    live, nothing = LiveConversations(), Feed(read_log)
    async with _refining(store, tmp_path, ScriptedRecognizer({"in": AGAIN}), live=live) as refiner:
        held = [
            LiveJob(JobRecord(f"job-{one}", "app", one, "audio", {}, STARTED_AT), nothing)
            for one in ("1", "2")
        ]
        for one in held:
            live.add(one)
        first, _ = await _hear(store, refiner, conversation_id="1")
        second, before = await _hear(store, refiner, conversation_id="2")
        third, _ = await _hear(store, refiner, conversation_id="3")
        await until(lambda: refiner.refined == 1)
        assert len((await _content(store, third)).messages) == len(AGAIN)
        held[0].end()
        await until(lambda: refiner.refined == 2)
        assert len((await _content(store, first)).messages) == len(AGAIN)
        await refiner.aclose()
        assert await _content(store, second) == before, "as it was heard live"
        due = {delivery.conversation_id for delivery in await store.outbox.due(datetime.now(UTC))}
        assert due == {first, second, third}
