"""One call, from the INVITE to the summary."""

import asyncio
import logging
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from earwitness.calls.feed import Feed
from earwitness.calls.hearing import Hearing
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.limit_watch import limit_passed
from earwitness.calls.limits import Limits, LimitValues
from earwitness.calls.live import Change
from earwitness.calls.media import CallMedia
from earwitness.calls.outcome import final_state
from earwitness.calls.policy import DialPolicy
from earwitness.calls.seams import CallRequest, CallStatus, Connection, PushedEvent
from earwitness.conversation.events import CallProgressed, CallStateName, Opened
from earwitness.conversation.wishes import wishes_of
from earwitness.rtp.events import ContributorsChanged, MediaEvent, MediaFailed, SourceNamed
from earwitness.sdp import preferred_codecs
from earwitness.sip.agent import OutgoingCall, SipAgent
from earwitness.sip.events import Answered, EndCause, Ended, Progress, Reoffered
from earwitness.sip.uri import read_target

logger = logging.getLogger(__name__)

_LIMITS_EVERY_S = 0.25
TRYING = 100


@dataclass(frozen=True, slots=True)
class Services:
    """What calls stand on; shared by all calls of a process."""

    agent: SipAgent
    hearing: HearingServices
    media_host: str
    """Address that media sockets bind."""
    media_ports: range
    limits: LimitValues
    policy: DialPolicy = field(default_factory=DialPolicy)


class Call:
    """A SIP dialog of ours, its media, and the conversation that is heard in it."""

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
        self._limits = Limits(self._limit_values(), time.monotonic())
        self._breach: str | None = None
        """The limit that was passed."""
        self._failure: str | None = None
        self._is_held = False
        self.hearing = Hearing(
            connection.conversation_id,
            self._opened(),
            services.hearing,
            on_speech=lambda: self._limits.speech(time.monotonic()),
            on_failure=self.hangup,
        )
        self._leg = self.hearing.leg("in")
        self._media: CallMedia
        self._dialog: OutgoingCall

    @property
    def app_id(self) -> str:
        """Whose call it is."""
        return self.request.app_id

    @property
    def feed(self) -> Feed:
        """Where the conversation can be watched."""
        return self.hearing.feed

    @property
    def blocked(self) -> bool:
        """Whether the store cannot take what is heard."""
        return self.hearing.blocked

    @property
    def load(self) -> int:
        """One leg is heard."""
        return 1

    # The way of a call, in order.

    async def dial(self) -> None:
        """Send the INVITE and store the conversation; does nothing where one of them fails.

        Raises:
            ValueError: the URI or a header cannot be used.
            StoreError, OSError: the call was not placed.
        """
        request, services = self.request, self._services
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self.hearing.aclose)
            target = read_target(request.uri)
            self._media = await CallMedia.open(
                services.media_host,
                services.agent.local_host_for(target.uri.host),
                services.media_ports,
                preferred_codecs(request.encoding, request.sample_rate_hz),
                self._leg.take,
                self._note_media,
            )
            undo.push_async_callback(self._media.aclose)
            self._dialog = services.agent.invite(
                request.uri,
                self._media.offer(),
                on_offer=self._media.answer,
                credentials=target.credentials or services.policy.credentials_for(target.uri),
                may_follow=services.policy.may_follow,
                headers=request.headers,
            )
            undo.callback(self._dialog.hangup)
            await self.hearing.open()
            undo.pop_all()

    async def run(self) -> None:
        """Follow the call to its end, then close its conversation."""
        watching = asyncio.create_task(self._keep_limits(), name="limits")
        self.hearing.start()
        try:
            try:
                cause = await self._follow_dialog()
            except Exception:
                # A defect of ours: nobody follows the dialog any more, so it must not stay open.
                logger.exception("call %s cannot go on", self.connection.connection_id)
                cause = await self._give_up()
            await self.hearing.end()
            await self._close(cause)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await self.hearing.aclose()
            await self._media.aclose()
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
                        await self._held(self._media.held)
                    else:
                        self.hangup(self._failure)
                case Reoffered():
                    self._settle(event)
                    await self._held(self._media.held)
                case Ended(cause=cause):
                    await self._over(cause)
                    return cause
        raise RuntimeError("the SIP dialog ended without saying why")

    async def _answered(self, status: int) -> None:
        self.answered_at = datetime.now(UTC)
        self._limits.answered(time.monotonic())
        self.hearing.answered()
        await self._note("answered", status)
        try:
            self._media.send_digits(self.request.dtmf)
        except ValueError as error:
            logger.warning("call %s: no keys were sent: %s", self.connection.connection_id, error)

    async def _give_up(self) -> EndCause:
        self._failure = "an error of the server ended the call"
        self.hangup(self._failure)
        cause = EndCause("local", None, self._failure)
        await self._over(cause)
        return cause

    async def _over(self, cause: EndCause) -> None:
        self.ended_at = self.ended_at or datetime.now(UTC)
        await self._media.aclose()
        failure = self._failure or self._breach
        state = final_state(cause, answered=self.answered_at is not None, failure=failure)
        await self._note(state, cause.status, failure or cause.reason)

    async def _close(self, cause: EndCause) -> None:
        answered = self.answered_at is not None
        await self.hearing.close(self.ended_at or datetime.now(UTC), "completed" if answered else "failed")
        logger.info(
            "call %s %s: %s", self.connection.connection_id, self._progress.state, cause.reason or "ended"
        )

    # What others ask of a running call.

    def hangup(self, reason: str | None = None) -> None:
        """End the call: CANCEL before the answer, BYE after it."""
        self._dialog.hangup(reason)

    async def push(self, pushed: PushedEvent) -> None:
        """Take a client's speaker event."""
        await self.hearing.push(pushed)

    async def edit(self, change: Change, source: str) -> bool:
        """Store a change that somebody makes to the conversation; see `Live.edit`."""
        return await self.hearing.edit(change, source)

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

    def _note_media(self, event: MediaEvent) -> None:
        match event:
            case MediaFailed():
                self._failure = "the media of the call failed"
                self.hangup(self._failure)
            case ContributorsChanged(at_s=at_s, csrcs=csrcs):
                self.hearing.contribute(self._leg, at_s, csrcs)
            case SourceNamed(ssrc=ssrc, cname=cname, name=name):
                self.hearing.name_source(ssrc, cname, name)

    def _agree(self, sdp: bytes) -> bool:
        try:
            self._media.accept(sdp)
        except ValueError as error:
            self._failure = str(error)
            logger.warning("call %s: %s", self.connection.connection_id, error)
        else:
            self._failure = None
        return self._failure is None

    def _settle(self, agreed: Reoffered) -> None:
        try:
            self._media.settle(agreed.sdp, agreed.answer)
        except ValueError as error:
            # What cannot be had leaves the session as it was (RFC 3261 §14.2).
            logger.warning("call %s goes on as it was: %s", self.connection.connection_id, error)

    async def _held(self, held: bool) -> None:
        if held != self._is_held:
            self._is_held = held
            self._limits.hold(time.monotonic(), held=held)
            await self._note("held" if held else "resumed")

    async def _keep_limits(self) -> None:
        self._breach = await limit_passed(
            f"call {self.connection.connection_id}",
            self._look_at_limits,
            is_stopped=lambda: self.hearing.stopped,
            every_s=_LIMITS_EVERY_S,
        )
        self.hangup(self._breach)

    def _look_at_limits(self) -> str | None:
        if self._media.last_packet_at is not None:
            self._limits.media(self._media.last_packet_at)
        return self._limits.breach(time.monotonic())

    async def _note(
        self, state: CallStateName, sip_status: int | None = None, reason: str | None = None
    ) -> None:
        media = self._media.measured() if self.ended_at else None
        self._progress = CallProgressed(state, sip_status, reason, self._media.codec, media, self.answered_at)
        await self.hearing.post(self._progress)

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
            confidence_threshold=wishes_of(request.extra).confidence_threshold,
            request={**request.extra, "base_url": request.base_url},
        )
