"""The jobs of a process without its API: a real queue and store; recordings say what a script says."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from earwitness.audio.pcm import RATE_HZ
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.live import LiveConversations
from earwitness.calls.spool import Spool
from earwitness.conversation.events import Body, Opened
from earwitness.conversation.given import Piece
from earwitness.conversation.member import Member
from earwitness.delivery.destination import Destinations
from earwitness.insights.embedded import EmbeddedAnalyst
from earwitness.jobs.fetch import UrlFetcher
from earwitness.jobs.folder import JobFolder
from earwitness.jobs.queue import LocalJobs
from earwitness.jobs.recordings import AudioWork, RecordingDoer
from earwitness.jobs.texts import TextDoer, TextWork, to_file
from earwitness.store.seams import Content, JobRecord
from earwitness.store.store import Store
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.live import until
from tests.support.recordings import write_recording

STARTED_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass
class Queue:
    """A queue and what it stands on."""

    jobs: LocalJobs
    store: Store
    folder: JobFolder
    live: LiveConversations
    spool: Spool

    async def submit(
        self,
        kind: str = "audio",
        job_id: str = "job",
        conversation_id: str = "1234567890123456",
        *,
        seconds: float = 2.0,
        sample: int = 0,
        text: str = "Hello there.",
        speaker: Member | None = None,
        begins: bool = True,
        **work: Any,
    ) -> JobRecord:
        """Submit a recording of one sample repeated, or a text, that begins or extends a conversation."""
        if kind == "audio":
            samples = np.full(round(seconds * RATE_HZ), sample, np.int16)
            write_recording(self.folder.path_of(job_id), "wav", samples)
            plain = AudioWork(**work).to_plain()
        else:
            self.folder.keep(job_id, to_file([Piece(text, speaker)]))
            plain = TextWork(STARTED_AT, **work).to_plain()
        job = JobRecord(job_id, "app", conversation_id, kind, plain, datetime.now(UTC))
        opening: list[Body] = [Opened("app", "name", STARTED_AT, connection_id=job_id)] if begins else []
        await self.jobs.submit(job, opening)
        return job

    async def ended(self, job_id: str = "job") -> JobRecord:
        """Wait until a job has ended and nothing of it is left in the process, and return it."""
        await until(lambda: all(live.connection.connection_id != job_id for live in self.live))
        job = await self.store.jobs.find("app", job_id)
        assert job is not None
        return job

    async def content(self, conversation_id: str = "1234567890123456") -> Content:
        """Return what is known of a conversation."""
        content = await self.store.conversations.content(conversation_id)
        assert content is not None
        return content

    async def says(self, text: str) -> None:
        """Wait until a message of the conversation is stored."""
        async with asyncio.timeout(10):
            while text not in await self.texts():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def texts(self) -> list[str]:
        """Return what is said in the conversation."""
        return [message.text for message in (await self.content()).messages]


@asynccontextmanager
async def job_queue(
    store: Store, home: Path, script: Mapping[str, Sequence[Line]] | None = None
) -> AsyncIterator[Queue]:
    """Do jobs until the block ends, which breaks off what is left, as a stop of the server does."""
    with ThreadPoolExecutor(1) as executor:
        services = HearingServices(
            recognizer=ScriptedRecognizer(script or {"recording": [Line(0.2, 1.0, "Hello there.")]}),
            analyst=EmbeddedAnalyst(),
            log=store.log,
            executor=executor,
            page_url=lambda base, app_id, conversation: f"{base}/{conversation}",
            delivered=lambda: None,
        )
        folder, live = JobFolder(home / "recordings"), LiveConversations()
        spool = Spool(home / "spool", 10**8, least_free_bytes=0)
        destinations = Destinations("")
        recordings = RecordingDoer(
            folder,
            services,
            store.conversations,
            UrlFetcher(destinations, 10**8),
            most_audio_s=100.0,
            spool=spool,
            has_room=lambda legs: True,
        )
        texts = TextDoer(folder, services, store.conversations, store.log)
        jobs = LocalJobs(
            store.jobs,
            {"audio": recordings, "text": texts},
            live,
            services.feed,
            most=10,
            at_once=2,
            notify=lambda: None,
        )
        try:
            yield Queue(jobs, store, folder, live, spool)
        finally:
            await jobs.aclose()
            destinations.close()
            spool.close()
