"""Jobs that were in progress when the server stopped."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from earwitness.audio.recording import Block, Recording
from earwitness.conversation.events import Event, MessagesAdded, Understood
from earwitness.store.event_log import SqlEventLog
from earwitness.store.jobs import SqlJobs
from earwitness.store.seams import JobRecord, JobStatus, NewDelivery
from earwitness.store.store import Store
from earwitness.testing.scripted import Line
from tests.support.job_queue import Queue, job_queue
from tests.support.live import until

HELLO = [Line(0.1, 0.4, "Hello there.")]
OPEN = "I will send the plan by Friday. We talked to the"
ADDED = [Line(1.1, 1.4, OPEN), Line(25.0, 26.0, "Nobody heard this.")]


class Killed:
    """Has the process end just before it stores that a job has ended so."""

    def __init__(self, patch: pytest.MonkeyPatch, status: JobStatus) -> None:
        self.is_there = asyncio.Event()
        change = SqlJobs.change

        async def killed(
            jobs: SqlJobs,
            job: JobRecord,
            new: JobStatus,
            error: str | None = None,
            deliveries: Sequence[NewDelivery] = (),
        ) -> None:
            if new == status and not self.is_there.is_set():
                self.is_there.set()
                await asyncio.Event().wait()
            await change(jobs, job, new, error, deliveries)

        patch.setattr(SqlJobs, "change", killed)


async def events_of(queue: Queue, kind: str = "") -> list[Event]:
    """Return the events of the conversation, or those of a kind."""
    events = await queue.store.log.read("1234567890123456")
    return [event for event in events if kind in ("", event.kind)]


async def hears(queue: Queue, utterances: int = 1) -> None:
    """Wait until so many utterances are stored."""
    async with asyncio.timeout(10):
        while len(await events_of(queue, "utterance_heard")) < utterances:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def recovered(queue: Queue, job_id: str = "job") -> JobRecord:
    """Take up what the stop has left."""
    taken = await queue.jobs.recover()
    assert job_id in {job.id for job in taken}
    return await queue.ended(job_id)


async def test_what_was_heard_of_an_appended_recording_is_concluded(store: Store, tmp_path: Path) -> None:
    async with job_queue(store, tmp_path, {"recording": HELLO}) as queue:
        await queue.submit(seconds=1.0)
        assert (await queue.ended()).status == "completed"
    async with job_queue(store, tmp_path, {"recording": ADDED}) as queue:
        await queue.submit(job_id="cut-off", seconds=30.0, begins=False, real_time=True)
        await hears(queue, 2)
        await queue.submit("text", "next", text="It goes on.", begins=False)
    async with job_queue(store, tmp_path) as queue:
        job = await recovered(queue, "cut-off")
        assert job.status == "failed"
        assert "what was heard before is in the conversation" in (job.error or "")
        assert (await queue.ended("next")).status == "completed"
        content = await queue.content()
        assert content.record.outcome == "completed"
        assert await queue.texts() == [
            "Hello there.",
            "I will send the plan by Friday.",
            "We talked to the",
            "It goes on.",
        ]
        assert ["send the plan" in insight.text for insight in content.insights] == [True]
        kinds = [event.kind for event in await events_of(queue)]
        assert kinds.count("closed") == 3
        assert list((tmp_path / "recordings").iterdir()) == []
        closings = [at for at, kind in enumerate(kinds) if kind == "closed"]
        concluded = (await events_of(queue))[closings[0] + 1 : closings[1]]
        (told,) = (
            event.body
            for event in concluded
            if isinstance(event.body, MessagesAdded) and event.source != "call"
        )
        assert [message.text for message in told.messages] == ["We talked to the"]
        assert any(isinstance(event.body, Understood) for event in concluded)
        await store.log.rebuild("1234567890123456")
        assert await queue.content() == content


async def test_what_was_heard_of_a_first_recording_is_concluded(store: Store, tmp_path: Path) -> None:
    async with job_queue(store, tmp_path, {"recording": ADDED}) as queue:
        await queue.submit(seconds=30.0, real_time=True)
        await hears(queue)
    async with job_queue(store, tmp_path) as queue:
        assert (await recovered(queue)).status == "failed"
        assert (await queue.content()).record.outcome == "interrupted"
        assert await queue.texts() == ["I will send the plan by Friday.", "We talked to the"]


async def test_a_recording_of_which_nothing_was_heard_leaves_a_failed_conversation(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = 0

    async def claim(log: SqlEventLog, conversation_id: str, *, after: int | None = None) -> int:
        nonlocal claims
        claims += 1
        await asyncio.Event().wait()
        return 0

    with monkeypatch.context() as patch:
        patch.setattr(SqlEventLog, "claim", claim)
        async with job_queue(store, tmp_path) as queue:
            await queue.submit()
            await until(lambda: claims == 1)
    async with job_queue(store, tmp_path) as queue:
        assert (await recovered(queue)).status == "failed"
        assert (await queue.content()).record.outcome == "failed"


@pytest.mark.parametrize("kind", ["audio", "text"])
async def test_a_job_whose_conversation_was_closed_is_completed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    killed = Killed(monkeypatch, "completed")
    async with job_queue(store, tmp_path) as queue:
        await queue.submit(kind)
        await asyncio.wait_for(killed.is_there.wait(), 10)
    async with job_queue(store, tmp_path) as queue:
        assert (await recovered(queue)).status == "completed"
        assert (await queue.content()).record.outcome == "completed"
        assert await queue.texts() == ["Hello there."]


async def test_a_job_that_failed_is_not_told_as_completed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = Killed(monkeypatch, "failed")
    async with job_queue(store, tmp_path, {"recording": ADDED}) as queue:
        await queue.submit(seconds=30.0, real_time=True)
        await hears(queue)
        for live in queue.live:
            live.hangup()
        await asyncio.wait_for(killed.is_there.wait(), 10)
        before = await events_of(queue)
        assert before[-1].kind == "closed"
    async with job_queue(store, tmp_path) as queue:
        assert (await recovered(queue)).status == "failed"
        assert await events_of(queue) == before


async def test_a_job_whose_recording_is_gone_has_failed(store: Store, tmp_path: Path) -> None:
    async with job_queue(store, tmp_path, {"recording": ADDED}) as queue:
        await queue.submit(seconds=30.0, real_time=True)
        await queue.submit("text", "next", begins=False)
        await hears(queue)
        queue.folder.discard("next")
    async with job_queue(store, tmp_path) as queue:
        assert [job.id for job in await queue.jobs.recover()] == ["job"]
        job = await queue.ended("next")
        assert (job.status, job.error) == ("failed", "what was sent for the job is not there any more")
        await queue.ended()


@pytest.mark.parametrize("kind", ["audio", "text"])
async def test_a_defect_leaves_no_conversation_open(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    async with job_queue(store, tmp_path) as queue:
        with monkeypatch.context() as patch:
            patch.setattr("earwitness.jobs.recordings.Recording.open", broken)
            patch.setattr("earwitness.jobs.texts.TextDoer._read", broken)
            await queue.submit(kind)
            job = await queue.ended()
        assert job.status == "failed"
        assert "the server failed on this job" in (job.error or "")
        assert "RuntimeError: a defect" in caplog.text
        assert (await queue.content()).record.outcome == "failed"
        await queue.submit(kind, "next", begins=False)
        assert (await queue.ended("next")).status == "completed"
        assert await queue.texts() == ["Hello there."]


async def test_what_was_heard_before_a_defect_is_concluded(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with job_queue(store, tmp_path) as queue:
        await queue.submit()
        await queue.ended()
    async with job_queue(store, tmp_path, {"recording": [Line(2.2, 2.5, OPEN)]}) as queue:
        blocks = Recording.blocks

        async def broken(recording: Recording) -> AsyncIterator[Block]:
            async for block in blocks(recording):
                yield block
            await hears(queue, 2)
            raise RuntimeError("a defect")

        monkeypatch.setattr(Recording, "blocks", broken)
        await queue.submit(job_id="next", begins=False)
        assert (await queue.ended("next")).status == "failed"
        assert await queue.texts() == ["Hello there.", "I will send the plan by Friday.", "We talked to the"]
        content = await queue.content()
    assert content.record.outcome == "completed"
    assert ["send the plan" in insight.text for insight in content.insights] == [True]
