"""Results of a call posted to the client, signed, in order, also after the server was gone."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from earwitness.cli.errors import CliError
from earwitness.conversation.events import CallProgressed, MediaStarted, MessagesAdded, Opened
from earwitness.conversation.ids import new_id
from earwitness.conversation.message import Message
from earwitness.store.seams import Draft
from earwitness.store.store import Store
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.calls import follow, to
from tests.support.far_end import far_end
from tests.support.live import until
from tests.support.server import APP, client_of, running_server

SECRET = "a secret of the receiver"
LINES = {"in": [Line(0.1, 0.5, "I will send the report by Friday.")]}
SETTINGS: dict[str, Any] = {**APP, "url_allow": "127.0.0.0/8", "webhook_secret": SECRET}


@dataclass(slots=True)
class Receiver:
    """An address that takes what is posted; it refuses the first `failures` requests."""

    url: str = ""
    failures: int = 0
    frames: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take requests until the sender closes the connection."""
        while True:
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
            except asyncio.IncompleteReadError:
                break
            lines = head.lower().strip().split("\r\n")[1:]
            headers = dict(line.split(": ", 1) for line in lines)
            body = await reader.readexactly(int(headers["content-length"]))
            signed = dict(part.split("=") for part in headers["x-earwitness-signature"].split(","))
            expected = hmac.new(SECRET.encode(), signed["t"].encode() + b"." + body, "sha256").hexdigest()
            assert hmac.compare_digest(expected, signed["v1"])
            status = "503 Later" if self.failures else "200 OK"
            if self.failures:
                self.failures -= 1
            else:
                self.frames.append(json.loads(body))
                self.headers.append(headers)
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        writer.close()

    @property
    def kinds(self) -> list[str]:
        """The types of the frames, those in the wrapper by their own."""
        return [
            frame["message"]["type"] if frame["type"] == "message" else frame["type"] for frame in self.frames
        ]


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    taken = Receiver()
    async with await asyncio.start_server(taken.take, "127.0.0.1", 0) as listening:
        taken.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/results"
        yield taken


async def test_the_frames_of_a_call_are_posted_as_the_sockets_have_them(tmp_path: Path) -> None:
    async with (
        receiver() as results,
        receiver() as callback,
        running_server(tmp_path, ScriptedRecognizer(LINES), **SETTINGS) as server,
        far_end() as peer,
    ):
        client = await client_of(server)
        body = to(peer.uri, endpointWebhookUrl=results.url, callbackUrl=callback.url)
        following = asyncio.create_task(follow(client, body))
        taken = await peer.taken()
        await taken.speak(1)
        await until(lambda: "message_response" in results.kinds)
        conversation = (await client.get("/v1/conversations"))["conversations"][0]
        await client.stop(conversation["connectionId"])
        followed = await following
        shown = [
            frame
            for frame in followed.frames
            if frame.get("isFinal", True) and frame.get("message", {}).get("isFinal", True)
        ]
        await until(lambda: len(callback.frames) == len(results.frames) == len(shown))
        assert results.frames == callback.frames == shown
        assert results.kinds[0] == "conversation_created"
        assert results.kinds[-1] == "conversation_completed"
        ids = [headers["x-earwitness-delivery"] for headers in results.headers]
        assert len(set(ids)) == len(ids)


async def test_what_comes_after_the_end_is_posted_too(tmp_path: Path) -> None:
    async with (
        receiver() as results,
        running_server(tmp_path, ScriptedRecognizer(LINES), **SETTINGS) as server,
        far_end() as peer,
    ):
        client = await client_of(server)
        following = asyncio.create_task(follow(client, to(peer.uri, callbackUrl=results.url)))
        taken = await peer.taken()
        await taken.speak(1)
        await until(lambda: "insight_response" in results.kinds)
        call = (await client.get("/v1/conversations"))["conversations"][0]
        await client.stop(call["connectionId"])
        await following
        await until(lambda: results.kinds[-1] == "conversation_completed")
        told = len(results.frames)
        path = f"/v1/conversations/{call['id']}"
        (message,) = (await client.get(f"{path}/messages"))["messages"]
        event = {"type": "started_speaking", "user": {"name": "Bo"}, "offset": {"seconds": 0}}
        await client._ask("PUT", f"{path}/speakers", {"speakerEvents": [event]})
        await until(lambda: "insight_response" in results.kinds[told:])
        assert results.kinds[told : told + 3] == ["member_joined", "speaker_event", "speakers_assigned"]
        frame = results.frames[told + results.kinds[told:].index("insight_response")]
        assert frame["insights"][0]["text"] == "Bo will send the report by Friday."
        assert frame["insights"][0]["messageReference"]["id"] == message["id"]
        numbers = [one["sequenceNumber"] for one in results.frames]
        assert numbers == sorted(numbers)


async def test_a_call_that_was_cut_off_is_told_of_too(tmp_path: Path) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    conversation_id = new_id()
    async with receiver() as results:
        opened = Opened(
            APP["app_id"],
            "Cut off",
            began,
            connection_id="c",
            endpoint="sip:a@b.example",
            request={"callbackUrl": results.url, "base_url": "http://calls.example"},
        )
        message = Message(new_id(), "I will send the report by Friday.", 1.0, 3.0)
        async with await Store.open(tmp_path / "earwitness.db") as store:
            bodies = (
                opened,
                CallProgressed("answered", 200, "OK"),
                MediaStarted(began + timedelta(seconds=3)),
                MessagesAdded((message,)),
            )
            await store.log.append(conversation_id, [Draft(body) for body in bodies], epoch=1)
        async with running_server(tmp_path, ScriptedRecognizer(LINES), **SETTINGS):
            await until(lambda: "conversation_completed" in results.kinds)
        assert results.kinds[0] == "call_state"
        assert results.frames[0]["sequenceNumber"] == 5
        assert results.frames[-1]["message"]["summaryUrl"].startswith("http://calls.example/meeting/#/")


async def test_addresses_that_are_none_are_refused(tmp_path: Path) -> None:
    async with running_server(tmp_path, ScriptedRecognizer(LINES), **SETTINGS) as server:
        client = await client_of(server)
        with pytest.raises(CliError, match="callbackUrl: must begin with http"):
            await client.start(to("sip:a@127.0.0.1", callbackUrl="ftp://a.example"))
