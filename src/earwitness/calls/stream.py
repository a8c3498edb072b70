"""One streaming session: clients send audio over sockets, and all of them are in one conversation."""

import asyncio
import itertools
import logging
import math
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.calls.feed import Feed
from earwitness.calls.hearing import Hearing
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.limit_watch import limit_passed
from earwitness.calls.limits import Limits, LimitValues
from earwitness.calls.live import Change
from earwitness.calls.seams import CallStatus, Connection, PushedEvent, Watched
from earwitness.conversation.events import Opened
from earwitness.conversation.joining import JOINS_WITHIN_S
from earwitness.conversation.member import Member

logger = logging.getLogger(__name__)

STALL_S = 1.2
"""A client that sends no audio for so long has stalled: silence stands in for what does not come."""
_FILLED_S = STALL_S + JOINS_WITHIN_S + 1.0
"""After so long all that was open is closed, and no more silence is needed."""
_LIMITS_EVERY_S = 0.5
_MOST_WAITING_S = 20.0
"""Audio that may wait to be heard; a client that sends faster than it is heard is read no further."""
_WAIT_S = 0.05
_FILL_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """What a client says of itself and of its session when it begins to send."""

    app_id: str
    stream_id: str
    """Chosen by the client; who comes with the same id is in the same conversation."""
    name: str | None = None
    speaker: Member | None = None
    """Who speaks on this client's leg."""
    actions: tuple[dict[str, Any], ...] = ()
    timezone: str = "UTC"
    language: str = "en-US"
    confidence_threshold: float = 0.5
    codec: str = "LINEAR16"
    """How it sends its audio, to be shown."""
    base_url: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    """Every other field of the request, kept as given."""


class StreamSession:
    """A conversation that lasts while there are clients, and a while after the last one left."""

    def __init__(
        self, request: StreamRequest, conversation_id: str, services: HearingServices, limits: LimitValues
    ) -> None:
        self.app_id = request.app_id
        self.connection = Connection(request.stream_id, conversation_id)
        self.started_at = datetime.now(UTC)
        self.ended_at: datetime | None = None
        self.closed = asyncio.Event()
        self._codec = request.codec
        self._limits = Limits(
            LimitValues(answer_s=math.inf, media_s=math.inf, idle_s=limits.idle_s, call_s=limits.call_s),
            time.monotonic(),
        )
        self._limits.answered(time.monotonic())
        self._over = asyncio.Event()
        self._lingering: asyncio.TimerHandle | None = None
        self.left_at: float | None = None
        """When the last client left, monotonic, while the session waits for one to come back."""
        self._clients: set[StreamClient] = set()
        self._numbers = itertools.count(1)
        self.hearing = Hearing(
            conversation_id,
            _opened(request, conversation_id, self.started_at),
            services,
            on_speech=lambda: self._limits.speech(time.monotonic()),
            on_failure=self.hangup,
        )

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
        """How many clients are heard."""
        return len(self._clients)

    @property
    def is_over(self) -> bool:
        """Whether nobody can join any more."""
        return self._over.is_set()

    async def open(self) -> None:
        """Store the conversation.

        Raises:
            StoreError: nothing was stored.
        """
        try:
            await self.hearing.open()
        except BaseException:
            await self.hearing.aclose()
            raise

    async def run(self) -> None:
        """Follow the session to its end, then close its conversation."""
        watching = asyncio.create_task(self._keep_limits(), name="limits")
        self.hearing.start()
        try:
            await self._over.wait()
            self.ended_at = datetime.now(UTC)
            await self.hearing.end()
            await self.hearing.close(self.ended_at, "completed")
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            if self._lingering is not None:
                self._lingering.cancel()
            for client in self._clients:
                client.silence()
            await self.hearing.aclose()
            self.closed.set()

    def join(self, request: StreamRequest) -> "StreamClient":
        """Let a client send audio, on a leg of its own."""
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = self.left_at = None
        client = StreamClient(self, f"stream-{next(self._numbers)}", request)
        self._clients.add(client)
        return client

    async def leave(self, client: "StreamClient", linger_s: float) -> None:
        """Hear the rest of what a client sent; the session ends `linger_s` after the last one has left."""
        if client not in self._clients:
            return
        self._clients.discard(client)
        if not self._clients and not self.is_over and linger_s <= 0:
            self._over.set()
        if not self.is_over:
            if not self._clients:
                self.left_at = time.monotonic()
                self._lingering = asyncio.get_running_loop().call_later(linger_s, self._over.set)
            await self._end_leg(client)

    async def _end_leg(self, client: "StreamClient") -> None:
        """Return when all is heard of it, or nothing more can be."""
        ending = asyncio.create_task(self.hearing.end_leg(client.leg))
        closing = asyncio.create_task(self.closed.wait())
        try:
            await asyncio.wait((ending, closing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (ending, closing):
                task.cancel()
            await asyncio.gather(ending, closing, return_exceptions=True)

    def status(self) -> CallStatus:
        """Return how the session stands."""
        return CallStatus(
            connection=self.connection,
            endpoint="",
            state="answered" if self.ended_at is None else "ended",
            sip_status=None,
            reason=None,
            codec=self._codec,
            started_at=self.started_at,
            answered_at=self.started_at,
            ended_at=self.ended_at,
            media=None,
        )

    async def push(self, pushed: PushedEvent) -> None:
        """Take a client's speaker event."""
        await self.hearing.push(pushed)

    async def edit(self, change: Change, source: str) -> bool:
        """Store a change that somebody makes to the conversation; see `Live.edit`."""
        return await self.hearing.edit(change, source)

    def hangup(self, reason: str | None = None) -> None:
        """End the session for all its clients."""
        if reason is not None:
            logger.info("stream %s ends: %s", self.connection.connection_id, reason)
        self._over.set()

    async def _keep_limits(self) -> None:
        passed = await limit_passed(
            f"stream {self.connection.connection_id}",
            lambda: self._limits.breach(time.monotonic()),
            is_stopped=lambda: self.hearing.stopped,
            every_s=_LIMITS_EVERY_S,
        )
        self.hangup(passed)


class StreamClient:
    """One client of a session.

    Its media time counts the audio that came; after a stall it goes on where time has gone, so that what
    several clients say stays in order. Audio that comes faster than it is spoken is taken as fast as it is
    heard.
    """

    def __init__(self, session: StreamSession, leg: str, request: StreamRequest) -> None:
        self.session = session
        self.leg = session.hearing.leg(leg, member=request.speaker, language=request.language)
        self.joined_after = session.feed.last_seq
        """Sequence number of the last event before it joined."""
        self._end = 0
        """Samples on the leg's clock."""
        self._heard_at = 0.0
        """When audio came last, monotonic."""
        self._stalled = False
        self._flushed = False
        self._watch: asyncio.TimerHandle | None = None

    @property
    def connection(self) -> Connection:
        """The names of the session."""
        return self.session.connection

    async def take(self, samples: Samples) -> None:
        """Hear the next audio (16 kHz mono); returns when more may come."""
        if self.session.is_over or not len(samples):
            return
        if self._stalled:
            self._stalled = self._flushed = False
            self._end = max(self._end, round(self.leg.now_s * RATE_HZ))
        self._heard_at = time.monotonic()
        if self._watch is None:
            self._watch = asyncio.get_running_loop().call_later(STALL_S, self._look)
        self.leg.take(Pcm(samples, self._end / RATE_HZ))
        self._end += len(samples)
        while self.leg.waiting_s > _MOST_WAITING_S and not self.session.is_over:  # noqa: ASYNC110 (a bound)
            await asyncio.sleep(_WAIT_S)

    async def watch(self) -> AsyncGenerator[Watched, None]:
        """Iterate over all that comes in the conversation from the client's joining on, until its end."""
        async with aclosing(self.session.feed.watch(self.joined_after)) as watched:
            async for item in watched:
                yield item

    async def leave(self, linger_s: float = 0.0) -> None:
        """Send no more; returns when all that was sent has been heard. See `StreamSession.leave`."""
        self.silence()
        await self.session.leave(self, linger_s)

    def silence(self) -> None:
        """Look for stalls no longer."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _look(self) -> None:
        """See whether audio still comes."""
        self._watch = None
        left_s = self._heard_at + STALL_S - time.monotonic()
        if left_s > 0 or self.leg.waiting_s > STALL_S:
            self._watch = asyncio.get_running_loop().call_later(max(left_s, _WAIT_S), self._look)
            return
        self._stalled = True
        missing = round(self.leg.now_s * RATE_HZ) - self._end
        if missing > 0:
            self.leg.take(Pcm(np.zeros(missing, np.int16), self._end / RATE_HZ))
            self._end += missing
        elif not self._flushed:
            # It is ahead of the clock: whatever comes next follows on what came.
            self._flushed = True
            self.leg.flush()
        if left_s > STALL_S - _FILLED_S:
            self._watch = asyncio.get_running_loop().call_later(_FILL_EVERY_S, self._look)


def _opened(request: StreamRequest, conversation_id: str, started_at: datetime) -> Opened:
    return Opened(
        app_id=request.app_id,
        name=request.name or conversation_id,
        started_at=started_at,
        connection_id=request.stream_id,
        timezone=request.timezone,
        language=request.language,
        actions=request.actions,
        confidence_threshold=request.confidence_threshold,
        request={**request.extra, "base_url": request.base_url},
    )
