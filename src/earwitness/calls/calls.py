"""The calls of one process."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from earwitness.calls.call import Call, Services
from earwitness.calls.capacity import Capacity
from earwitness.calls.hearing_services import PAGE
from earwitness.calls.live import LiveConversations
from earwitness.calls.seams import (
    CallRefusedError,
    CallRequest,
    CallStatus,
    Connection,
    PushedEvent,
    UnknownCallError,
    Watched,
)
from earwitness.conversation.events import CallProgressed, Closed
from earwitness.conversation.ids import new_id
from earwitness.store.seams import ConversationRecord, Conversations, StoreUnavailableError

logger = logging.getLogger(__name__)

_SHUTDOWN = "server shutdown"
_STOP_ANSWERED_WITHIN_S = 2.0
_LATEST = 20
"""Events after which the end is looked for: what comes after it, such as a revision, is little."""
_STOPPABLE_FOR = timedelta(minutes=15)


class LocalCalls:
    """`Calls` in this process: one task for each call, all on one event loop."""

    def __init__(
        self, services: Services, conversations: Conversations, live: LiveConversations, capacity: Capacity
    ) -> None:
        """Make it; `live` holds what else goes on in the process, which is watched in the same way."""
        self._services = services
        self._conversations = conversations
        self._live = live
        self._capacity = capacity
        self._calls: dict[str, Call] = {}
        self._dialing: set[Call] = set()
        """Those that are being placed: they cannot be hung up yet."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    @property
    def count(self) -> int:
        """How many calls there are now."""
        return len(self._calls)

    @property
    def blocked(self) -> bool:
        """Whether the store cannot take what is heard somewhere, though a smaller write might succeed."""
        return self._live.blocked

    async def start(self, request: CallRequest) -> Connection:
        """See `Calls.start`."""
        if self._closing:
            raise CallRefusedError(503, "the server is shutting down; place the call again in a moment", 5)
        self._capacity.check(self._live.load)
        connection = Connection(str(uuid.uuid4()), new_id())
        call = Call(request, connection, self._services)
        self._add(call)
        dialed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._run(call, dialed), name=f"call {connection.connection_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await dialed
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            raise refusal from error
        return connection

    async def stop(self, app_id: str, connection_id: str) -> Connection:
        """See `Calls.stop`."""
        call = self._live.find(app_id, connection_id)
        if call is None:
            record = await self._ended(app_id, connection_id)
            if record.ended_at is None or datetime.now(UTC) - record.ended_at > _STOPPABLE_FOR:
                raise UnknownCallError(connection_id)
            return Connection(connection_id, record.id)
        call.hangup()
        try:
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes with the result.
            async with asyncio.timeout(_STOP_ANSWERED_WITHIN_S):
                await call.closed.wait()
        except TimeoutError:
            logger.warning("call %s is still closing", connection_id)
        return call.connection

    async def push(self, app_id: str, connection_id: str, event: PushedEvent) -> None:
        """See `Calls.push`."""
        call = self._live.find(app_id, connection_id)
        if call is None or call.ended_at is not None:
            raise UnknownCallError(connection_id)
        await call.push(event)

    async def watch(
        self, app_id: str, connection_id: str, after: int | None = None
    ) -> AsyncGenerator[Watched, None]:
        """See `Calls.watch`; an ended call gives what is stored."""
        call = self._live.find(app_id, connection_id)
        if call is not None:
            async with aclosing(call.feed.watch(after)) as watched:
                async for item in watched:
                    yield item
            return
        record = await self._ended(app_id, connection_id)
        if after is None:
            latest = await self._services.hearing.log.read(record.id, after=max(record.last_seq - _LATEST, 0))
            for event in latest:
                if isinstance(event.body, Closed):
                    yield event
            return
        seen = after
        while page := await self._services.hearing.log.read(record.id, after=seen, limit=PAGE):
            for event in page:
                yield event
            seen = page[-1].seq

    async def status(self, app_id: str, connection_id: str | None = None) -> list[CallStatus]:
        """See `Calls.status`."""
        if connection_id is None:
            placed = [call for call in self._calls.values() if call not in self._dialing]
            return [call.status() for call in placed if call.request.app_id == app_id]
        call = self._live.find(app_id, connection_id)
        if call is not None:
            return [call.status()]
        return [_status_of(await self._ended(app_id, connection_id))]

    async def aclose(self, grace_s: float = 5.0) -> None:
        """Hang up every call and wait until their conversations are closed, for `grace_s` at most.

        What is not closed by then is finished from its log at the next start.
        """
        self._closing = True
        for call in set(self._calls.values()) - self._dialing:
            call.hangup(_SHUTDOWN)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, call: Call, dialed: asyncio.Future[None]) -> None:
        """Place a call and follow it; `dialed` is told what came of placing it."""
        self._dialing.add(call)
        try:
            await call.dial()
        except asyncio.CancelledError:
            self._discard(call)
            dialed.cancel()
            raise
        except Exception as error:  # noqa: BLE001  raised again where it is awaited
            self._discard(call)
            dialed.set_exception(error)
            return
        finally:
            self._dialing.discard(call)
        if not dialed.done():
            dialed.set_result(None)
        if self._closing:
            call.hangup(_SHUTDOWN)
        try:
            await call.run()
        except Exception:
            # One call's defect ends that call alone; its conversation is finished at the next start.
            logger.exception("call %s failed", call.connection.connection_id)
        finally:
            self._discard(call)

    def _add(self, call: Call) -> None:
        self._calls[call.connection.connection_id] = call
        self._live.add(call)

    def _discard(self, call: Call) -> None:
        self._calls.pop(call.connection.connection_id, None)
        self._live.discard(call)

    async def _ended(self, app_id: str, connection_id: str) -> ConversationRecord:
        record = await self._conversations.find_call(app_id, connection_id)
        if record is None:
            raise UnknownCallError(connection_id)
        return record


def _refusal(error: BaseException) -> CallRefusedError | None:
    """Return what to tell a client whose call could not be placed, None where it is a defect of ours."""
    match error:
        case ValueError():
            return CallRefusedError(400, f"the call cannot be placed: {error}")
        case StoreUnavailableError():
            return CallRefusedError(
                503, "the conversation cannot be stored now, so no call was placed; try again later", 10
            )
        case OSError():
            return CallRefusedError(503, f"no call can be placed now: {error.strerror or error}", 10)
    return None


def _status_of(record: ConversationRecord) -> CallStatus:
    progress = record.call or CallProgressed("ended" if record.outcome == "completed" else "failed")
    return CallStatus(
        connection=Connection(record.connection_id or "", record.id),
        endpoint=record.endpoint or "",
        state=progress.state,
        sip_status=progress.sip_status,
        reason=progress.reason,
        codec=progress.codec,
        started_at=record.started_at,
        answered_at=progress.answered_at,
        ended_at=record.ended_at,
        media=progress.media,
    )
