"""The results sockets; the one at `resultWebSocketUrl` takes speaker events too."""

import asyncio
import logging
from contextlib import aclosing

from fastapi import APIRouter, WebSocket
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from earwitness.api.client_socket import (
    LONGEST_TEXT,
    PING,
    PONG,
    STOP,
    TOO_BIG,
    TOO_SLOW,
    ClientSocket,
    TooBigError,
    accept,
    read_frame,
    refuse,
)
from earwitness.api.context import authenticate, base_url, context_of
from earwitness.api.errors import ApiError, as_api_error, named_fields
from earwitness.api.frames import Frames, error_frame
from earwitness.api.speaker_events import SpeakerEventBody
from earwitness.api.telephony import page_url
from earwitness.calls.seams import CallStatus, TooSlowError, UnknownCallError
from earwitness.conversation.wishes import insight_kinds_of
from earwitness.store.seams import StoreUnavailableError

logger = logging.getLogger(__name__)
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
    try:
        app_id = authenticate(websocket)
        after = _resume_from(websocket)
        context = context_of(websocket)
        status = (await context.calls.status(app_id, connection_id))[0]
        record = await context.conversations.find(app_id, status.connection.conversation_id)
    except (ApiError, UnknownCallError, StoreUnavailableError) as error:
        await refuse(websocket, as_api_error(error))
        return
    await accept(websocket)
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
    socket = _ResultsSocket(websocket, app_id, status, frames)
    await socket.run(after, takes_events=takes_events)


class _ResultsSocket:
    def __init__(self, websocket: WebSocket, app_id: str, status: CallStatus, frames: Frames) -> None:
        self._websocket = websocket
        self._app_id = app_id
        self._connection_id = status.connection.connection_id
        self._calls = context_of(websocket).calls
        self._frames = frames
        self._socket = ClientSocket(websocket)

    async def run(self, after: int | None, *, takes_events: bool) -> None:
        """Serve the socket until the conversation is complete or the client leaves."""
        reading = asyncio.create_task(self._read(takes_events=takes_events))
        writing = asyncio.create_task(self._write(after))
        try:
            await asyncio.wait((reading, writing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reading, writing):
                task.cancel()
            results = await asyncio.gather(reading, writing, return_exceptions=True)
        code = 1000
        for result in results:
            if isinstance(result, (TooSlowError, TimeoutError)):
                logger.info("a client of call %s is too slow; it was cut off", self._connection_id)
                code = TOO_SLOW
            elif isinstance(result, TooBigError):
                code = TOO_BIG
            elif isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
                logger.error("a results socket failed", exc_info=result)
                code = 1011
        await self._socket.close(code)

    async def _write(self, after: int | None) -> None:
        if after != 0:
            await self._socket.send(self._frames.greeting())
        async with aclosing(self._calls.watch(self._app_id, self._connection_id, after)) as watched:
            async for item in watched:
                for frame in self._frames.of(item):
                    await self._socket.send(frame)
                # Sending waits for nothing while there is room: in a long replay everybody has a turn.
                await asyncio.sleep(0)

    async def _read(self, *, takes_events: bool) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None and len(message["bytes"]) > LONGEST_TEXT:
                raise TooBigError
            if text is None:
                await self._socket.send(error_frame("this socket takes JSON text frames, no binary ones"))
            elif text == PING:
                await self._socket.send_text(PONG)
            else:
                await self._take(text, takes_events=takes_events)

    async def _take(self, text: str, *, takes_events: bool) -> None:
        given = read_frame(text)
        if not isinstance(given, dict):
            await self._socket.send(error_frame("a frame must be a JSON object"))
            return
        try:
            if given.get("type") == STOP:
                await self._calls.stop(self._app_id, self._connection_id)
            elif takes_events:
                event = SpeakerEventBody.model_validate(given).pushed()
                await self._calls.push(self._app_id, self._connection_id, event)
            else:
                await self._socket.send(error_frame("this socket takes no events; push them to eventUrl"))
        except ValidationError as error:
            await self._socket.send(error_frame(named_fields(list(error.errors()))))
        except UnknownCallError:
            await self._socket.send(error_frame("the call has ended"))


def _resume_from(websocket: WebSocket) -> int | None:
    text = websocket.query_params.get("from")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ApiError(400, f"from: {text!r} is not a sequence number; give the last one that was received.")
    return int(text)
