"""Following calls from the client's side."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from earwitness.cli.client import Client


@dataclass(slots=True)
class Followed:
    """The frames of a call with the moment of each."""

    connection: dict[str, Any]
    frames: list[dict[str, Any]] = field(default_factory=list)
    wall: list[datetime] = field(default_factory=list)

    @property
    def conversation(self) -> str:
        """The path of the conversation."""
        return f"/v1/conversations/{self.connection['conversationId']}"

    @property
    def states(self) -> list[str]:
        """The states of the call, in order."""
        return [frame["message"]["data"]["state"] for frame in self.wrapped("call_state")]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The frames of a type."""
        return [frame for frame in self.frames if frame["type"] == kind]

    def wrapped(self, kind: str) -> list[dict[str, Any]]:
        """The `message` frames of a type."""
        return [frame for frame in self.of("message") if frame["message"]["type"] == kind]

    @property
    def last_state(self) -> dict[str, Any]:
        """What was told of the call last."""
        data: dict[str, Any] = self.wrapped("call_state")[-1]["message"]["data"]
        return data

    @property
    def text(self) -> str:
        """All messages as one text."""
        return " ".join(
            message["payload"]["content"]
            for frame in self.of("message_response")
            for message in frame["messages"]
        )


def to(uri: str, **fields: Any) -> dict[str, Any]:
    """Return the body that calls a SIP URI."""
    return {"endpoint": {"type": "sip", "uri": uri, **fields.pop("endpoint", {})}, **fields}


async def follow(client: Client, body: dict[str, Any], timeout_s: float = 150.0) -> Followed:
    """Place a call and collect its frames until it is complete."""
    followed = Followed(await client.start(body))
    async with asyncio.timeout(timeout_s):
        await collect(client, followed)
    return followed


async def collect(client: Client, followed: Followed) -> None:
    """Collect the frames of a call until it is complete."""
    async for frame in client.frames(followed.connection):
        followed.frames.append(frame)
        followed.wall.append(datetime.now(UTC))
