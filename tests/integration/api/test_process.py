"""Recordings sent to the Async API."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.cli.client import Client
from earwitness.server import Server
from earwitness.testing.demo import load_demo
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.jobs import ended, recovered
from tests.support.live import error_log, until
from tests.support.meeting import part_of
from tests.support.recordings import write_recording
from tests.support.server import client_of, running_server
from tests.support.sockets import open_socket

HELLO = Line(0.1, 0.9, "Hello there.")
ASK = Line(1.1, 1.9, "How much does it cost?")
ANSWER = Line(2.1, 2.9, "It costs a lot.")
SCRIPT = {"recording": [HELLO, ASK], "channel-1": [HELLO, ASK], "channel-2": [ANSWER]}
LOOPBACK = "127.0.0.0/8"


def silence(seconds: float = 3.0) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.int16)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    recognizer = ScriptedRecognizer(SCRIPT)
    with error_log() as errors:
        async with running_server(
            tmp_path / "home", recognizer, url_allow=LOOPBACK, max_jobs=3, max_upload_bytes=200_000
        ) as server:
            yield server
    assert errors.lines == []


@pytest.fixture
async def client(server: Server) -> Client:
    return await client_of(server)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write_recording(tmp_path / "mono.wav", "wav", silence())


async def ask(client: Client, method: str, path: str, **given: Any) -> httpx.Response:
    """Send a request as it is."""
    headers = {"X-API-KEY": client.token, **given.pop("headers", {})}
    async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
        return await http.request(method, client.base_url + path, headers=headers, **given)


async def ends(client: Client, reply: httpx.Response) -> dict[str, Any]:
    """Wait until a job has ended, and return it."""
    assert reply.status_code == 201, reply.text
    return await ended(client, reply.json()["jobId"])


async def messages_of(client: Client, reply: httpx.Response) -> list[dict[str, Any]]:
    found = await client.get(f"/v1/conversations/{reply.json()['conversationId']}/messages")
    return list(found["messages"])


async def test_a_recording_becomes_a_conversation(client: Client, recording: Path) -> None:
    reply = await ask(client, "POST", "/v1/process/audio?name=Weekly", content=recording.read_bytes())
    assert reply.json().keys() == {"conversationId", "jobId"}
    job = await ends(client, reply)
    assert job == {
        "id": reply.json()["jobId"],
        "status": "completed",
        "conversationId": reply.json()["conversationId"],
    }
    messages = await messages_of(client, reply)
    assert [one["text"] for one in messages] == [HELLO.text, ASK.text]
    assert [one["timeOffset"] for one in messages] == [0.0, 1.0]
    path = f"/v1/conversations/{job['conversationId']}"
    head = await client.get(path)
    assert (head["name"], head["state"]) == ("Weekly", "completed")
    assert len((await client.get(f"{path}/questions"))["questions"]) == 1
    silence_s = (await client.get(f"{path}/analytics"))["metrics"][0]["seconds"]
    assert silence_s == pytest.approx(3.0 - 1.6, abs=0.05), "the recording's own length counts"


async def test_voices_of_a_recording_are_told_apart_where_a_client_asks(tmp_path: Path) -> None:
    meeting = part_of(load_demo(), 0, 7)
    script = [Line(line.start_s, line.end_s, line.text) for line in meeting.lines]
    recording = write_recording(tmp_path / "meeting.wav", "wav", meeting.samples)
    query = {"enableSpeakerDiarization": "true", "diarizationSpeakerCount": "2"}
    recognizer = ScriptedRecognizer({"recording": script})
    async with running_server(tmp_path / "home", recognizer) as server:
        client = await client_of(server)
        reply = await ask(client, "POST", "/v1/process/audio", params=query, content=recording.read_bytes())
        await ends(client, reply)
        messages = await messages_of(client, reply)
        path = f"/v1/conversations/{reply.json()['conversationId']}/members"
        members = {member["name"] for member in (await client.get(path))["members"]}
    names = {line.text: line.speaker.name for line in meeting.lines}
    pairs = {(names[one["text"]], one["from"]["name"]) for one in messages}
    assert len(pairs) == len({real for real, _ in pairs}) == 2
    assert {name for _, name in pairs} == members == {"Speaker 1", "Speaker 2"}


async def test_channels_have_names_and_times_of_one_clock(client: Client, tmp_path: Path) -> None:
    stereo = write_recording(tmp_path / "stereo.ogg", "ogg", silence(), silence())
    query = {
        "enableSeparateRecognitionPerChannel": "True",
        "channelMetadata": json.dumps([{"channel": 1, "speaker": {"name": "Ann", "email": "ann@x.org"}}]),
    }
    reply = await ask(client, "POST", "/v1/process/audio", params=query, content=stereo.read_bytes())
    await ends(client, reply)
    messages = await messages_of(client, reply)
    assert [(one["text"], one["from"]["name"]) for one in messages] == [
        (HELLO.text, "Ann"),
        (ASK.text, "Ann"),
        (ANSWER.text, "Speaker 2"),
    ]
    assert messages[0]["from"]["email"] == "ann@x.org"
    assert [one["timeOffset"] for one in messages] == [0.0, 1.0, 2.0]


async def test_what_is_appended_comes_in_its_turn(client: Client, recording: Path) -> None:
    first = await ask(client, "POST", "/v1/process/audio", content=recording.read_bytes())
    conversation_id = first.json()["conversationId"]
    path = f"/v1/process/audio/{conversation_id}"
    second, third = [
        await ask(client, "PUT", path, content=recording.read_bytes()) for _ in range(2)
    ]  # in order, though none has ended yet
    assert second.json()["conversationId"] == conversation_id
    for reply in (first, second, third):
        assert (await ends(client, reply))["status"] == "completed"
    messages = await messages_of(client, first)
    assert [one["text"] for one in messages] == [HELLO.text] * 3 + [ASK.text] * 3
    conversation = f"/v1/conversations/{conversation_id}"
    questions = (await client.get(f"{conversation}/questions"))["questions"]
    assert questions[0]["messageIds"] == [one["id"] for one in messages if one["text"] == ASK.text]


async def test_what_was_found_keeps_its_id_when_more_is_appended(client: Client, recording: Path) -> None:
    reply = await ask(client, "POST", "/v1/process/audio", content=recording.read_bytes())
    await ends(client, reply)
    path = f"/v1/conversations/{reply.json()['conversationId']}/questions"
    before = (await client.get(path))["questions"]
    again = await ask(
        client,
        "PUT",
        f"/v1/process/audio/{reply.json()['conversationId']}",
        content=recording.read_bytes(),
    )
    await ends(client, again)
    assert [one["id"] for one in (await client.get(path))["questions"]] == [one["id"] for one in before]


async def test_a_job_can_be_watched_while_it_goes_on(server: Server, client: Client, recording: Path) -> None:
    reply = await ask(client, "POST", "/v1/process/audio?realTime=true", content=recording.read_bytes())
    url = f"{server.url}/v1/subscribe/{reply.json()['jobId']}?from=0"
    texts = []
    async with asyncio.timeout(20), open_socket(url, {"X-API-KEY": client.token}) as watching:
        async for text in watching:
            frame = json.loads(text)
            texts += [one["payload"]["content"] for one in frame.get("messages", [])]
    assert texts == [HELLO.text, ASK.text]
    assert frame["message"]["type"] == "conversation_completed"
    assert (await ends(client, reply))["status"] == "completed"


async def test_what_has_no_room_at_the_pace_of_the_clock_is_heard_behind_it(tmp_path: Path) -> None:
    stereo = write_recording(tmp_path / "stereo.flac", "flac", silence(60), silence(60)).read_bytes()
    path = "/v1/process/audio?realTime=true&enableSeparateRecognitionPerChannel=true"
    async with running_server(tmp_path / "home", ScriptedRecognizer(SCRIPT), max_calls=3) as server:
        client = await client_of(server)
        first = await ask(client, "POST", path, content=stereo)
        await until(lambda: server._live.load == 2)
        second = await ask(client, "POST", path, content=stereo)
        assert (await ends(client, second))["status"] == "completed"
        assert [one["text"] for one in await messages_of(client, second)] == [
            HELLO.text,
            ASK.text,
            ANSWER.text,
        ]
        assert (await client.get(f"/v1/job/{first.json()['jobId']}"))["status"] == "in_progress"
        assert (await client.get("/v1/calls"))["load"]["legs"] == 2
        await client.stop(first.json()["jobId"])
        await ends(client, first)


async def test_bodies_that_are_no_recording_make_no_job(client: Client, recording: Path) -> None:
    for body in (b"", b"hello", b"RIFF\0\0\0\0WAVE", b"#EXTM3U\nhttp://127.0.0.1:1/\n"):
        reply = await ask(client, "POST", "/v1/process/audio", content=body)
        assert reply.status_code == 400, body
        assert reply.json().keys() == {"message"}
    reply = await ask(client, "POST", "/v1/process/audio", content=b"RIFF" + b"\0" * 300_000)
    assert reply.status_code == 413
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = await ask(client, "POST", "/v1/process/audio", content=recording.read_bytes(), headers=form)
    assert (await ends(client, reply))["status"] == "completed"
    reply = await ask(client, "POST", "/v1/process/audio?languageCode=xx", content=recording.read_bytes())
    assert reply.status_code == 201, "this recogniser knows every language"
    await ends(client, reply)
    assert (await ask(client, "GET", "/v1/job/none")).status_code == 404
    unknown = await ask(client, "PUT", "/v1/process/audio/1234567890123456", content=recording.read_bytes())
    assert unknown.status_code == 404
    listed = (await client.get("/v1/conversations"))["conversations"]
    assert len(listed) == 2


async def test_a_client_that_breaks_off_leaves_nothing(server: Server, client: Client) -> None:
    host, port = client.base_url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /v1/process/audio HTTP/1.1\r\nHost: x\r\nX-API-KEY: {client.token}\r\n"
    writer.write(f"{head}Content-Length: 100000\r\n\r\nRIFF".encode())
    await writer.drain()
    folder = server.settings.home / "recordings"
    await until(lambda: bool(list(folder.iterdir())))
    writer.close()
    await until(lambda: not list(folder.iterdir()))
    assert (await client.get("/v1/conversations"))["conversations"] == []


async def test_too_many_jobs_are_refused_and_told_so(client: Client, recording: Path) -> None:
    path = "/v1/process/audio?realTime=true"
    replies = [await ask(client, "POST", path, content=recording.read_bytes()) for _ in range(3)]
    refused = await ask(client, "POST", path, content=recording.read_bytes())
    assert refused.status_code == 429
    assert refused.json()["statusCode"] == 429
    assert "`3` number of concurrent jobs" in refused.json()["message"]
    first = replies[0].json()
    assert (await ask(client, "DELETE", f"/v1/conversations/{first['conversationId']}")).status_code == 409
    await client.stop(first["jobId"])
    job = await ends(client, replies[0])
    assert (job["status"], "stopped" in job["message"]) == ("failed", True)
    for reply in replies[1:]:
        assert (await ends(client, reply))["status"] == "completed"


async def test_nobody_waits_for_all_of_somebody_elses_recordings(tmp_path: Path, recording: Path) -> None:
    async with running_server(tmp_path / "home", ScriptedRecognizer(SCRIPT), jobs_at_once=1) as server:
        first = await client_of(server)
        other = Client(first.base_url, server.tokens.issue((await server.store.apps.create("other")).id))
        path = "/v1/process/audio?realTime=true"
        many = [await ask(first, "POST", path, content=recording.read_bytes()) for _ in range(3)]
        assert (await ends(other, await ask(other, "POST", path, content=recording.read_bytes())))[
            "status"
        ] == "completed"
        states = [(await first.get(f"/v1/job/{reply.json()['jobId']}"))["status"] for reply in many]
        assert states[0] == "completed"
        assert "scheduled" in states


class _Elsewhere(ThreadingHTTPServer):
    """Serves recordings and takes webhooks, as someone else would."""

    def __init__(self, recording: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.recording = recording
        self.told: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: _Elsewhere

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/recording")
            self.end_headers()
            return
        self.send_response(200 if self.path == "/recording" else 404)
        self.send_header("Content-Length", str(len(self.server.recording)))
        self.end_headers()
        self.wfile.write(self.server.recording)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.server.told.append(json.loads(body))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name)
        """Say nothing."""


@contextmanager
def elsewhere(recording: Path) -> Iterator[_Elsewhere]:
    with _Elsewhere(recording.read_bytes()) as http:
        thread = Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield http
        finally:
            http.shutdown()
            thread.join()


async def test_a_url_is_fetched_and_each_status_is_told_in_order(client: Client, recording: Path) -> None:
    with elsewhere(recording) as http:
        body = {"url": f"{http.url}/recording", "name": "From afar", "webhookUrl": f"{http.url}/hook"}
        reply = await ask(client, "POST", "/v1/process/audio/url", json=body)
        assert (await ends(client, reply))["status"] == "completed"
        assert [one["text"] for one in await messages_of(client, reply)] == [HELLO.text, ASK.text]
        await until(lambda: len(http.told) == 2)
        job_id = reply.json()["jobId"]
        assert http.told == [{"jobId": job_id, "status": status} for status in ("in_progress", "completed")]
        for path, why in (("moved", "302"), ("none", "404")):
            reply = await ask(client, "POST", "/v1/process/video/url", json={"url": f"{http.url}/{path}"})
            job = await ends(client, reply)
            assert (job["status"], why in job["message"]) == ("failed", True)
            head = await client.get(f"/v1/conversations/{job['conversationId']}")
            assert head["state"] == "failed"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://10.1.2.3/x", "http://[::1]/x", "ftp://127.0.0.1/", "nonsense", ""]
)
async def test_urls_into_private_networks_are_refused(client: Client, url: str) -> None:
    reply = await ask(client, "POST", "/v1/process/audio/url", json={"url": url})
    assert reply.status_code == 400
    assert reply.json()["message"].startswith("url: ")


async def test_a_restart_does_what_had_not_begun_and_fails_what_was_cut_off(
    tmp_path: Path, recording: Path
) -> None:
    settings = {"jobs_at_once": 1}
    home = tmp_path / "again"
    async with running_server(home, ScriptedRecognizer(SCRIPT), **settings) as server:
        client = await client_of(server)
        path = "/v1/process/audio?realTime=true"
        begun, waiting = [await ask(client, "POST", path, content=recording.read_bytes()) for _ in range(2)]
        async with asyncio.timeout(10):
            while not await messages_of(client, begun):  # noqa: ASYNC110 (it is asked for)
                await asyncio.sleep(0.02)
    async with running_server(home, ScriptedRecognizer(SCRIPT), **settings) as server:
        client = await client_of(server)
        job = await ends(client, begun)
        assert (job["status"], "server stopped" in job["message"]) == ("failed", True)
        head = await recovered(client, f"/v1/conversations/{job['conversationId']}")
        assert head["state"] == "interrupted"
        assert [one["text"] for one in await messages_of(client, begun)] == [HELLO.text]
        assert (await ends(client, waiting))["status"] == "completed"
        assert [one["text"] for one in await messages_of(client, waiting)] == [HELLO.text, ASK.text]
        assert list((home / "recordings").iterdir()) == []


async def test_the_description_names_the_endpoints(client: Client) -> None:
    described = await client.get("/openapi.json")
    for path in ("/v1/process/audio", "/v1/process/audio/url/{conversationId}", "/v1/job/{jobId}"):
        assert path in described["paths"]
    parameters = described["paths"]["/v1/process/audio"]["post"]["parameters"]
    assert "channelMetadata" in [one["name"] for one in parameters]
