"""The results sockets; the one at `resultWebSocketUrl` takes speaker events too."""

import asyncio
from contextlib import aclosing

from fastapi import APIRouter, WebSocket

from earwitness.api.context import base_url, context_of
from earwitness.api.errors import ApiError
from earwitness.api.live.client_socket import (
    LONGEST_TEXT,
    STOP,
    SocketSession,
    TooBigError,
    opened,
    read_frame,
    refuse,
)
from earwitness.api.live.frames import Frames, error_frame
from earwitness.api.live.speaker_events import SpeakerEventBody
from earwitness.api.live.telephony import page_url
from earwitness.calls.seams import CallStatus, UnknownCallError
from earwitness.conversation.wishes import insight_kinds_of
from earwitness.store.seams import ConversationRecord

router = APIRouter()


@router.websocket("/session/subscribe/{connection_id}")
@router.websocket("/v1/subscribe/{connection_id:path}")
async def subscribe(websocket: WebSocket, connection_id: str) -> None:
    """Give the results of a call; a `stop_request` ends the call."""
    await _serve(websocket, connection_id, takes_events=False)


@router.websocket("/events/{connection_id}")
async def events(websocket: WebSocket, connection_id: str) -> None:
    """Give the results of a call and take speaker events."""
    await _serve(websocket, connection_id, takes_events=True)


@router.websocket("/{path:path}")
async def nothing(websocket: WebSocket, path: str) -> None:
    """Refuse every other upgrade."""
    await refuse(websocket, ApiError(404, f"There is no socket at /{path}."))


async def _serve(websocket: WebSocket, connection_id: str, *, takes_events: bool) -> None:
    context = context_of(websocket)

    async def look_up(app_id: str) -> tuple[int | None, CallStatus, ConversationRecord | None]:
        after = _resume_from(websocket)
        status = (await context.calls.status(app_id, connection_id))[0]
        record = await context.conversations.find(app_id, status.connection.conversation_id)
        return after, status, record

    client = await opened(websocket, look_up)
    if client is None:
        return
    app_id, (after, status, record) = client
    # symbl-node leaves the port out of a socket's Host: what the call was started at counts.
    base = (record.request.get("base_url") if record else None) or base_url(websocket)
    summary_url = page_url(base, context.tokens.issue_page(app_id, status.connection.conversation_id))
    zero_at = record.zero_at if record else status.started_at
    frames = Frames(
        status.connection.conversation_id,
        zero_at,
        summary_url,
        is_call=bool(status.endpoint),
        insight_kinds=insight_kinds_of(record.request) if record else None,
    )
    await _ResultsSocket(websocket, app_id, status, frames, after, takes_events=takes_events).run()


class _ResultsSocket(SocketSession):
    def __init__(
        self,
        websocket: WebSocket,
        app_id: str,
        status: CallStatus,
        frames: Frames,
        after: int | None,
        *,
        takes_events: bool,
    ) -> None:
        super().__init__(websocket, app_id, f"call {status.connection.connection_id}")
        self._connection_id = status.connection.connection_id
        self._calls = self._context.calls
        self._frames = frames
        self._after = after
        self._takes_events = takes_events

    async def _serve(self) -> None:
        if self._after != 0:
            await self._socket.send(self._frames.greeting())
        async with aclosing(self._calls.watch(self._app_id, self._connection_id, self._after)) as watched:
            async for item in watched:
                for frame in self._frames.of(item):
                    await self._socket.send(frame)
                # Sending waits for nothing while there is room: in a long replay everybody has a turn.
                await asyncio.sleep(0)

    async def _hear(self, data: bytes) -> None:
        if len(data) > LONGEST_TEXT:
            raise TooBigError
        await self._socket.send(error_frame("this socket takes JSON text frames, no binary ones"))

    async def _take(self, text: str) -> None:
        given = read_frame(text)
        if not isinstance(given, dict):
            raise ValueError("a frame must be a JSON object")
        try:
            if given.get("type") == STOP:
                await self._calls.stop(self._app_id, self._connection_id)
            elif self._takes_events:
                event = SpeakerEventBody.model_validate(given).pushed()
                await self._calls.push(self._app_id, self._connection_id, event)
            else:
                await self._socket.send(error_frame("this socket takes no events; push them to eventUrl"))
        except UnknownCallError:
            await self._socket.send(error_frame("the call has ended"))


def _resume_from(websocket: WebSocket) -> int | None:
    text = websocket.query_params.get("from")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ApiError(400, f"from: {text!r} is not a sequence number; give the last one that was received.")
    return int(text)
