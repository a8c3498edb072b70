"""What all sockets share: opening, reading any client's frames, sending without endless waits, closing."""

import ast
import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import WebSocket
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect, WebSocketState

from earwitness.api.context import authenticate, context_of
from earwitness.api.errors import ApiError, as_api_error, named_fields
from earwitness.api.live.frames import Frame, error_frame
from earwitness.api.requests.bodies import parse_json
from earwitness.calls.seams import CallRefusedError, TooSlowError, UnknownCallError
from earwitness.store.seams import StoreError, StoreUnavailableError

logger = logging.getLogger(__name__)

Ready = TypeVar("Ready")

_SEND_WITHIN_S = 20.0
"""A client that takes no frame for so long is cut off."""
STOP = "stop_request"
PING, PONG = "__PING__", "__PONG__"
_LONGEST_LITERAL = 1000
LONGEST_TEXT = 64 * 1024
"""Characters of a text frame; streamed audio may come in larger frames."""

TOO_SLOW = 1013
"""WebSocket close code "try again later" (IANA registry)."""
TOO_BIG = 1009
"""WebSocket close code (RFC 6455 §7.4.1), as the next two."""
_FAILED = 1011
_OVER = 1000


class TooBigError(Exception):
    """A frame is longer than any that makes sense."""


class ClientSocket:
    """The sending side of a socket; frames of several tasks do not get mixed."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._sending = asyncio.Lock()

    async def send(self, frame: Frame) -> None:
        """Send a frame.

        Raises:
            TimeoutError: the client takes nothing.
        """
        await self.send_text(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

    async def send_text(self, text: str) -> None:
        """Send a text; see `send`."""
        async with self._sending, asyncio.timeout(_SEND_WITHIN_S):
            await self._websocket.send_text(text)

    async def close(self, code: int) -> None:
        """Close the socket, if it is open still."""
        if self._websocket.application_state is not WebSocketState.CONNECTED:
            return
        try:
            async with asyncio.timeout(_SEND_WITHIN_S):
                await self._websocket.close(code)
        except (TimeoutError, RuntimeError, WebSocketDisconnect) as error:
            logger.debug("the client had gone before the close: %r", error)


class SocketSession:
    """A client on an open socket: what it sends is taken until it leaves, or has all that it will get."""

    def __init__(self, websocket: WebSocket, app_id: str, name: str) -> None:
        """Make it; `name` says in the log whose socket it is."""
        self._websocket = websocket
        self._app_id = app_id
        self._name = name
        self._context = context_of(websocket)
        self._socket = ClientSocket(websocket)

    async def run(self) -> None:
        """Serve the socket, then close it with the code that says why."""
        reading = asyncio.create_task(self._read(), name=f"read {self._name}")
        serving = asyncio.create_task(self._serve(), name=f"serve {self._name}")
        try:
            await asyncio.wait((reading, serving), return_when=asyncio.FIRST_COMPLETED)
            if serving.done() and isinstance(serving.exception(), WebSocketDisconnect):
                # What it sent before it went is taken still; then its going is read, too.
                await asyncio.wait((reading,))
        finally:
            for task in (reading, serving):
                task.cancel()
            results = await asyncio.gather(reading, serving, return_exceptions=True)
            await self._leave()
        await self._socket.close(max(map(self._code_of, results)))

    async def _serve(self) -> None:
        """Send what the client is to get; returns when that is all."""
        raise NotImplementedError

    async def _take(self, text: str) -> None:
        """Take a text frame.

        Raises:
            ApiError, ValidationError, CallRefusedError, StoreError, ValueError: it makes no sense, or cannot
                be carried out; the client is told and the socket stays open.
        """
        raise NotImplementedError

    async def _hear(self, data: bytes) -> None:
        """Take a binary frame; see `_take`."""
        raise NotImplementedError

    async def _leave(self) -> None:
        """End what the client began; called once, however the socket ends."""

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                if (data := message.get("bytes")) is not None:
                    await self._hear(data)
                elif message["text"] == PING:
                    await self._socket.send_text(PONG)
                else:
                    await self._take(message["text"])
            except ValidationError as error:
                await self._socket.send(error_frame(named_fields(list(error.errors()))))
            except (ApiError, CallRefusedError, StoreError, ValueError) as error:
                await self._socket.send(error_frame(str(error)))

    def _code_of(self, result: object) -> int:
        if isinstance(result, (TooSlowError, TimeoutError)):
            logger.info("a client of %s is too slow; it was cut off", self._name)
            return TOO_SLOW
        if isinstance(result, TooBigError):
            return TOO_BIG
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
            logger.error("the socket of %s failed", self._name, exc_info=result)
            return _FAILED
        return _OVER


async def opened(
    websocket: WebSocket, prepare: Callable[[str], Awaitable[Ready]]
) -> tuple[str, Ready] | None:
    """Open a socket for the app that its token names; None where it is refused.

    Args:
        websocket: not yet accepted.
        prepare: is given the app's id before the socket is open; what it raises refuses the client.
    """
    try:
        app_id = await authenticate(websocket)
        ready = await prepare(app_id)
    except (ApiError, CallRefusedError, UnknownCallError, StoreUnavailableError) as error:
        await refuse(websocket, as_api_error(error))
        return None
    await accept(websocket)
    return app_id, ready


async def accept(websocket: WebSocket) -> None:
    """Open a socket; symbl-js offers its access token as the subprotocol and fails without the echo."""
    offered = websocket.scope.get("subprotocols") or [None]
    await websocket.accept(subprotocol=offered[0])


async def refuse(websocket: WebSocket, error: ApiError) -> None:
    """Refuse to open a socket."""
    await websocket.send_denial_response(
        JSONResponse({"message": str(error)}, error.status, dict(error.headers))
    )


def read_frame(text: str) -> Any:
    """Read JSON, or the Python literal that the Python client sends as its `stop_request`; else None.

    Raises:
        TooBigError
    """
    if len(text) > LONGEST_TEXT:
        raise TooBigError
    try:
        return parse_json(text)
    except ValueError:
        pass
    if len(text) > _LONGEST_LITERAL:
        return None
    try:
        literal = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
    return literal if isinstance(literal, dict) and literal.get("type") == STOP else None
