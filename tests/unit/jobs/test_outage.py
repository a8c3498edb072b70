"""Jobs that begin while the store is away for a moment."""

import asyncio
from pathlib import Path

import pytest

from earwitness.calls import when_available
from earwitness.store.conversations import SqlConversations
from earwitness.store.event_log import SqlEventLog
from earwitness.store.seams import StoreUnavailableError
from earwitness.store.store import Store
from tests.support.job_queue import job_queue
from tests.support.live import until


class Outage:
    """Makes a method of the store fail until it is over."""

    def __init__(self, patch: pytest.MonkeyPatch, of: type, name: str) -> None:
        self.failed = 0
        self.is_over = False
        method = getattr(of, name)

        async def failing(*args: object, **options: object) -> object:
            if self.is_over:
                return await method(*args, **options)
            self.failed += 1
            raise StoreUnavailableError("the server closed the connection")

        patch.setattr(of, name, failing)


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(when_available, "_RETRY_S", 0.01)


@pytest.mark.parametrize("kind", ["audio", "text"])
@pytest.mark.parametrize(("of", "name"), [(SqlEventLog, "claim"), (SqlConversations, "content")])
async def test_a_job_waits_for_the_store(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, of: type, name: str
) -> None:
    outage = Outage(monkeypatch, of, name)
    async with job_queue(store, tmp_path) as queue:
        job = await queue.submit(kind)
        await until(lambda: outage.failed > 3)
        found = await store.jobs.find("app", job.id)
        assert found is not None
        assert found.status == "in_progress"
        assert queue.folder.path_of(job.id).exists()
        outage.is_over = True
        assert (await queue.ended()).status == "completed"
        assert await queue.texts() == ["Hello there."]
        assert (await queue.content()).record.outcome == "completed"


async def test_a_recording_that_cannot_be_had_is_given_up_when_the_store_is_back(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = Outage(monkeypatch, SqlEventLog, "claim")
    async with job_queue(store, tmp_path) as queue:
        await queue.submit(url="http://127.0.0.1:1/nothing.wav")
        await until(lambda: outage.failed > 3)
        outage.is_over = True
        assert (await queue.ended()).status == "failed"
        assert (await queue.content()).record.outcome == "failed"


async def test_a_text_that_waits_for_the_store_is_taken_up_after_a_stop(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = Outage(monkeypatch, SqlEventLog, "claim")
    async with job_queue(store, tmp_path) as queue:
        await queue.submit("text")
        await until(lambda: outage.failed > 3)
    outage.is_over = True
    async with job_queue(store, tmp_path) as queue:
        await asyncio.wait_for(queue.jobs.recover(), 5)
        assert (await queue.ended()).status == "completed"
        assert await queue.texts() == ["Hello there."]
