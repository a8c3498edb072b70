"""The Python SDK's and curl's recordings, heard by the real recogniser."""

import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.server import Server
from earwitness.testing.demo import Demo, load_demo
from tests.interop.clients.test_plain_http import curl
from tests.support.jobs import ended
from tests.support.meeting import accuracy, part_of
from tests.support.programs import Program, Told
from tests.support.recordings import write_recording
from tests.support.server import APP, client_of, credentials, running_server

AUDIO = (sys.executable, "-m", "tests.interop.clients.py.audio")


@dataclass(frozen=True, slots=True)
class Heard:
    """What the SDK told, and the server that still runs."""

    server: Server
    recording: Demo
    folder: Path
    told: Told


@pytest.fixture(scope="module")
async def heard(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Heard]:
    recording = part_of(load_demo(), 4, 8)
    folder = tmp_path_factory.mktemp("audio")
    write_recording(folder / "stereo.mp3", "mp3", *channels_of(recording))
    write_recording(folder / "mono.wav", "wav", recording.samples)
    write_recording(folder / "meeting.m4a", "m4a", recording.samples)
    write_recording(folder / "video.mp4", "mp4", recording.samples)
    async with running_server(folder / "home", url_allow="127.0.0.0/8", **APP) as server:
        with served(folder) as url:
            task = {
                **credentials(server),
                "stereo": str(folder / "stereo.mp3"),
                "mono": str(folder / "mono.wav"),
                "video": str(folder / "video.mp4"),
                "url": f"{url}/meeting.m4a",
            }
            told = await Program(*AUDIO, task=task).run()
        yield Heard(server, recording, folder, told)


def channels_of(recording: Demo) -> tuple[Samples, ...]:
    """Return the recording with each speaker on a channel of their own."""
    channels = [np.zeros_like(recording.samples) for _ in recording.speakers]
    for line in recording.lines:
        start, end = round((line.start_s - 0.15) * RATE_HZ), round((line.end_s + 0.15) * RATE_HZ)
        channels[recording.speakers.index(line.speaker)][start:end] = recording.samples[start:end]
    return tuple(channels)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name)
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback interface."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as http:
        thread = Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_address[1]}"
        finally:
            http.shutdown()
            thread.join()


def messages_of(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages as the Conversation API would give them."""
    return [{"text": one["text"], "from": {"userId": (one["_from"] or {}).get("email")}} for one in told]


def test_a_speaker_on_each_channel(heard: Heard) -> None:
    told = heard.told.one("process_file")
    assert told["status"] == "completed"
    words = accuracy(heard.recording, messages_of(told["messages"]))
    assert words.heard >= 0.9
    assert words.named == 1.0
    assert {one["name"] for one in told["members"]} == {"Anna", "Mark"}
    assert told["actionItems"]["action_items"]


def test_what_is_appended_comes_behind(heard: Heard) -> None:
    first, more = heard.told.one("process_file"), heard.told.one("append_file")
    assert more["conversationId"] == first["conversationId"]
    assert more["status"] == "completed"
    count = len(first["messages"])
    assert [one["id"] for one in more["messages"][:count]] == [one["id"] for one in first["messages"]]
    added = more["messages"][count:]
    assert accuracy(heard.recording, messages_of(added)).heard >= 0.9
    starts = [datetime.fromisoformat(one["start_time"]) for one in (more["messages"][0], added[0])]
    assert (starts[1] - starts[0]).total_seconds() == pytest.approx(heard.recording.duration_s, abs=0.5)


@pytest.mark.parametrize("call", ["process_url", "process_video"])
def test_recordings_from_elsewhere_and_the_sound_of_videos(heard: Heard, call: str) -> None:
    told = heard.told.one(call)
    assert told["status"] == "completed"
    assert accuracy(heard.recording, messages_of(told["messages"])).heard >= 0.9


def test_a_recording_that_cannot_be_had_fails(heard: Heard) -> None:
    assert heard.told.one("broken") == "failed"


async def test_curl_sends_a_recording_as_the_documentation_has_it(heard: Heard) -> None:
    client = await client_of(heard.server)
    speakers = json.dumps([{"channel": 2, "speaker": {"name": "Mark"}}])
    status, begun = await curl(
        "POST",
        f"{heard.server.url}/v1/process/audio?name=With%20curl&enableSeparateRecognitionPerChannel=true",
        *("-H", f"Authorization: Bearer {client.token}", "-H", "Content-Type: audio/mpeg"),
        *("--url-query", f"channelMetadata={speakers}"),
        *("--data-binary", f"@{heard.folder / 'stereo.mp3'}"),
    )
    assert status == 201
    assert (await ended(client, begun["jobId"]))["status"] == "completed"
    path = f"/v1/conversations/{begun['conversationId']}"
    members = (await client.get(f"{path}/members"))["members"]
    assert {one["name"] for one in members} == {"Speaker 1", "Mark"}
    assert (await client.get(path))["name"] == "With curl"
