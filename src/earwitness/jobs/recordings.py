"""Hearing a recording: a file that was sent, or one that is fetched from a URL."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import msgspec

from earwitness.audio.files import AudioFileError
from earwitness.audio.pcm import RATE_HZ, Pcm
from earwitness.audio.recording import Block, Recording
from earwitness.calls.hearing import Hearing
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.leg import Leg
from earwitness.calls.roster import Roster
from earwitness.calls.seams import Outcome
from earwitness.calls.spool import Spool, Tape
from earwitness.calls.voices import VoiceWish, recognized, voice_turns
from earwitness.calls.when_available import when_available
from earwitness.conversation.member import new_member
from earwitness.jobs.cut_off import CUT_OFF, DEFECT, closing_source, conclude
from earwitness.jobs.folder import JobFolder
from earwitness.jobs.live_job import LiveJob
from earwitness.jobs.seams import JobFailedError
from earwitness.jobs.stored import opened_again, stored, taken_up
from earwitness.store.seams import Content, Conversations, JobRecord

logger = logging.getLogger(__name__)

KIND = "audio"
_LEG = "recording"
"""Of a recording whose channels are heard as one."""
_MOST_WAITING_S = 10.0
"""Audio that waits to be heard; only then is more decoded."""
_WAIT_S = 0.02


@dataclass(frozen=True, slots=True)
class ChannelSpeaker:
    """Who speaks on a channel of a recording."""

    channel: int
    """1, 2, …"""
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class AudioWork:
    """What there is to hear, and how."""

    url: str | None = None
    """Where to fetch the recording from; else it is a file that was sent, named after the job."""
    language: str = "en-US"
    options: dict[str, Any] = field(default_factory=dict)
    """What is asked for beyond what the conversation began with."""
    separate_channels: bool = False
    channels: tuple[ChannelSpeaker, ...] = ()
    voices: bool = False
    """Whether to tell voices apart; then all channels are one leg."""
    voice_count: int | None = None
    real_time: bool = False
    """Whether to hear it at the pace of the clock, with live text, as if it were a call, if there is room."""

    def to_plain(self) -> dict[str, Any]:
        """Return it as it is stored."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


class Fetcher(Protocol):
    """Gets recordings from elsewhere."""

    async def fetch(self, url: str, path: Path) -> None:
        """Write what is at a URL to a file.

        Raises:
            JobFailedError: it cannot be had.
        """


class RecordingDoer:
    """Does jobs of the kind `audio`; see `Doer`.

    What a broken recording gave before it broke stays in its conversation.
    """

    def __init__(
        self,
        folder: JobFolder,
        services: HearingServices,
        conversations: Conversations,
        fetcher: Fetcher,
        *,
        most_audio_s: float,
        spool: Spool,
        has_room: Callable[[int], bool],
    ) -> None:
        """Make it; recordings lie in `folder`, audio whose voices are to be told apart in the spool.

        `has_room` tells whether so many legs more can be heard live; else they are in the background.
        """
        self._folder = folder
        self._services = services
        self._conversations = conversations
        self._fetcher = fetcher
        self._most_audio_s = most_audio_s
        self._spool = spool
        self._has_room = has_room

    def is_possible(self, job: JobRecord) -> bool:
        """Tell whether the recording is there, or was begun: then it is not heard again, but concluded."""
        if job.status != "scheduled":
            return True
        return _work_of(job).url is not None or self._folder.path_of(job.id).exists()

    def discard(self, job: JobRecord) -> None:
        """Remove the recording."""
        self._folder.discard(job.id)

    async def do(self, job: JobRecord, live: LiveJob) -> None:
        """Hear a recording; see `Doer.do`."""
        work = _work_of(job)
        reason = CUT_OFF
        if job.status == "scheduled":
            try:
                await self._do(job, work, live)
            except JobFailedError:
                raise
            except Exception:
                # One job's defect ends that one alone, and leaves no conversation open.
                logger.exception("job %s failed", job.id)
                reason = DEFECT
            else:
                return
        await conclude(job, work.options, live, self._services, self._conversations, reason)

    async def _do(self, job: JobRecord, work: AudioWork, live: LiveJob) -> None:
        path = self._folder.path_of(job.id)
        content = await stored(self._conversations, job.conversation_id)
        hearing = _Hearing(live, work, content, self._services, self._conversations, self._has_room)
        tape = self._spool.tape(_LEG, work.language) if work.voices else None
        try:
            try:
                if work.url is not None:
                    await self._fetcher.fetch(work.url, path)
                recording = await Recording.open(path, separate=work.separate_channels)
            except (AudioFileError, OSError) as error:
                await hearing.give_up()
                raise JobFailedError(str(error)) from error
            except JobFailedError:
                await hearing.give_up()
                raise
            try:
                await hearing.hear(recording, self._most_audio_s, tape)
            finally:
                await recording.aclose()
        finally:
            await hearing.aclose()
            if tape is not None:
                tape.close()


class _Hearing:
    """One recording on its way into its conversation."""

    def __init__(
        self,
        live: LiveJob,
        work: AudioWork,
        content: Content,
        services: HearingServices,
        conversations: Conversations,
        has_room: Callable[[int], bool],
    ) -> None:
        self._live = live
        self._work = work
        self._content = content
        self._conversations = conversations
        self._has_room = has_room
        self._is_live = False
        """Whether it is heard at the pace of the clock."""
        self._failure: str | None = None
        self._heard_s = 0.0
        self._hearing = Hearing(
            content.record.id,
            opened_again(content, work.options),
            services,
            feed=live.feed,
            on_failure=self._fail,
        )

    async def give_up(self) -> None:
        """Close a conversation that nothing will be heard of; one that was there before stays as it is."""
        if self._content.record.outcome is None:
            await self._reopen()
            source = closing_source(self._live.job, "failed")
            await self._hearing.close(self._content.record.started_at, "failed", source)

    async def aclose(self) -> None:
        """Stop all that runs."""
        await self._hearing.aclose()

    async def hear(self, recording: Recording, most_s: float, tape: Tape | None) -> None:
        """Hear it to its end, then close the conversation; with a tape, tell the voices on it apart.

        Raises:
            JobFailedError: only a part could be heard.
        """
        await self._reopen()
        offset_s = self._content.length_s
        if self._work.real_time:
            self._take_room(recording.channels)
        legs = [self._leg(channel, offset_s, tape) for channel in range(recording.channels)]
        self._hearing.start()
        try:
            await self._feed(recording, legs, most_s)
        except AudioFileError as error:
            self._fail(str(error))
        await self._hearing.end()
        if tape is not None:
            await self._tell_voices_apart(tape, offset_s)
        zero_at = self._hearing.zero_at or self._content.record.zero_at
        ended_at = zero_at + timedelta(seconds=offset_s + self._heard_s)
        source = closing_source(self._live.job, "completed" if self._failure is None else "failed")
        await self._hearing.close(ended_at, self._outcome(), source)
        if self._hearing.stopped:
            raise JobFailedError("the conversation was deleted or taken over")
        if self._failure is not None:
            raise JobFailedError(self._failure)

    def _take_room(self, legs: int) -> None:
        self._is_live = self._has_room(legs)
        if self._is_live:
            self._live.load = legs
        else:
            logger.info("job %s is heard in the background: there is no room for it", self._live.job.id)

    async def _tell_voices_apart(self, tape: Tape, offset_s: float) -> None:
        tape.end()
        await self._hearing.settle()
        content = await when_available(lambda: self._conversations.content(self._content.record.id))
        if content is None:
            return  # deleted: closing finds out
        messages = [one for one in content.messages if one.leg == _LEG and one.start_s >= offset_s]
        try:
            turns = await voice_turns(tape, messages, VoiceWish(self._work.voice_count))
        except Exception:
            # The words are worth more than whose they are.
            logger.exception("voices cannot be told apart in conversation %s", content.record.id)
            return
        newcomer = Roster(content.members).unnamed
        await self._hearing.recognize(recognized(messages, {_LEG: turns}, newcomer))

    async def _reopen(self) -> None:
        self._content = await taken_up(self._hearing, self._conversations, self._content)

    async def _feed(self, recording: Recording, legs: Sequence[Leg], most_s: float) -> None:
        began = asyncio.get_running_loop().time()
        async for block in recording.blocks():
            self._take(block, legs)
            if self._heard_s > most_s:
                self._fail(f"the recording is longer than {most_s:.0f} s; only so much was heard")
            while self._goes_on and max(leg.waiting_s for leg in legs) > _MOST_WAITING_S:  # noqa: ASYNC110
                await asyncio.sleep(_WAIT_S)
            if self._is_live:
                await asyncio.sleep(max(began + self._heard_s - asyncio.get_running_loop().time(), 0.0))
            if not self._goes_on:
                break

    def _take(self, block: Block, legs: Sequence[Leg]) -> None:
        for channel, leg in enumerate(legs):
            leg.take(Pcm(block[:, channel].copy(), self._heard_s))
        self._heard_s += len(block) / RATE_HZ

    @property
    def _goes_on(self) -> bool:
        if self._live.stopping.is_set():
            self._fail("it was stopped; only a part was heard")
        self._live.blocked = self._hearing.blocked
        return self._failure is None and not self._hearing.stopped

    def _fail(self, reason: str) -> None:
        self._failure = self._failure or reason

    def _outcome(self) -> Outcome:
        """An earlier conversation that a broken recording was added to is no worse for that."""
        before = self._content.record.outcome
        if before == "completed" or self._failure is None:
            return "completed"
        return "interrupted"

    def _leg(self, channel: int, offset_s: float, tape: Tape | None) -> Leg:
        work = self._work
        number = channel + 1
        if not work.separate_channels:
            return self._hearing.leg(
                _LEG, offset_s, language=work.language, background=not self._is_live, tape=tape
            )
        named = next((one for one in work.channels if one.channel == number), ChannelSpeaker(number))
        name = named.name or (None if named.email else f"Speaker {number}")
        return self._hearing.leg(
            f"channel-{number}",
            offset_s,
            member=new_member(name, named.email, named.email),
            language=work.language,
            background=not self._is_live,
        )


def _work_of(job: JobRecord) -> AudioWork:
    return msgspec.convert(job.work, AudioWork)
