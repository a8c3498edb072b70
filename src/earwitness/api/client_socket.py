"""What all sockets share: refusing, accepting, reading any client's frames, sending without endless waits."""

import ast
import asyncio
import json
import logging
from typing import Any

from fastapi import WebSocket
from fastapi.responses import JSONResponse
from starlette.websockets import WebSocketDisconnect, WebSocketState

from earwitness.api.bodies import parse_json
from earwitness.api.errors import ApiError
from earwitness.api.frames import Frame

logger = logging.getLogger(__name__)

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
"""WebSocket close code (RFC 6455 §7.4.1)."""


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
