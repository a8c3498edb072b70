"""A client of the streaming sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import websockets

from earwitness.cli.client import Client
from tests.support.sockets import open_socket

SECOND = b"\0" * 32_000
"""Of silence, as LINEAR16 at 16 kHz."""


@dataclass(slots=True)
class Streamer:
    """A streaming socket and all frames that came."""

    socket: websockets.ClientConnection
    frames: list[dict[str, Any]] = field(default_factory=list)

    async def start(self, **fields: Any) -> dict[str, Any]:
        """Send a `start_request`; return the frame that tells the conversation's id."""
        await self.send({"type": "start_request", **fields})
        return await self.until("conversation_created")

    async def send(self, frame: Any) -> None:
        """Send a frame, a text as it is, or audio."""
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def until(self, kind: str) -> dict[str, Any]:
        """Take frames until one of a type comes, and return it."""
        async with asyncio.timeout(20):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                self.frames.append(frame)
                if kind_of(frame) == kind:
                    return frame

    async def rest(self) -> None:
        """Take frames until the server closes the socket."""
        async with asyncio.timeout(20):
            async for text in self.socket:
                self.frames.append(json.loads(text))

    @property
    def kinds(self) -> list[str]:
        """The types of all frames, in order."""
        return [kind_of(frame) for frame in self.frames]

    @property
    def texts(self) -> list[str]:
        """The messages so far."""
        return [message["payload"]["content"] for message in self.messages]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages so far."""
        return [
            message
            for frame in self.frames
            if frame["type"] == "message_response"
            for message in frame["messages"]
        ]


def kind_of(frame: dict[str, Any]) -> str:
    """Return a frame's type; of one in the `message` wrapper, the type inside."""
    return str(frame["message"]["type"] if frame["type"] == "message" else frame["type"])


@asynccontextmanager
async def streaming(client: Client, stream_id: str, path: str = "/v1/streaming") -> AsyncIterator[Streamer]:
    """Open a streaming socket."""
    headers = {"X-API-KEY": client.token}
    async with open_socket(f"{client.base_url}{path}/{stream_id}", headers) as socket:
        yield Streamer(socket)


async def completed(client: Client, conversation: str) -> None:
    """Wait until the conversation at a path is complete."""
    async with asyncio.timeout(20):
        while (await client.get(conversation))["state"] == "active":  # noqa: ASYNC110 (it is asked for)
            await asyncio.sleep(0.02)
