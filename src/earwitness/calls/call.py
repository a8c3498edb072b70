"""One call, from the INVITE to the summary."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from earwitness.calls.closing import PageUrl, stop_deliveries
from earwitness.calls.feed import Feed
from earwitness.calls.journal import Journal
from earwitness.calls.leg import Leg
from earwitness.calls.limits import Breach, Limits, LimitValues
from earwitness.calls.media import CallMedia
from earwitness.calls.outcome import final_state
from earwitness.calls.roster import Roster
from earwitness.calls.seams import CallRequest, CallStatus, Connection, Partial, PushedEvent
from earwitness.calls.understanding import Understanding
from earwitness.conversation.clock import place
from earwitness.conversation.events import (
    Body,
    CallProgressed,
    CallStateName,
    Closed,
    MediaStarted,
    MemberJoined,
    MessagesAdded,
    Opened,
    SpeakerMarked,
    UtteranceHeard,
)
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.timeline import Timeline
from earwitness.conversation.utterance import Utterance
from earwitness.insights.seams import Analyst, Setting
from earwitness.sdp import preferred_codecs
from earwitness.sip.agent import OutgoingCall, SipAgent
from earwitness.sip.events import Answered, Credentials, EndCause, Ended, Progress, Reoffered
from earwitness.sip.uri import read_target
from earwitness.speech.seams import Heard, Recognizer
from earwitness.store.seams import Draft, EventLog

logger = logging.getLogger(__name__)

PAGE = 200
"""Events read from the log at once, so that many watchers of a long call don't hold it many times over."""
_LIMITS_EVERY_S = 0.25
_MOST_EARLY_EVENTS = 1000
"""Speaker events that wait for the media to begin; later ones are dropped."""
TRYING = 100


@dataclass(frozen=True, slots=True)
class Services:
    """What calls stand on; shared by all calls of a process."""

    agent: SipAgent
    recognizer: Recognizer
    analyst: Analyst
    log: EventLog
    executor: Executor
    """Runs analysis off the event loop."""
    media_host: str
    """Address that media sockets bind."""
    media_ports: range
    limits: LimitValues
    page_url: PageUrl
    delivered: Callable[[], None]
    """Told when something was put into the outbox."""
    credentials: Credentials | None = None


class Call:
    """A SIP dialog of ours, its media, and what is heard and understood in it."""

    def __init__(self, request: CallRequest, connection: Connection, services: Services) -> None:
        self.request = request
        self.connection = connection
        self.started_at = datetime.now(UTC)
        self.answered_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.closed = asyncio.Event()
        """Set when the conversation is complete and stored."""
        self._services = services
        self._progress = CallProgressed("dialing")
        self.feed = Feed(lambda after: services.log.read(connection.conversation_id, after=after, limit=PAGE))
        self._journal = Journal(services.log, self.feed, connection.conversation_id)
        self._roster = Roster(request.members)
        self._timeline = Timeline()
        self._early_events: list[PushedEvent] = []
        self._media_time_begun = False
        self._leg = Leg("in", services.recognizer, request.language)
        self._limits = Limits(self._limit_values(), time.monotonic())
        self._breach: Breach | None = None
        self._failure: str | None = None
        self._is_held = False
        self._understanding = Understanding(
            services.analyst.open(self._setting()), services.executor, self._post
        )
        self._media: CallMedia
        self._dialog: OutgoingCall

    # The way of a call, in order.

    async def dial(self) -> None:
        """Send the INVITE and store the conversation; does nothing where one of them fails.

        Raises:
            ValueError: the URI or a header cannot be used.
            StoreError, OSError: the call was not placed.
        """
        request, services = self.request, self._services
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self._understanding.aclose)
            undo.push_async_callback(self._leg.aclose)
            target = read_target(request.uri)
            self._media = await CallMedia.open(
                services.media_host,
                services.agent.local_host_for(target.uri.host),
                services.media_ports,
                preferred_codecs(request.encoding, request.sample_rate_hz),
                self._leg.take,
            )
            undo.push_async_callback(self._media.aclose)
            self._dialog = services.agent.invite(
                request.uri,
                self._media.offer(),
                on_offer=self._media.answer,
                credentials=target.credentials or services.credentials,
                headers=request.headers,
            )
            undo.callback(self._dialog.hangup)
            await self._journal.open(Draft(self._opened()))
            undo.pop_all()

    async def run(self) -> None:
        """Follow the call to its end, then close its conversation."""
        watching = asyncio.create_task(self._keep_limits(), name="limits")
        hearing = asyncio.create_task(self._hear(), name="hearing")
        try:
            cause = await self._follow_dialog()
            self._leg.end()
            await hearing
            await self._close(cause)
        finally:
            for task in (watching, hearing):
                task.cancel()
            await asyncio.gather(watching, hearing, return_exceptions=True)
            await self._free()
            self.feed.abandon()
            self.closed.set()

    async def _follow_dialog(self) -> EndCause:
        async for event in self._dialog.events():
            match event:
                case Progress(status=status, sdp=sdp) if status > TRYING:
                    has_media = sdp is not None and self._agree(sdp)
                    await self._note("early_media" if has_media else "ringing", status)
                case Answered(sdp=sdp, status=status):
                    if self._agree(sdp):
                        await self._answered(status)
                    else:
                        self.hangup(self._failure)
                case Reoffered(sdp=sdp):
                    self._media.settle(sdp)
                    await self._held(self._media.held)
                case Ended(cause=cause):
                    self.ended_at = datetime.now(UTC)
                    await self._media.aclose()
                    answered = self.answered_at is not None
                    state = final_state(cause, answered=answered, failure=self._failure or self._breach)
                    await self._note(state, cause.status, self._failure or self._breach or cause.reason)
                    return cause
        raise RuntimeError("the SIP dialog ended without saying why")

    async def _answered(self, status: int) -> None:
        self.answered_at = datetime.now(UTC)
        self._limits.answered(time.monotonic())
        await self._note("answered", status)
        try:
            self._media.send_digits(self.request.dtmf)
        except ValueError as error:
            logger.warning("call %s: no keys were sent: %s", self.connection.connection_id, error)

    async def _hear(self) -> None:
        try:
            await self._leg.started.wait()
            await self._begin_media_time()
            async for event in self._leg.events():
                self._limits.speech(time.monotonic())
                if isinstance(event, Heard) and event.utterance.is_final:
                    await self._take_final(event.utterance)
                elif isinstance(event, Heard):
                    self._show_partial(event.utterance)
        except Exception:
            # A call that nobody hears any more is of no use, yet its conversation must be closed.
            logger.exception("hearing failed in call %s", self.connection.connection_id)
            self.hangup("recognizer failed")

    async def _take_final(self, utterance: Utterance) -> None:
        spoken = self._timeline.hear(utterance)
        heard: tuple[Body, ...] = (UtteranceHeard(utterance, spoken.speaker), MessagesAdded(spoken.messages))
        await self._journal.post(*(Draft(body, utterance.start_s, leg=utterance.leg) for body in heard))
        await self._understanding.take(spoken.messages)

    async def _close(self, cause: EndCause) -> None:
        answered = self.answered_at is not None
        last = await self._conclude() if answered else []
        last.append(Closed(self.ended_at or datetime.now(UTC), "completed" if answered else "failed"))
        deliveries = list(stop_deliveries(self.request.actions, self._page_url()))
        await self._journal.close([Draft(body) for body in last], deliveries if answered else ())
        self._services.delivered()
        logger.info(
            "call %s %s: %s", self.connection.connection_id, self._progress.state, cause.reason or "ended"
        )

    # What others ask of a running call.

    def hangup(self, reason: str | None = None) -> None:
        """End the call: CANCEL before the answer, BYE after it."""
        self._dialog.hangup(reason)

    @property
    def blocked(self) -> bool:
        """Whether the store cannot take what is heard."""
        return self._journal.blocked

    async def push(self, pushed: PushedEvent) -> None:
        """Take a client's speaker event."""
        if self._leg.started_at is None or not self._media_time_begun:
            if len(self._early_events) < _MOST_EARLY_EVENTS:
                self._early_events.append(pushed)
            return
        member, is_new = self._roster.find(pushed)
        if member is not None and is_new:
            await self._post(MemberJoined(member), source="client")
        at_s = place(pushed.said_at, pushed.arrived_at, self._leg.started_at)
        event = SpeakerEvent(pushed.kind, at_s, member)
        self._timeline.mark(event)
        await self._post(SpeakerMarked(event), at_s, source="client")

    def status(self) -> CallStatus:
        """Return how the call stands."""
        progress = self._progress
        return CallStatus(
            connection=self.connection,
            endpoint=self.request.endpoint,
            state=progress.state,
            sip_status=progress.sip_status,
            reason=progress.reason,
            codec=self._media.codec,
            started_at=self.started_at,
            answered_at=self.answered_at,
            ended_at=self.ended_at,
            media=self._media.measured(),
        )

    # The parts of the above.

    def _agree(self, sdp: bytes) -> bool:
        try:
            self._media.accept(sdp)
        except ValueError as error:
            self._failure = str(error)
            logger.warning("call %s: %s", self.connection.connection_id, error)
        else:
            self._failure = None
        return self._failure is None

    async def _held(self, held: bool) -> None:
        if held != self._is_held:
            self._is_held = held
            self._limits.hold(time.monotonic(), held=held)
            await self._note("held" if held else "resumed")

    async def _keep_limits(self) -> None:
        while self._breach is None:
            await asyncio.sleep(_LIMITS_EVERY_S)
            if self._media.last_packet_at is not None:
                self._limits.media(self._media.last_packet_at)
            self._breach = self._limits.breach(time.monotonic())
            if self._journal.stopped.is_set():
                break
        self._dialog.hangup(self._breach)

    async def _begin_media_time(self) -> None:
        if self._leg.started_at is not None:
            await self._post(MediaStarted(self._leg.started_at))
            self._media_time_begun = True
            early, self._early_events = self._early_events, []
            for pushed in early:
                await self.push(pushed)

    def _show_partial(self, utterance: Utterance) -> None:
        speaker = self._timeline.speaker_of(utterance)
        self.feed.publish_partial(
            Partial(self.connection.conversation_id, self.feed.last_seq, utterance, speaker)
        )

    async def _note(
        self, state: CallStateName, sip_status: int | None = None, reason: str | None = None
    ) -> None:
        media = self._media.measured() if self.ended_at else None
        self._progress = CallProgressed(state, sip_status, reason, self._media.codec, media, self.answered_at)
        await self._post(self._progress)

    async def _post(self, body: Body, at_s: float | None = None, source: str = "call") -> None:
        await self._journal.post(Draft(body, at_s, source))

    async def _conclude(self) -> list[Body]:
        try:
            return list(await self._understanding.conclude(self._setting()))
        except Exception:
            # The words are worth more than what is understood of them: what was found live stays.
            logger.exception("the analyst failed at the end of %s", self.connection.conversation_id)
            return []

    async def _free(self) -> None:
        await self._understanding.aclose()
        await self._leg.aclose()
        await self._media.aclose()
        await self._journal.aclose()

    def _setting(self) -> Setting:
        return Setting(self._leg.started_at or self.started_at, self.request.timezone, self._roster.members)

    def _page_url(self) -> str:
        request = self.request
        return self._services.page_url(request.base_url, request.app_id, self.connection.conversation_id)

    def _limit_values(self) -> LimitValues:
        given, limits = self.request.idle_timeout_s, self._services.limits
        return limits if given is None else LimitValues(limits.answer_s, limits.media_s, given, limits.call_s)

    def _opened(self) -> Opened:
        request = self.request
        return Opened(
            app_id=request.app_id,
            name=request.name or self.connection.conversation_id,
            started_at=self.started_at,
            connection_id=self.connection.connection_id,
            endpoint=request.endpoint,
            timezone=request.timezone,
            language=request.language,
            members=request.members,
            actions=request.actions,
            request={**request.extra, "base_url": request.base_url},
        )
