"""One conversation while it is heard: its legs, who speaks, what is said and understood, and its log."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from earwitness.calls.closing import stop_deliveries
from earwitness.calls.feed import Feed
from earwitness.calls.hearing_services import HearingServices, redactor
from earwitness.calls.journal import Journal
from earwitness.calls.leg import Leg
from earwitness.calls.live import Change
from earwitness.calls.media_zero import MediaZero
from earwitness.calls.mixed import MixedPeople
from earwitness.calls.refinement import Recording
from earwitness.calls.roster import Roster
from earwitness.calls.seams import CallRefusedError, Outcome, Partial, PushedEvent
from earwitness.calls.speaker_room import check_room
from earwitness.calls.spool import Tape
from earwitness.calls.understanding import Understanding
from earwitness.calls.voices import VoiceWish
from earwitness.conversation.by_voice import Recognized
from earwitness.conversation.events import (
    Body,
    Closed,
    IntentFound,
    MediaStarted,
    MemberChanged,
    MemberJoined,
    MembersMerged,
    MessagesAdded,
    MessagesRevised,
    Opened,
    OptionsChanged,
    SoundNoticed,
    SpeakerMarked,
    SpeakersAssigned,
    UtteranceHeard,
)
from earwitness.conversation.intent import Intent
from earwitness.conversation.member import Member
from earwitness.conversation.message import Assignment, Message
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.timeline import Timeline
from earwitness.conversation.utterance import Utterance
from earwitness.conversation.vocabulary import vocabulary_of
from earwitness.conversation.wishes import wishes_of
from earwitness.insights.intents import IntentWatch
from earwitness.insights.seams import Setting
from earwitness.insights.sentiment import with_sentiment
from earwitness.speech.seams import Heard, SoundHeard, SpeechEvent, SpeechPaused, SpeechStarted
from earwitness.store.seams import Content, Draft, StoreUnavailableError

logger = logging.getLogger(__name__)

_MOST_EARLY_EVENTS = 1000
"""Speaker events that wait for the media to begin; later ones are dropped."""
_REVISE_AFTER_S = 0.25
_READ_AT_ONCE = 50
"""Given messages in one event, and in one look of the analyst."""


class Hearing:
    """Takes audio by its legs and gives a conversation, wherever the audio comes from.

    Whoever makes one opens it, starts it once there is audio to come, and closes it in the end.
    """

    def __init__(
        self,
        conversation_id: str,
        opened: Opened,
        services: HearingServices,
        *,
        feed: Feed | None = None,
        on_speech: Callable[[], None] = lambda: None,
        on_failure: Callable[[str], None] = lambda reason: None,
    ) -> None:
        """Make a hearing on a running event loop.

        A `feed` is given where others watch already. `on_speech` is told of all words that are heard,
        `on_failure` when nothing more can be.
        """
        self.conversation_id = conversation_id
        self._zero = MediaZero()
        self._opened = opened
        self._services = services
        self._on_speech = on_speech
        self._on_failure = on_failure
        self.feed = feed or services.feed(conversation_id)
        self._webhook = services.webhook(conversation_id, opened)
        self._journal = Journal(
            services.log,
            self.feed,
            conversation_id,
            outgoing=self._webhook,
            delivered=services.delivered,
        )
        self._roster = Roster(opened.members)
        self._mixed = MixedPeople(self._roster)
        self._timeline = Timeline(opened.language)
        wishes = {wish["intent"]: wish.get("silenceTimeout") for wish in opened.request.get("intents") or ()}
        self._intents = IntentWatch(wishes, {name: after_s for name, after_s in wishes.items() if after_s})
        self._revising: asyncio.Task[None] | None = None
        self._is_unrevised = False
        """Whether events came that nobody has looked at."""
        self._redaction = services.hidden(opened)
        self._redactor = redactor(self._redaction, lambda: self._roster.members)
        self._early_events: list[PushedEvent] = []
        self._marked = 0
        """Speaker events that were taken."""
        self._media_time_begun = False
        self._is_closing = False
        self._legs: dict[str, Leg] = {}
        self._tapes: list[Tape] = []
        """Of all legs that there were, until they are handed over."""
        self._newcomers: dict[str, Member] = {}
        """Members by the leg that brings them, until it is heard."""
        self._joining: list[Member] = []
        """Members who are known, but not to the log yet."""
        self._is_listening = False
        self._listening: dict[str, asyncio.Task[None]] = {}
        """By leg."""
        self._wishes = wishes_of(opened.request)
        self._understanding = Understanding(
            services.analyst.open(self._setting()),
            services.executor,
            self.post,
            self._setting,
            concluding=services.concluding,
        )

    def leg(
        self,
        name: str,
        offset_s: float | None = None,
        *,
        member: Member | None = None,
        language: str | None = None,
        background: bool = False,
        tape: Tape | None = None,
    ) -> Leg:
        """Add a leg; `offset_s` is where its audio begins, by default whenever it first comes.

        What is heard on the leg of a `member` is said by them; one with a known key (user id, else e-mail
        address, else name) is the member that is known already. The `language` is the conversation's where
        none is given; for `background` see `Recognizer.open`. A `tape` that is given keeps the audio for
        whoever gave it.
        """
        if member is not None:
            seated, is_new = self._roster.seat(member)
            self._timeline.seat(name, seated)
            if is_new:
                self._newcomers[name] = seated
        language = language or self._opened.language
        if tape is None and self._services.refiner is not None and not background:
            tape = self._services.refiner.spool.tape(name, language)
            self._tapes.append(tape)
        leg = Leg(
            name,
            self._services.recognizer,
            language,
            self._zero,
            offset_s,
            model=self._model(language),
            background=background,
            vocabulary=vocabulary_of(self._opened.request),
            tape=tape,
        )
        self._legs[name] = leg
        if self._is_listening:
            self._listen(leg)
        return leg

    def _model(self, language: str) -> str | None:
        """Return the model that the conversation's request asks for.

        None for another language than the conversation's, which it may not know, and where the model is gone
        since the request was made.
        """
        wanted: str | None = self._opened.request.get("model")
        models = self._services.recognizer.capabilities.models
        known = any(model.name == wanted for model in models)
        return wanted if known and language == self._opened.language else None

    async def open(self) -> None:
        """Store the conversation's first event.

        Raises:
            StoreUnavailableError: nothing was stored.
        """
        await self._journal.open(Draft(self._opened))

    async def reopen(self, content: Content) -> None:
        """Become the writer of a conversation that is stored already, and go on where it ended.

        Raises:
            FencedError: somebody has written since this was its content; nothing was changed.
            UnknownConversationError: it was deleted.
            StoreUnavailableError: nothing was changed.
        """
        last_seq = content.record.last_seq
        self._journal.resume(await self._services.log.claim(self.conversation_id, after=last_seq))
        self.feed.last_seq = last_seq
        self._roster = Roster(content.members)
        self._mixed = MixedPeople(self._roster)
        if content.record.media_started_at is not None or content.messages:
            self._zero.begun(content.record.zero_at)
            self._media_time_begun = True
            if self._webhook is not None:
                self._webhook.resume(content.record)
        if self._opened.request != content.record.request:
            await self.post(OptionsChanged(self._opened.request), source="client")
        await self._understanding.resume(content)

    def start(self) -> None:
        """Begin to take what is heard, on the legs that there are and on those to come."""
        self._is_listening = True
        for leg in self._legs.values():
            self._listen(leg)

    async def post(self, body: Body, at_s: float | None = None, source: str = "call") -> None:
        """Have an event stored and shown."""
        await self._journal.post(Draft(body, at_s, source))

    async def push(self, pushed: PushedEvent) -> None:
        """Take a client's speaker event.

        Raises:
            CallRefusedError: it is one too many, or names one person too many.
        """
        check_room(self._marked)
        if self.zero_at is None or not self._media_time_begun:
            if len(self._early_events) < _MOST_EARLY_EVENTS:
                self._early_events.append(pushed)
            return
        member, is_new = self._roster.find(pushed)
        if member is not None and is_new:
            await self.post(MemberJoined(member), source="client")
        arrived_s = self._zero.seconds_of(pushed.arrived_at)
        said_s = None if pushed.said_at is None else (pushed.said_at - self.zero_at).total_seconds()
        at_s = self._timeline.place(said_s, arrived_s)
        event = SpeakerEvent(pushed.kind, at_s, member, said_s, arrived_s)
        self._mark(event)
        await self.post(SpeakerMarked(event), at_s, source="client")
        self._is_unrevised = True
        if self._revising is None or self._revising.done():
            self._revising = asyncio.create_task(self._revise_soon(), name="revise")

    def answered(self) -> None:
        """The called party has answered; only from now on does its silence mean anything."""
        self._intents.answered(self._zero.now_s)

    def contribute(self, leg: Leg, at_s: float, csrcs: Sequence[int]) -> None:
        """Take a mixer's word on whom a leg carries from `at_s` on, on the leg's own clock."""
        self._timeline.contribute(leg.name, at_s + leg.offset_s, self._mixed.members_of(csrcs))

    def name_source(self, ssrc: int, cname: str, name: str) -> None:
        """Take a mixer's word on whose a source is."""
        if (member := self._mixed.name(ssrc, cname, name)) is not None:
            self._timeline.know_as(member.id, member)

    async def edit(self, change: Change, source: str) -> bool:
        """Store a change that somebody makes to the conversation; see `Live.edit`.

        Raises:
            StoreUnavailableError: nothing was changed.
        """
        while True:
            if self._is_closing or self.stopped:
                return False
            if self.blocked:
                raise StoreUnavailableError("events wait for the store already")
            await self._journal.settle()  # whoever decides by what is stored is to find all of it
            members = self._roster.members
            bodies = await change(members)
            if members == self._roster.members and not (self._is_closing or self.stopped):
                break
        for body in bodies:
            self._follow(body)
        await self._journal.post(*(Draft(body, source=source) for body in bodies))
        if not await self._journal.settle():
            return False
        await self._understand_edits(bodies)
        return True

    def know(self, member: Member) -> Member:
        """Return whom a client names; somebody new joins with the messages that are read next."""
        seated, is_new = self._roster.seat(member)
        if is_new:
            self._joining.append(seated)
        return seated

    async def read(self, messages: Sequence[Message], zero_at: datetime, source: str = "client") -> None:
        """Take messages whose words, times and speakers are given; all are stored in one transaction.

        `zero_at` is the instant of media time 0, unless the conversation has one already.
        """
        loop = asyncio.get_running_loop()
        messages = await loop.run_in_executor(self._services.executor, with_sentiment, messages)
        bodies: list[Body] = []
        if (hiding := self._redactor) is not None:
            loop = asyncio.get_running_loop()
            messages = await loop.run_in_executor(self._services.executor, hiding.messages, messages)
        if not self._media_time_begun:
            self._media_time_begun = True
            bodies.append(MediaStarted(self._zero.begun(zero_at)))
        bodies += map(MemberJoined, self._joining)
        self._joining = []
        drafts = [Draft(body, source=source) for body in bodies]
        parts = [messages[at : at + _READ_AT_ONCE] for at in range(0, len(messages), _READ_AT_ONCE)]
        drafts += [Draft(MessagesAdded(tuple(part)), part[0].start_s, source, part[0].leg) for part in parts]
        await self._journal.post(*drafts)
        for part in parts:
            await self._understand(part)

    async def end_leg(self, leg: Leg) -> None:
        """No more audio comes on a leg; returns when all of it has been heard, stored and shown."""
        leg.end()
        if (listening := self._listening.get(leg.name)) is not None:
            await asyncio.wait([listening])  # which goes on where who waits for it is cancelled
        await self._add(self._timeline.pause(leg.name))
        await self._journal.settle()
        await leg.aclose()
        self._listening.pop(leg.name, None)
        self._legs.pop(leg.name, None)

    async def end(self) -> None:
        """No more audio comes; returns when all of it has been heard."""
        for leg in self._legs.values():
            leg.end()
        if self._listening:
            await asyncio.wait(self._listening.values())
        await self._add(self._timeline.flush())
        await self._revise()

    async def settle(self) -> None:
        """Wait until all that was heard is stored."""
        await self._journal.settle()

    async def recognize(self, recognized: Recognized) -> None:
        """Take whose messages are by their voices; between `end` and `close`."""
        if recognized.messages:
            joined = [Draft(MemberJoined(self._roster.seat(member)[0])) for member in recognized.members]
            await self._journal.post(*joined, Draft(MessagesRevised(recognized.messages)))
            await self._understand(recognized.messages)

    async def close(self, ended_at: datetime, outcome: Outcome, source: str = "call") -> None:
        """Understand the whole, store the end and queue what goes out; a failed one has nothing of that.

        `source` is who says that it is the end.
        """
        self._is_closing = True
        failed = outcome == "failed"
        last = [] if failed else await self._conclude()
        refiner = self._services.refiner if self._tapes and not failed else None
        rereader = None if failed else self._services.rereader
        if rereader is not None:
            last.append(rereader.wish(self._opened.request))
        wait_s = sum(one.email_wait_s for one in (refiner, rereader) if one is not None)
        page = self._services.page(self.conversation_id, self._opened)
        deliveries = () if failed else stop_deliveries(self._opened.actions, page, wait_s)
        closed = Draft(Closed(ended_at, outcome), source=source)
        await self._journal.close([*map(Draft, last), closed], list(deliveries))
        self._services.delivered()
        if self._journal.stopped.is_set():
            return
        if refiner is not None:
            await refiner.take(self._recording())  # which hands it on to the rereader
        elif rereader is not None:
            await rereader.take(self.conversation_id)

    def _recording(self) -> Recording:
        """Return the audio, whose owner is another from now on."""
        tapes, self._tapes = tuple(self._tapes), []
        for tape in tapes:
            tape.end()
        opened = self._opened
        return Recording(
            self.conversation_id,
            opened.app_id,
            opened.language,
            tapes,
            opened.confidence_threshold,
            self._redaction,
            VoiceWish.of(opened.request),
            vocabulary_of(opened.request),
        )

    @property
    def zero_at(self) -> datetime | None:
        """The instant of the conversation's media time 0, once there is audio."""
        return self._zero.at

    @property
    def blocked(self) -> bool:
        """Whether the store cannot take what is heard."""
        return self._journal.blocked

    @property
    def stopped(self) -> bool:
        """Whether nothing more can be written, such as when another writer took over."""
        return self._journal.stopped.is_set()

    async def aclose(self) -> None:
        """Stop all that runs and let go of whoever still watches; safe to call twice."""
        running = [*self._listening.values(), *([] if self._revising is None else [self._revising])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._understanding.aclose()
        for leg in self._legs.values():
            await leg.aclose()
        await self._journal.aclose()
        for tape in self._tapes:
            tape.close()
        self.feed.abandon()

    def _listen(self, leg: Leg) -> None:
        self._listening[leg.name] = asyncio.create_task(self._hear(leg), name=leg.name)

    async def _hear(self, leg: Leg) -> None:
        try:
            await leg.started.wait()
            await self._begin_media_time()
            newcomer = self._newcomers.pop(leg.name, None)
            if newcomer is not None and (known := self._roster.by_id(newcomer.id)) is not None:
                # Unless they have turned out to be somebody else already.
                await self.post(MemberJoined(known))
            async for event in leg.events():
                await self._take(event)
        except Exception:
            # A conversation that nobody hears any more is of no use, yet it must be closed.
            logger.exception("hearing failed in conversation %s", self.conversation_id)
            self._on_failure("recognizer failed")

    async def _begin_media_time(self) -> None:
        if self.zero_at is not None and not self._media_time_begun:
            self._media_time_begun = True
            await self.post(MediaStarted(self.zero_at))
            early, self._early_events = self._early_events, []
            for pushed in early:
                with suppress(CallRefusedError):  # nobody waits for the answer any more
                    await self.push(pushed)

    def _mark(self, event: SpeakerEvent) -> None:
        self._marked += 1
        self._timeline.mark(event)

    def _follow(self, body: Body) -> None:
        """Let a change hold for what comes."""
        match body:
            case MemberJoined(member=member):
                self._roster.seat(member)
            case MemberChanged(member=member):
                self._roster.change(member)
                self._timeline.know_as(member.id, member)
            case MembersMerged(member=member, merged_id=merged_id):
                self._roster.change(member)
                self._timeline.know_as(member.id, member)
                self._timeline.know_as(merged_id, member)
            case SpeakerMarked(event=event):
                self._mark(event)
            case SpeakersAssigned(assignments=assignments):
                self._timeline.assign(assignments)

    async def _understand_edits(self, bodies: Iterable[Body]) -> None:
        """Have what was shown of the conversation follow a change."""
        for body in bodies:
            if isinstance(body, SpeakersAssigned):
                await self._understanding.reassign(body.assignments)
            elif isinstance(body, MemberChanged | MembersMerged):
                await self._understanding.look_again()

    async def _take(self, event: SpeechEvent) -> None:
        for body in self._mixed.news():
            await self.post(body)
        match event:
            case SpeechPaused(leg=leg, at_s=at_s):
                await self._add(self._timeline.pause(leg))
                await self._tell_intents(self._intents.pause(at_s), leg)
            case SpeechStarted(leg=leg, at_s=at_s):
                await self._add(self._timeline.begin(leg, at_s))
            case SoundHeard(sound=sound):
                if self._redactor is not None and sound.key is not None:
                    sound = replace(sound, key=None)  # people type the numbers of their cards
                await self._journal.post(Draft(SoundNoticed(sound), sound.start_s, leg=sound.leg))
                await self._tell_intents(self._intents.sound(sound), sound.leg)
            case Heard(utterance=utterance) if utterance.is_final:
                self._on_speech()
                utterance = self._redacted(utterance)
                await self._take_final(utterance)
                await self._tell_intents(self._intents.hear(utterance), utterance.leg)
            case Heard(utterance=utterance):
                self._on_speech()
                utterance = self._redacted(utterance)
                self._show_partial(utterance)
                await self._tell_intents(self._intents.hear(utterance), utterance.leg)

    def _redacted(self, utterance: Utterance) -> Utterance:
        """Hide personal data, if that is asked for, before anything else happens to what was heard."""
        return utterance if self._redactor is None else self._redactor.utterance(utterance)

    async def _tell_intents(self, found: Iterable[Intent], leg: str) -> None:
        for intent in found:
            await self._journal.post(Draft(IntentFound(intent), intent.at_s, leg=leg))

    async def _take_final(self, utterance: Utterance) -> None:
        spoken = self._timeline.hear(utterance)
        messages = with_sentiment(spoken.messages)
        heard: list[Body] = [UtteranceHeard(utterance, spoken.speaker.member, spoken.speaker.provenance)]
        if messages:
            heard.append(MessagesAdded(messages))
        await self._journal.post(*(Draft(body, utterance.start_s, leg=utterance.leg) for body in heard))
        await self._understand(messages)

    async def _add(self, messages: Sequence[Message]) -> None:
        """Give out sentences that waited for more."""
        messages = with_sentiment(messages)
        for message in messages:
            await self._journal.post(Draft(MessagesAdded((message,)), message.start_s, leg=message.leg))
        await self._understand(messages)

    async def _understand(self, messages: Sequence[Message]) -> None:
        if messages:
            await self._understanding.take(messages)

    async def _revise_soon(self) -> None:
        """Look again whose messages are, once for all events that come at about the same time."""
        try:
            while self._is_unrevised:
                await asyncio.sleep(_REVISE_AFTER_S)
                self._is_unrevised = False
                await self._revise()
        except Exception:
            # The end of the conversation looks again.
            logger.exception("speakers could not be revised in conversation %s", self.conversation_id)

    async def _revise(self) -> None:
        if revised := self._timeline.revise():
            assignments = tuple(Assignment(one.id, one.speaker, one.provenance) for one in revised)
            await self.post(SpeakersAssigned(assignments), revised[0].start_s)
            await self._understand(revised)

    def _show_partial(self, utterance: Utterance) -> None:
        speaker = self._timeline.speaker_of(utterance).member
        self.feed.publish_partial(Partial(self.conversation_id, self.feed.last_seq, utterance, speaker))

    async def _conclude(self) -> list[Body]:
        try:
            return list(await self._understanding.conclude(self._setting()))
        except Exception:
            # The words are worth more than what is understood of them: what was found live stays.
            logger.exception("the analyst failed at the end of %s", self.conversation_id)
            return []

    def _setting(self) -> Setting:
        return Setting(
            self.zero_at or self._opened.started_at,
            self._opened.timezone,
            self._roster.members,
            self._opened.confidence_threshold,
            tuple(self._roster.merged.items()),
            self._opened.language,
            self._wishes,
        )
