"""The published Symbl SDKs streaming a part of the demo recording, side by side."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ
from earwitness.server import Server
from earwitness.testing.demo import Demo, load_demo
from tests.support.meeting import accuracy, part_of
from tests.support.programs import Program, Told
from tests.support.server import APP, client_of, credentials, running_server

HERE = Path(__file__).parent
NODE = ("node", HERE / "js" / "stream-node.mjs")
JS = ("node", HERE / "js" / "stream-js.mjs")
PY = (sys.executable, "-m", "tests.interop.clients.py.streaming")
SPEAKER = {"userId": "anna@example.com", "name": "Anna"}
TITLE = "My streamed meeting"


@dataclass(frozen=True, slots=True)
class Streams:
    """What the SDKs told of their streams, which are over, and the server that still runs."""

    server: Server
    recording: Demo
    node: Told
    js: Told
    created: Told
    py: Told

    async def content(self, told: Told, what: str = "") -> Any:
        """Return what the Conversation API gives for the conversation of an SDK's stream."""
        client = await client_of(self.server)
        return await client.get(f"/v1/conversations/{told.one('started')['conversationId']}{what}")


@pytest.fixture(scope="module")
async def streams(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Streams]:
    recording = part_of(load_demo(), 4, 8)
    folder = tmp_path_factory.mktemp("streams")
    wide, cd = folder / "audio.16k", folder / "audio.44k"
    wide.write_bytes(recording.samples.astype("<i2").tobytes())
    cd.write_bytes(_at_44_100(recording).astype("<i2").tobytes())
    async with running_server(folder / "home", **APP) as server:
        task = {**credentials(server), "meeting": TITLE, "speaker": SPEAKER, "audio": str(wide)}
        async with asyncio.TaskGroup() as group:
            told = [
                group.create_task(Program(*command, task={**task, **own}).run())
                for command, own in (
                    (NODE, {"id": "3f1c2b9e-6f0a-4f0e-9d5b-000000000001"}),
                    (JS, {"id": "3f1c2b9e-6f0a-4f0e-9d5b-000000000002", "call": "startRealtimeRequest"}),
                    (JS, {"id": "3f1c2b9e-6f0a-4f0e-9d5b-000000000003", "call": "createStream"}),
                    (PY, {"audio": str(cd)}),
                )
            ]
        yield Streams(server, recording, *(task.result() for task in told))


def _at_44_100(recording: Demo) -> np.ndarray[Any, Any]:
    at = np.arange(int(recording.duration_s * 44_100)) / 44_100
    return np.interp(at, np.arange(len(recording.samples)) / RATE_HZ, recording.samples)


def frames_of(told: Told) -> list[dict[str, Any]]:
    """The frames that the Python package handed on."""
    return told.all("frame")


@pytest.mark.parametrize("sdk", ["node", "js", "created", "py"])
async def test_all_that_was_said_is_heard_and_has_its_speaker(streams: Streams, sdk: str) -> None:
    told = getattr(streams, sdk)
    messages = (await streams.content(told, "/messages"))["messages"]
    assert accuracy(streams.recording, messages).heard >= 0.9
    assert {one["from"]["userId"] for one in messages} == {SPEAKER["userId"]}
    head = await streams.content(told)
    assert head["state"] == "completed"
    if sdk != "py":
        assert head["name"] == TITLE


@pytest.mark.parametrize("sdk", ["node", "js"])
async def test_stop_resolves_with_the_conversation_and_its_page(streams: Streams, sdk: str) -> None:
    told = getattr(streams, sdk)
    stopped = told.one("stopped")
    assert stopped["conversationId"] == told.one("started")["conversationId"]
    assert stopped["summaryUrl"].startswith(f"{streams.server.url}/meeting/#/")


async def test_the_new_stream_of_symbl_js_stops_and_is_watched_by_others(streams: Streams) -> None:
    assert streams.created.names[-1] == "stopped"
    watched = streams.created.all("watched")
    stored = (await streams.content(streams.created, "/messages"))["messages"]
    seen = [one for frame in watched if frame["type"] == "message_response" for one in frame["messages"]]
    assert [one["id"] for one in seen] == [one["id"] for one in stored]
    assert not [frame for frame in watched if frame["type"] == "transcript_response"]


@pytest.mark.parametrize("sdk", ["node", "js", "created"])
async def test_the_handlers_get_what_the_api_gives(streams: Streams, sdk: str) -> None:
    told = getattr(streams, sdk)
    assert told.all("error") == []
    finals = [one for one in told.all("speech") if one["isFinal"]]
    stored = (await streams.content(told, "/messages"))["messages"]
    said = " ".join(one["text"] for one in stored)
    assert " ".join(one["punctuated"]["transcript"] for one in finals) == said
    shown = [message for messages in told.all("messages") for message in messages]
    assert [one["id"] for one in shown] == [one["id"] for one in stored]
    found = [insight for insights in told.all("insights") for insight in insights]
    assert {one["type"] for one in found} == {"question", "action_item"}


async def test_symbl_py_gets_its_frames_and_stops(streams: Streams) -> None:
    told = streams.py
    assert told.one("over") is True
    kinds = [
        frame["message"]["type"] if frame["type"] == "message" else frame["type"] for frame in frames_of(told)
    ]
    assert kinds[0] == "recognition_started"
    assert kinds[-2:] == ["conversation_completed", "recognition_stopped"]
    assert {"recognition_result", "message_response", "insight_response"} <= set(kinds)
