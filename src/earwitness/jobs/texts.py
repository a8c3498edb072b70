"""Reading texts that were sent: what was said, by whom and when, goes the way of what is heard."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from earwitness.calls.hearing import Hearing
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.when_available import when_available
from earwitness.conversation.given import Piece, messages_of, placed
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.jobs.cut_off import DEFECT, conclude
from earwitness.jobs.folder import JobFolder
from earwitness.jobs.live_job import LiveJob
from earwitness.jobs.seams import JobFailedError
from earwitness.jobs.stored import opened_again, stored, taken_up
from earwitness.store.seams import Content, Conversations, EventLog, JobRecord

logger = logging.getLogger(__name__)

KIND = "text"
_MOST_ATTEMPTS = 3
"""Somebody else may write to the conversation just then, such as who hears its call again."""


@dataclass(frozen=True, slots=True)
class TextWork:
    """How to read a text; the text itself lies in a file named after the job."""

    begins_at: datetime
    """When its first piece was said, if it begins a conversation."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What is asked for beyond what the conversation began with."""

    def to_plain(self) -> dict[str, Any]:
        """Return it as it is stored."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def to_file(pieces: Sequence[Piece]) -> bytes:
    """Return a text as it is kept until its job is done."""
    return msgspec.json.encode(pieces)


class TextDoer:
    """Does jobs of the kind `text`; see `Doer`.

    All messages of a text are stored in one transaction: either all are there, or none. So a job that was cut
    off, by a stop of the server or by another writer, is done again.
    """

    def __init__(
        self, folder: JobFolder, services: HearingServices, conversations: Conversations, log: EventLog
    ) -> None:
        """Make it; texts lie in `folder`."""
        self._folder = folder
        self._services = services
        self._conversations = conversations
        self._log = log

    def is_possible(self, job: JobRecord) -> bool:
        """Tell whether the text is there."""
        return self._folder.path_of(job.id).exists()

    def discard(self, job: JobRecord) -> None:
        """Remove the text."""
        self._folder.discard(job.id)

    async def do(self, job: JobRecord, live: LiveJob) -> None:
        """Read a text; see `Doer.do`."""
        try:
            await self._do_at_last(job, live)
        except JobFailedError:
            raise
        except Exception:
            # One job's defect ends that one alone, and leaves no conversation open.
            logger.exception("job %s failed", job.id)
            options = msgspec.convert(job.work, TextWork).options
            await conclude(job, options, live, self._services, self._conversations, DEFECT)

    async def _do_at_last(self, job: JobRecord, live: LiveJob) -> None:
        resumed = job.status != "scheduled"
        for _ in range(_MOST_ATTEMPTS):
            if live.stopping.is_set():
                raise JobFailedError("it was stopped")
            if await self._do(job, live, resumed=resumed):
                return
            resumed = True
        raise JobFailedError("others kept writing to the conversation")

    async def _do(self, job: JobRecord, live: LiveJob, *, resumed: bool) -> bool:
        """Read the text, or only conclude where `resumed` after that; False where somebody else took over."""
        work = msgspec.convert(job.work, TextWork)
        content = await stored(self._conversations, job.conversation_id)
        hearing = Hearing(
            job.conversation_id, opened_again(content, work.options), self._services, feed=live.feed
        )
        try:
            content = await taken_up(hearing, self._conversations, content)
            try:
                if resumed and await self._was_read(job):
                    ended_at = content.record.zero_at + timedelta(seconds=content.length_s)
                else:
                    ended_at = await self._read(job, work, content, hearing)
            except JobFailedError:
                if content.record.outcome is None:
                    await hearing.close(content.record.started_at, "failed")
                raise
            await hearing.close(ended_at, "completed")
        finally:
            await hearing.aclose()
        return not hearing.stopped

    async def _read(self, job: JobRecord, work: TextWork, content: Content, hearing: Hearing) -> datetime:
        """Give all that was said to a hearing; returns when the conversation ended."""
        ended_s = content.length_s
        pieces = await asyncio.to_thread(self._pieces, job)
        people = _people(pieces, hearing)
        known_zero = hearing.zero_at
        after = work.begins_at if known_zero is None else known_zero + timedelta(seconds=ended_s)
        spans = placed(pieces, after)
        zero_at = known_zero or min(start for start, _ in spans)
        messages = await asyncio.to_thread(lambda: list(_messages(pieces, spans, people, zero_at)))
        await hearing.read(messages, zero_at, _source(job))
        return zero_at + timedelta(seconds=max(ended_s, *(message.end_s for message in messages)))

    def _pieces(self, job: JobRecord) -> list[Piece]:
        try:
            return msgspec.json.decode(self._folder.path_of(job.id).read_bytes(), type=list[Piece])
        except (OSError, msgspec.DecodeError) as error:
            raise JobFailedError(f"the text cannot be read any more: {error}") from error

    async def _was_read(self, job: JobRecord) -> bool:
        events = await when_available(lambda: self._log.read(job.conversation_id))
        return any(event.source == _source(job) for event in events)


def _people(pieces: Sequence[Piece], hearing: Hearing) -> dict[str, Member]:
    """Return the members of a conversation whom a text names, by their keys."""
    people: dict[str, Member] = {}
    for piece in pieces:
        if piece.speaker is not None and piece.speaker.key not in people:
            people[piece.speaker.key] = hearing.know(piece.speaker)
    return people


def _messages(
    pieces: Sequence[Piece],
    spans: Sequence[tuple[datetime, datetime]],
    people: Mapping[str, Member],
    zero_at: datetime,
) -> Iterator[Message]:
    for piece, (start, end) in zip(pieces, spans, strict=True):
        speaker = None if piece.speaker is None else people[piece.speaker.key]
        since_s, until_s = ((moment - zero_at).total_seconds() for moment in (start, end))
        yield from messages_of(replace(piece, speaker=speaker), since_s, until_s)


def _source(job: JobRecord) -> str:
    """Who made the events of a job."""
    return f"job:{job.id}"
