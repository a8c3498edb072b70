"""Hearing a conversation again when it is over, with all the time that it takes.

Live, a segment has to end soon after the speech, and a small engine decodes it without what follows.
Refinement decodes the same audio once more in longer pieces, in which hesitation doesn't split sentences, by
the engine for that role, at the lowest priority, one conversation after the other. Messages get better words
and keep their ids, and what is understood is found anew over them.

The conversation is closed before, so that whoever stops a call has an answer within 2 s; what refinement
brings are events after the end. One that is taken up again meanwhile, such as by a recording that is appended
to it, has its turn when that is over. Summary e-mails wait in the outbox, for a limited time: they are read
once, pages and the API always show the latest. A crash loses the audio, and leaves what was heard live.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from earwitness.audio.pcm import Pcm
from earwitness.calls.live import LiveConversations
from earwitness.calls.roster import Roster
from earwitness.calls.spool import Spool, Tape
from earwitness.calls.stored_change import ChangeableStore, HeardError, change_stored
from earwitness.calls.understanding import concluded, setting_of
from earwitness.calls.voices import VoiceWish, recognized, voice_turns
from earwitness.calls.when_available import Hastened, hasten, when_available
from earwitness.conversation.by_voice import VoiceTurn
from earwitness.conversation.events import Body, MemberJoined, MessagesRevised
from earwitness.conversation.revision import Revision, applied, revise
from earwitness.conversation.utterance import Utterance
from earwitness.insights.entities.redaction import Redaction
from earwitness.insights.seams import Analyst
from earwitness.insights.sentiment import with_sentiment
from earwitness.speech.seams import Heard, Recognizer
from earwitness.store.seams import Content, StoreError, UnknownConversationError
from earwitness.supervision import supervised

logger = logging.getLogger(__name__)

SOURCE = "refinement"
_MOST_WAITING = 64
"""Conversations that wait to be heard again; of more, the newest stay as they were heard live."""
_PIECE_S = 2.0
_MOST_AHEAD_S = 10.0
_POLL_S = 0.05


class RefinableStore(ChangeableStore, Protocol):
    """What refinement needs of a store."""

    @property
    def outbox(self) -> Hastened:
        """The deliveries."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The audio of a conversation that is over."""

    conversation_id: str
    app_id: str
    language: str
    tapes: tuple[Tape, ...]
    confidence_threshold: float = 0.0
    redaction: Redaction | None = None
    """What is hidden in what is heard."""
    voices: VoiceWish | None = None
    vocabulary: tuple[str, ...] = ()
    """Words that are likely; see `Recognizer.open`."""

    def close(self) -> None:
        """Free the audio."""
        for tape in self.tapes:
            tape.close()


class Refiner:
    """Refines conversations in one task, which `start` begins and `aclose` ends.

    Those that are put off wait beside it, no more than there are conversations that go on.
    """

    def __init__(
        self,
        spool: Spool,
        open_recognizer: Callable[[], Recognizer],
        store: RefinableStore,
        live: LiveConversations,
        analyst: Analyst,
        executor: Executor,
        *,
        email_wait_s: float = 30.0,
        delivered: Callable[[], None] = lambda: None,
        then: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """Make a refiner; the recogniser is opened, off the event loop, when it is first needed.

        `email_wait_s` is how long a summary e-mail waits; `delivered` is told when it need not any more.
        Where something follows on refinement, `then` is given the id of the conversation, and the e-mails go
        on waiting.
        """
        self.spool = spool
        self.email_wait_s = email_wait_s
        self._open_recognizer = open_recognizer
        self._recognizer: Recognizer | None = None
        self._store = store
        self._live = live
        self._analyst = analyst
        self._executor = executor
        self._delivered = delivered
        self._then = then
        self._waiting: asyncio.Queue[Recording] = asyncio.Queue(_MOST_WAITING)
        self._current: Recording | None = None
        self._later: dict[asyncio.Task[None], Recording] = {}
        """Put off, by the task that waits for the end of their conversation."""
        self._task: asyncio.Task[None] | None = None
        self.refined = 0
        """Conversations that were heard again."""

    def start(self) -> None:
        """Begin to refine what is taken."""
        self._task = asyncio.create_task(supervised("refinement", self._run), name="refinement")

    async def take(self, recording: Recording) -> None:
        """Have a conversation refined that was closed; the audio is the refiner's from now on."""
        try:
            self._waiting.put_nowait(recording)
        except asyncio.QueueFull:
            logger.warning("conversation %s stays as it was heard live", recording.conversation_id)
            recording.close()
            await self._go_on(recording.conversation_id)

    async def idle(self) -> None:
        """Wait until all that was taken is done."""
        await self._waiting.join()
        while self._later:
            await asyncio.wait(self._later)
            await self._waiting.join()

    async def aclose(self) -> None:
        """Stop; what wasn't refined stays as it was heard live."""
        left = list(self._later.values())
        tasks = [*self._later, *([] if self._task is None else [self._task])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._current is not None:
            left.append(self._current)
        while not self._waiting.empty():
            left.append(self._waiting.get_nowait())
        for recording in left:
            recording.close()
            if self._then is not None:
                continue  # what follows is in the log, and done when the server is there again
            with suppress(StoreError):  # then its e-mails wait until their time has come
                await self._store.outbox.hasten(recording.conversation_id)
        if self._recognizer is not None:
            await self._recognizer.aclose()

    async def _run(self) -> None:
        while True:
            recording = self._current = await self._waiting.get()
            try:
                await self._refine(recording)
                self.refined += 1
            except HeardError:
                self._put_off(recording)
            except UnknownConversationError:
                logger.info("conversation %s was deleted", recording.conversation_id)
                await self._let_go(recording)
            except Exception:
                # Refinement is a gift: without it the conversation stays as it was heard.
                logger.exception("conversation %s could not be heard again", recording.conversation_id)
                await self._let_go(recording)
            else:
                await self._let_go(recording)
            self._current = None
            self._waiting.task_done()

    async def _let_go(self, recording: Recording) -> None:
        try:
            recording.close()
            await self._go_on(recording.conversation_id)
        except Exception:
            logger.exception("what follows on conversation %s failed", recording.conversation_id)

    def _put_off(self, recording: Recording) -> None:
        """Take a conversation again when nobody writes it any more; others have their turns meanwhile."""

        async def again() -> None:
            await self._live.until_closed(recording.app_id, recording.conversation_id)
            await self.take(recording)

        task = asyncio.create_task(again(), name=f"put off {recording.conversation_id}")
        self._later[task] = recording
        task.add_done_callback(self._later.pop)

    def _is_heard(self, recording: Recording) -> bool:
        return self._live.of_conversation(recording.app_id, recording.conversation_id) is not None

    async def _refine(self, recording: Recording) -> None:
        """Hear it again.

        Raises:
            HeardError: somebody writes it just now; nothing was changed.
        """
        if self._is_heard(recording):
            raise HeardError(recording.conversation_id)
        if self._recognizer is None:
            self._recognizer = await asyncio.to_thread(self._open_recognizer)
        utterances: list[Utterance] = []
        for tape in recording.tapes:
            utterances += await _heard(self._recognizer, tape, recording.vocabulary)
        utterances = await self._redacted(recording, utterances)
        turns: dict[str, list[VoiceTurn]] = {}

        async def revised(content: Content) -> list[Body]:
            return await self._revised(content, recording, utterances, turns)

        await when_available(
            lambda: change_stored(
                self._store,
                recording.conversation_id,
                revised,
                source=SOURCE,
                is_heard=lambda: self._is_heard(recording),
            )
        )

    async def _redacted(self, recording: Recording, utterances: list[Utterance]) -> list[Utterance]:
        """Hide personal data again, if the conversation asked for it; legs one after the other."""
        if recording.redaction is None:
            return utterances
        from earwitness.insights.entities.redactor import Redactor

        conversations = self._store.conversations
        content = await when_available(lambda: conversations.content(recording.conversation_id, ()))
        names = [] if content is None else [member.name for member in content.members]
        redactor = Redactor(recording.redaction, lambda: names)

        def work() -> list[Utterance]:
            return [redactor.utterance(utterance) for utterance in utterances]

        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def _revised(
        self,
        content: Content,
        recording: Recording,
        utterances: Sequence[Utterance],
        turns: dict[str, list[VoiceTurn]],
    ) -> list[Body]:
        """Return what is better now; `turns` keeps the voices that were heard for another attempt."""
        ends_s: dict[str, float] = {}
        for tape in recording.tapes:
            ends_s[tape.leg] = max(tape.end_s, ends_s.get(tape.leg, 0.0))
        kept = [one for one in content.messages if one.end_s <= ends_s.get(one.leg, 0.0)]

        loop = asyncio.get_running_loop()
        revision = await loop.run_in_executor(self._executor, revise, kept, utterances, recording.language)
        if recording.voices is not None:
            messages = applied(content.messages, revision)
            for tape in recording.tapes:
                if tape.leg not in turns:
                    turns[tape.leg] = await voice_turns(tape, messages, recording.voices)
        return await loop.run_in_executor(
            self._executor, self._bodies, content, revision, turns, recording.confidence_threshold
        )

    def _bodies(
        self,
        content: Content,
        revision: Revision,
        turns: Mapping[str, Sequence[VoiceTurn]],
        threshold: float,
    ) -> list[Body]:
        roster = Roster(content.members)
        voices = recognized(applied(content.messages, revision), turns, roster.unnamed)
        revision = revision.with_messages(voices.messages)
        if not revision:
            return []
        revision = replace(revision, messages=with_sentiment(revision.messages, anew=True))
        revised = replace(content, messages=applied(content.messages, revision), members=roster.members)
        setting = setting_of(revised, threshold)
        found = concluded(self._analyst.open(setting), revised, setting)
        joined = [MemberJoined(member) for member in voices.members]
        return [*joined, MessagesRevised(revision.messages, revision.removed), *found]

    async def _go_on(self, conversation_id: str) -> None:
        if self._then is None:
            await self._hasten(conversation_id)
        else:
            await self._then(conversation_id)

    async def _hasten(self, conversation_id: str) -> None:
        await hasten(self._store.outbox, conversation_id, self._delivered)


async def _heard(recognizer: Recognizer, tape: Tape, vocabulary: tuple[str, ...]) -> list[Utterance]:
    """Return what is heard on a tape, fed no faster than it is heard."""
    await asyncio.to_thread(tape.wait)
    stream = recognizer.open(tape.leg, tape.language, background=True, vocabulary=vocabulary)

    async def feed() -> None:
        at_s = 0.0
        try:
            while at_s < tape.end_s:
                samples = await asyncio.to_thread(tape.read, at_s, _PIECE_S)
                stream.push(Pcm(samples, at_s))
                at_s += _PIECE_S
                while stream.waiting_s > _MOST_AHEAD_S:  # noqa: ASYNC110 - a stream tells nobody that it heard
                    await asyncio.sleep(_POLL_S)
        finally:
            stream.end()  # of a tape that cannot be read too: nobody is to wait for more of it

    feeding = asyncio.create_task(feed(), name=f"play {tape.leg}")
    try:
        heard = [
            event.utterance async for event in stream if isinstance(event, Heard) and event.utterance.is_final
        ]
        await feeding
    finally:
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        await stream.aclose()
    return heard
