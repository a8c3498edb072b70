"""Whoever is told by webhooks."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Hook:
    """An address on the loopback interface, and what was posted to it, in order."""

    url: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        self.told.append(json.loads(await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def webhooks() -> AsyncIterator[Hook]:
    """Take webhooks until the block ends."""
    hook = Hook()
    async with await asyncio.start_server(hook.take, "127.0.0.1", 0) as listening:
        hook.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/hook"
        yield hook
