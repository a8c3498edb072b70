"""The streaming sessions of one process."""

import asyncio
import logging
from typing import Protocol

from earwitness.calls.capacity import Capacity
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.limits import LimitValues
from earwitness.calls.live import LiveConversations
from earwitness.calls.seams import CallRefusedError
from earwitness.calls.stream import StreamClient, StreamRequest, StreamSession
from earwitness.conversation.ids import new_id
from earwitness.store.seams import StoreUnavailableError

logger = logging.getLogger(__name__)

MOST_LINGERING = 50
"""Sessions of an app that wait for a client to come back; the oldest of more end when another one begins."""


class Streams(Protocol):
    """Hears what clients stream."""

    def check_room(self) -> None:
        """Refuse a further client where there is no room for it.

        Raises:
            CallRefusedError: 429, or 503 while the server shuts down.
        """

    async def join(self, request: StreamRequest) -> StreamClient:
        """Let a client into the session of its stream id, or begin one.

        Raises:
            CallRefusedError: there is no room, the store cannot take the conversation, or the id is that of
                something else that goes on.
        """


class LocalStreams:
    """`Streams` in this process: one task for each session, all on one event loop."""

    def __init__(
        self, services: HearingServices, live: LiveConversations, limits: LimitValues, capacity: Capacity
    ) -> None:
        """Make it; a client takes the room of a call."""
        self._services = services
        self._live = live
        self._limits = limits
        self._capacity = capacity
        self._opening = asyncio.Lock()
        self._sessions: set[StreamSession] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    def check_room(self) -> None:
        """See `Streams.check_room`."""
        if self._closing:
            raise CallRefusedError(503, "the server is shutting down; open the stream again in a moment", 5)
        self._capacity.check(self._live.load)

    async def join(self, request: StreamRequest) -> StreamClient:
        """See `Streams.join`."""
        async with self._opening:
            self.check_room()
            found = self._live.find(request.app_id, request.stream_id)
            if found is None or (isinstance(found, StreamSession) and found.is_over):
                return (await self._begin(request)).join(request)
            if not isinstance(found, StreamSession):
                raise CallRefusedError(409, f"{request.stream_id} is the id of a call; choose another")
            return found.join(request)

    async def aclose(self, grace_s: float = 5.0) -> None:
        """End every session and wait until their conversations are closed, for `grace_s` at most."""
        self._closing = True
        try:
            async with asyncio.timeout(grace_s), self._opening:
                pass  # what is being opened is among the sessions now
        except TimeoutError:
            logger.warning("a stream is still being opened")
        for session in list(self._sessions):
            session.hangup("server shutdown")
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _end_oldest(self, app_id: str) -> None:
        left = [
            session
            for session in self._sessions
            if session.app_id == app_id and session.left_at is not None and not session.is_over
        ]
        left.sort(key=lambda session: session.left_at or 0.0)
        for session in left[:-MOST_LINGERING]:
            session.hangup("too many wait for a client to come back")

    async def _begin(self, request: StreamRequest) -> StreamSession:
        self._end_oldest(request.app_id)
        session = StreamSession(request, new_id(), self._services, self._limits)
        try:
            await session.open()
        except StoreUnavailableError as error:
            raise CallRefusedError(
                503, "the conversation cannot be stored now, so it was not begun; try again later", 10
            ) from error
        self._sessions.add(session)
        self._live.add(session)
        task = asyncio.create_task(self._run(session), name=f"stream {request.stream_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return session

    async def _run(self, session: StreamSession) -> None:
        try:
            await session.run()
        except Exception:
            # One session's defect ends that one alone; its conversation is finished at the next start.
            logger.exception("stream %s failed", session.connection.connection_id)
        finally:
            self._sessions.discard(session)
            self._live.discard(session)
