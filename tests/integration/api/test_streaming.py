"""The streaming sockets, from clients that do as they like."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from earwitness.cli.client import Client
from earwitness.server import Server
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.live import until
from tests.support.recordings import flac_of_silence, ogg_page
from tests.support.server import client_of, running_server
from tests.support.sockets import open_socket, refusal_of
from tests.support.streams import SECOND, Streamer, completed, streaming

HELLO = Line(0.1, 0.9, "Hello there.")
ASK = Line(1.1, 1.9, "How much does it cost?")
ANNA = {"userId": "anna@example.com", "name": "Anna"}
MARK = {"userId": "mark@example.com", "name": "Mark"}


@pytest.fixture
def recognizer() -> ScriptedRecognizer:
    return ScriptedRecognizer({"stream-1": [HELLO, ASK], "stream-2": [HELLO]}, partial_interval_s=0.5)


@pytest.fixture
async def server(tmp_path: Path, recognizer: ScriptedRecognizer) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "home", recognizer, max_calls=3) as server:
        yield server


@pytest.fixture
async def client(server: Server) -> Client:
    return await client_of(server)


def conversation_of(frame: dict[str, Any]) -> str:
    return str(frame["message"]["data"]["conversationId"])


async def test_a_stream_from_start_to_stop(server: Server, client: Client) -> None:
    async with streaming(client, "abc=", "/v1/realtime/insights") as ours:
        created = await ours.start(
            config={"meetingTitle": "My Test"}, speaker=ANNA, insightTypes=["question"], trackers=None
        )
        for _ in range(3):
            await ours.send(SECOND)
        await ours.send({"type": "stop_request"})
        await ours.rest()
    assert ours.kinds[:3] == ["started_listening", "recognition_started", "conversation_created"]
    assert ours.kinds[-2:] == ["conversation_completed", "recognition_stopped"]
    assert "transcript_response" not in ours.kinds
    assert ours.kinds.count("recognition_started") == ours.kinds.count("conversation_created") == 1
    assert ours.texts == [HELLO.text, ASK.text]
    assert [message["from"]["userId"] for message in ours.messages] == [ANNA["userId"]] * 2
    (insight,) = next(one for one in ours.frames if one["type"] == "insight_response")["insights"]
    assert insight["type"] == "question"
    assert ours.socket.close_code == 1000
    conversation = f"/v1/conversations/{conversation_of(created)}"
    assert [one["text"] for one in (await client.get(f"{conversation}/messages"))["messages"]] == ours.texts
    head = await client.get(conversation)
    assert (head["name"], head["state"], head["connectionId"]) == ("My Test", "completed", "abc=")
    completed = ours.frames[-2]["message"]
    assert completed["conversationId"] == completed["data"]["conversationId"] == head["id"]
    assert completed["summaryUrl"].startswith(f"{server.url}/meeting/#/")


async def test_live_text_comes_as_recognition_results_and_without_insight_types_no_insights_do(
    client: Client,
) -> None:
    async with streaming(client, "s") as ours:
        await ours.start(meetingTitle="At the top")
        for piece in (SECOND[:777], SECOND[777:]):
            await ours.send(piece)
        await ours.until("message_response")
        await ours.send(SECOND)
        await ours.send("{'type': 'stop_request'}")
        await ours.rest()
    results = [frame["message"] for frame in ours.frames if frame["type"] == "message"]
    heard = [one for one in results if one["type"] == "recognition_result"]
    assert [one["isFinal"] for one in heard] == [False, True, False, True]
    assert heard[1]["punctuated"]["transcript"] == HELLO.text
    assert heard[1]["payload"]["raw"]["alternatives"][0]["words"][0]["startTime"] == {
        "seconds": "0",
        "nanos": "100000000",
    }
    assert "insight_response" not in ours.kinds
    listed = (await client.get("/v1/conversations"))["conversations"]
    assert [one["name"] for one in listed] == ["At the top"]


async def test_two_clients_of_one_id_are_in_one_conversation(client: Client) -> None:
    async with streaming(client, "same") as anna, streaming(client, "same") as mark:
        first = await anna.start(speaker=ANNA)
        second = await mark.start(speaker=MARK)
        assert conversation_of(first) == conversation_of(second)
        await anna.send(SECOND)
        await mark.send(SECOND)
        await mark.until("message_response")
        await mark.until("message_response")
        await mark.send({"type": "stop_request"})
        await mark.rest()
        assert mark.kinds[-2:] == ["conversation_completed", "recognition_stopped"]
        await anna.send(SECOND)
        await anna.send({"type": "stop_request"})
        await anna.rest()
    assert sorted((one["payload"]["content"], one["from"]["name"]) for one in anna.messages) == [
        (HELLO.text, "Anna"),
        (HELLO.text, "Mark"),
        (ASK.text, "Anna"),
    ]
    path = f"/v1/conversations/{conversation_of(first)}"
    assert {one["name"] for one in (await client.get(f"{path}/members"))["members"]} == {"Anna", "Mark"}
    assert (await client.get(path))["state"] == "completed"


async def test_others_watch_a_stream_and_can_end_it(server: Server, client: Client) -> None:
    async with streaming(client, "watched") as ours:
        await ours.start(speaker=ANNA)
        headers = {"X-API-KEY": client.token}
        async with open_socket(f"{server.url}/v1/subscribe/watched", headers) as watching:
            greeting = json.loads(await watching.recv())
            assert greeting["message"]["type"] == "conversation_created"
            await ours.send(SECOND)
            theirs = Streamer(watching)
            await theirs.until("message_response")
            assert theirs.texts == [HELLO.text]
            assert "transcript_response" not in theirs.kinds
            await client.stop("watched")
            await theirs.rest()
            assert theirs.kinds[-1] == "conversation_completed"
        await ours.rest()
    assert ours.kinds[-2:] == ["conversation_completed", "recognition_stopped"]


async def test_what_was_sent_before_a_sudden_close_is_heard_to_its_end(
    server: Server, client: Client
) -> None:
    async with streaming(client, "gone") as ours:
        created = await ours.start(
            actions=[
                {"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": ["a@example.com"]}}
            ]
        )
        for _ in range(3):
            await ours.send(SECOND)
        await ours.send({"type": "stop_request"})
    path = f"/v1/conversations/{conversation_of(created)}"
    await completed(client, path)
    messages = (await client.get(f"{path}/messages"))["messages"]
    assert [one["text"] for one in messages] == [HELLO.text, ASK.text]
    await until(lambda: bool(list((server.settings.home / "mail" / "new").glob("*"))))


async def test_a_client_that_comes_back_in_time_goes_on_in_its_conversation(
    server: Server, client: Client
) -> None:
    async with streaming(client, "back") as ours:
        first = await ours.start(speaker=ANNA, noConnectionTimeout=30)
        await ours.send(SECOND)
        await ours.until("message_response")
    async with streaming(client, "back") as again:
        second = await again.start(speaker=ANNA, noConnectionTimeout=30)
        assert conversation_of(second) == conversation_of(first)
        await again.send(SECOND)
        await again.until("message_response")
        await again.send({"type": "stop_request"})
        await again.rest()
    (message,) = again.messages
    assert message["from"]["id"] == ours.messages[0]["from"]["id"]
    async with streaming(client, "back") as later:
        assert conversation_of(await later.start()) != conversation_of(first)
        await later.send({"type": "stop_request"})
        await later.rest()
    status = await client.get("/v1/calls/back")
    assert status["conversationId"] == conversation_of(later.frames[0])


async def test_of_many_that_wait_for_a_client_the_oldest_end(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earwitness.calls.streams.MOST_LINGERING", 2)

    async def leave(stream_id: str) -> str:
        async with streaming(client, stream_id) as ours:
            created = await ours.start(noConnectionTimeout=1800)
            await ours.send(SECOND)
        await until(lambda: server._live.load == 0)
        return f"/v1/conversations/{conversation_of(created)}"

    first, second = await leave("1"), await leave("2")
    assert await leave("1") == first, "it waits anew"
    third = await leave("3")
    assert await leave("2") == second
    async with streaming(client, "4") as ours:
        fourth = f"/v1/conversations/{conversation_of(await ours.start())}"
        await completed(client, first)
        states = [(await client.get(path))["state"] for path in (first, second, third, fourth)]
        assert states == ["completed", "active", "active", "active"]
        assert [one["text"] for one in (await client.get(f"{first}/messages"))["messages"]] == [
            HELLO.text
        ] * 2


async def test_a_stop_may_leave_the_connection_open(client: Client) -> None:
    async with streaming(client, "kept") as ours:
        first = await ours.start(disconnectOnStopRequest=False, disconnectOnStopRequestTimeout=30)
        await ours.send(SECOND)
        await ours.send({"type": "stop_request"})
        await ours.until("recognition_stopped")
        assert "conversation_completed" not in ours.kinds
        assert ours.texts == [HELLO.text]
        await ours.send(SECOND)
        second = await ours.start()
        assert conversation_of(first) == conversation_of(second)
        await ours.send(SECOND)
        await ours.send({"type": "stop_request"})
        await ours.rest()
    assert ours.texts == [HELLO.text, HELLO.text]
    assert ours.kinds[-2:] == ["conversation_completed", "recognition_stopped"]


async def test_silence_stands_in_for_a_client_that_stalls(
    client: Client, recognizer: ScriptedRecognizer
) -> None:
    async with streaming(client, "stall") as ours:
        await ours.start()
        await ours.send(SECOND[: int(0.5 * 32_000)])
        await ours.until("message_response")
        stalled_s = recognizer.streams[0].heard_s
        await ours.send(SECOND)
        await ours.send({"type": "stop_request"})
        await ours.rest()
    assert ours.texts[0] == HELLO.text
    assert stalled_s >= 1.2
    assert stalled_s + 1.0 <= recognizer.streams[0].heard_s <= stalled_s + 2.0, "it goes on at the wall clock"


async def test_other_audio_on_request(client: Client, recognizer: ScriptedRecognizer) -> None:
    async with streaming(client, "modified") as ours:
        await ours.start(config={"speechRecognition": {"encoding": "LINEAR16", "sampleRateHertz": 44100}})
        await ours.send(b"\0" * 88_200)
        await ours.send(
            {"type": "modify_request", "speechRecognition": {"encoding": "mulaw", "sampleRateHertz": 8000}}
        )
        modified = await ours.until("session_modified")
        assert modified["message"]["data"]["speechRecognition"]["sampleRateHertz"] == 8000
        await ours.send(b"\xff" * 8_000)
        await ours.send({"type": "stop_request"})
        await ours.rest()
    assert recognizer.streams[0].pushed_s == pytest.approx(2.0, abs=0.01)


async def test_audio_that_inflates_is_left_out(client: Client, recognizer: ScriptedRecognizer) -> None:
    silence = [b"\x18"] * 255  # packets of 60 ms
    async with streaming(client, "opus") as ours:
        await ours.start(config={"speechRecognition": {"encoding": "OPUS", "sampleRateHertz": 48_000}})
        await ours.send(ogg_page([b"OpusHead"]) + b"".join(ogg_page(silence) for _ in range(8)))
        assert "more than 120 s of audio" in (await ours.until("error"))["message"]["message"]
        await ours.send(ogg_page(silence[:50]))
        await ours.send({"type": "stop_request"})
        await ours.rest()
    assert ours.texts == [HELLO.text, ASK.text]
    assert recognizer.streams[0].pushed_s == pytest.approx(3.0, abs=0.01)


async def test_the_end_of_a_flac_stream_does_not_inflate(
    client: Client, recognizer: ScriptedRecognizer
) -> None:
    async with streaming(client, "flac") as ours:
        await ours.start(config={"speechRecognition": {"encoding": "FLAC"}})
        await ours.send(flac_of_silence(40))
        await ours.send({"type": "stop_request"})
        await ours.rest()
    assert ours.kinds[-2:] == ["conversation_completed", "recognition_stopped"]
    assert recognizer.streams[0].pushed_s <= 120


async def test_nonsense_is_answered_and_changes_nothing(client: Client) -> None:
    nonsense: list[Any] = [
        "no JSON",
        [1, 2],
        {},
        {"type": "bookmark_request", "operation": "create"},
        {"type": "stop_request"},
        {"type": "modify_request", "speechRecognition": {"sampleRateHertz": 8000}},
        {"type": "start_request", "config": {"speechRecognition": {"encoding": "MP3"}}},
        {"type": "start_request", "config": {"speechRecognition": {"sampleRateHertz": 7}}},
        {"type": "start_request", "noConnectionTimeout": "soon"},
    ]
    async with streaming(client, "odd") as ours:
        await ours.send(SECOND)
        for frame in nonsense:
            await ours.send(frame)
            await ours.until("error")
        await ours.send("__PING__")
        assert await asyncio.wait_for(ours.socket.recv(), 5) == "__PONG__"
        await ours.start()
        await ours.send({"type": "start_request"})
        await ours.until("error")
        await ours.send(np.zeros(400_000, np.int16).tobytes())
        await ours.send({"type": "stop_request"})
        await ours.rest()
    assert ours.texts == [HELLO.text, ASK.text], "audio before the start is not heard"


async def test_a_client_that_never_starts_is_let_go(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("earwitness.api.live.streaming._STARTED_WITHIN_S", 0.2)
    async with streaming(client, "idle") as ours, streaming(client, "busy") as other:
        await other.start()
        await ours.send("__PING__")
        assert await ours.socket.recv() == "__PONG__"
        await ours.rest()
        assert "no start_request" in ours.frames[-1]["message"]["message"]
        assert ours.socket.close_code == 1000
        await other.send(SECOND)
        await other.until("message_response")
        await other.send({"type": "stop_request"})
        await other.rest()
    assert (await client.get("/v1/conversations"))["conversations"][0]["connectionId"] == "busy"


async def test_who_may_not_stream_is_refused_at_the_door(server: Server, client: Client) -> None:
    url = f"{server.url}/v1/streaming/x"
    assert (await refusal_of(url, {"X-API-KEY": "no"})).status_code == 401
    headers = {"X-API-KEY": client.token}
    assert (await refusal_of(f"{server.url}/v1/streaming/{'x' * 300}", headers)).status_code == 400
    async with streaming(client, "1") as one, streaming(client, "2") as two, streaming(client, "3") as three:
        for each in (one, two, three):
            await each.start()
        assert (await refusal_of(url, headers)).status_code == 429
        for each in (one, two, three):
            await each.send({"type": "stop_request"})
            await each.rest()
    await until(lambda: server.streams._sessions == set())


async def test_a_shutdown_completes_what_goes_on(tmp_path: Path, recognizer: ScriptedRecognizer) -> None:
    async with running_server(tmp_path / "home", recognizer) as server:
        client = await client_of(server)
        async with streaming(client, "cut") as ours:
            created = await ours.start()
            await ours.send(SECOND)
            await ours.until("message_response")
            await server.streams.aclose()
            await ours.rest()
        assert ours.kinds[-2:] == ["conversation_completed", "recognition_stopped"]
        assert (await client.get(f"/v1/conversations/{conversation_of(created)}"))["state"] == "completed"


async def test_bookmarks_are_made_while_it_is_heard(client: Client) -> None:
    async with streaming(client, "s") as ours:
        await ours.send({"type": "bookmark_request", "operation": "create", "label": "Too early"})
        assert "start_request" in (await ours.until("error"))["message"]["message"]
        path = f"/v1/conversations/{conversation_of(await ours.start())}"
        await ours.send(SECOND)
        message_id = (await ours.until("message_response"))["messages"][0]["id"]
        request = {"type": "bookmark_request", "operation": "create", "label": "Hello", "description": "d"}
        await ours.send({**request, "beginTimeOffset": 0, "duration": 1, "user": {"name": "Eve"}})
        frame = await ours.until("bookmark_kept")
        timed = frame["message"]["data"]["bookmark"]
        assert (timed["label"], timed["user"], timed["duration"]) == ("Hello", {"name": "Eve"}, 1)
        assert frame["sequenceNumber"] > 0
        await ours.send({**request, "bookmark": {"label": "In it", "messageRefs": [{"id": message_id}]}})
        marked = (await ours.until("bookmark_kept"))["message"]["data"]["bookmark"]
        assert (marked["label"], marked["messageRefs"]) == ("In it", [{"id": message_id}])
        renamed = {**request, "operation": "update", "id": timed["id"], "label": "Hi"}
        await ours.send({**renamed, "beginTimeOffset": 0, "duration": 2})
        assert (await ours.until("bookmark_kept"))["message"]["data"]["bookmark"]["label"] == "Hi"
        shown = (await client.get(f"{path}/bookmarks"))["bookmarks"]
        assert [(one["id"], one["label"]) for one in shown] == [(timed["id"], "Hi"), (marked["id"], "In it")]
        await ours.send({**request, "operation": "delete", "id": marked["id"]})
        assert (await ours.until("bookmark_removed"))["message"]["data"]["bookmarkId"] == marked["id"]
        for wrong, why in (
            ({"label": "l"}, "messageRefs"),
            ({"operation": "update", "beginTimeOffset": 0, "duration": 1}, "id: required"),
            ({"operation": "delete", "id": "1"}, "no bookmark"),
            ({"messageRefs": [{"id": "1"}]}, "no message"),
            ({"operation": "paint"}, "operation"),
        ):
            await ours.send({**request, **wrong})
            assert why in (await ours.until("error"))["message"]["message"]
        await ours.send({"type": "stop_request"})
        await ours.rest()
        assert ours.kinds[-2:] == ["conversation_completed", "recognition_stopped"]
    assert [one["label"] for one in (await client.get(f"{path}/bookmarks"))["bookmarks"]] == ["Hi"]


async def test_a_summary_can_be_had_while_it_is_heard(tmp_path: Path) -> None:
    said = Line(0.1, 0.9, "The pilot launch in Berlin went really well this week.")
    async with running_server(tmp_path, ScriptedRecognizer({"stream-1": [said]})) as server:
        client = await client_of(server)
        async with streaming(client, "s") as ours:
            path = f"/v1/conversations/{conversation_of(await ours.start())}"
            await ours.send(SECOND)
            await ours.until("message_response")
            assert (await client.get(f"{path}/summary"))["summary"] == []
            asked = (await client.get(f"{path}/summary?refresh=true"))["summary"]
            assert [item["text"] for item in asked] == [said.text]
            shown = (await ours.until("summary_created"))["message"]["data"]["summary"]
            assert shown == (await client.get(f"{path}/summary"))["summary"] == asked
            await ours.send({"type": "stop_request"})
            await ours.rest()
