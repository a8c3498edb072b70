"""Sending texts to a server, and telling which row each of its findings is about."""

import asyncio
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from earwitness.api.wire.times import iso
from earwitness.cli.client import Client

ZERO = datetime(2024, 5, 15, 10, tzinfo=UTC)
"""When conversations begin whose material has no time."""
_WORD_S = 0.4
_TIMED = timedelta(seconds=0.9)
"""What has a time of its own is over within a second, so that the next second can be another row's."""
_SLACK_S = 0.002
_POLL_S = 0.05
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says."""

    row: int
    """Of the annotated file."""
    text: str
    speaker: str | None = None
    at: datetime | None = None
    """When; else after what was said before."""


@dataclass(slots=True)
class Found:
    """A finished conversation; knows which message is of which row by when it was said."""

    client: Client
    path: str
    rows: dict[str, int] = field(default_factory=dict)
    """By message id."""
    messages: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """By row."""

    async def get(self, endpoint: str) -> Any:
        """Return what an endpoint of the conversation gives."""
        return await self.client.get(f"{self.path}/{endpoint}")

    def rows_of(self, message_ids: Iterable[str]) -> set[int]:
        """Return the rows of messages."""
        return {self.rows[one] for one in message_ids if one in self.rows}


class Reader:
    """Has texts read by a server."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.messages = 0
        self.seconds = 0.0
        self._read: dict[str, list[Found]] = {}

    async def once(self, name: str, read: Callable[[], Awaitable[list[Found]]]) -> list[Found]:
        """Return conversations that several measurements share."""
        if name not in self._read:
            self._read[name] = await read()
        return self._read[name]

    async def read_all(self, texts: Iterable[Sequence[Said]], **options: Any) -> list[Found]:
        """Have texts read, each as a conversation of its own."""
        began = time.monotonic()
        limit = asyncio.Semaphore(_AT_ONCE)

        async def one(said: Sequence[Said]) -> Found:
            async with limit:
                return await self.read(said, **options)

        found = await asyncio.gather(*(one(said) for said in texts))
        self.seconds += time.monotonic() - began
        return found

    async def read(self, said: Sequence[Said], **options: Any) -> Found:
        """Have a text read as a conversation."""
        spans = list(_spans(said))
        body = {"messages": [_message(one, *span) for one, span in zip(said, spans, strict=True)], **options}
        begun = await self.client.post("/v1/process/text", body)
        await ended(self.client, begun["jobId"])
        found = Found(self.client, f"/v1/conversations/{begun['conversationId']}")
        ordered = sorted((start, one.row) for (start, _), one in zip(spans, said, strict=True))
        starts = [start for start, _ in ordered]
        for message in (await found.get("messages?sentiment=true"))["messages"]:
            at = datetime.fromisoformat(message["startTime"]) + timedelta(seconds=_SLACK_S)
            row = ordered[bisect_right(starts, at) - 1][1]
            found.rows[message["id"]] = row
            found.messages[row].append(message)
        self.messages += len(found.rows)
        return found


async def ended(client: Client, job_id: str) -> None:
    """Wait until a job has ended.

    Raises:
        RuntimeError: it failed.
    """
    while (job := await client.get(f"/v1/job/{job_id}"))["status"] != "completed":
        if job["status"] == "failed":
            raise RuntimeError(f"a job failed: {job.get('message')}")
        await asyncio.sleep(_POLL_S)


def batches(said: Sequence[Said], size: int) -> list[Sequence[Said]]:
    """Return texts of so many utterances, for utterances that have nothing to do with each other."""
    return [said[at : at + size] for at in range(0, len(said), size)]


def _spans(said: Sequence[Said]) -> Iterable[tuple[datetime, datetime]]:
    at = ZERO
    for one in said:
        start = one.at or at
        # Whole milliseconds: that is what comes back.
        spoken = timedelta(milliseconds=round(1000 * _WORD_S * max(len(one.text.split()), 1)))
        end = start + (spoken if one.at is None else _TIMED)
        yield start, end
        at = end


def _message(said: Said, start: datetime, end: datetime) -> dict[str, Any]:
    message: dict[str, Any] = {
        "payload": {"content": said.text, "contentType": "text/plain"},
        "duration": {"startTime": iso(start), "endTime": iso(end)},
    }
    if said.speaker is not None:
        message["from"] = {"name": said.speaker, "userId": said.speaker}
    return message
