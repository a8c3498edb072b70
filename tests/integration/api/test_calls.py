"""Stopping calls and pushing events, more often and later than makes sense."""

import asyncio
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from earwitness.calls.seams import PushedEvent
from earwitness.cli.errors import CliError
from tests.support.calls import to
from tests.support.far_end import far_end
from tests.support.live import Busy, placed
from tests.support.sockets import open_socket

STARTED: dict[str, Any] = {
    "topic": "speaker",
    "type": "started_speaking",
    "user": {"userId": "ann@example.com", "name": "Ann"},
}


async def test_stopping_again_changes_nothing(busy: Busy) -> None:
    actions = [{"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": ["a@example.com"]}}]
    async with far_end() as peer, placed(busy.client, peer.uri, actions=actions) as call:
        taken = await peer.taken()
        await taken.speak(1)
        await call.hears(1)
        first = await call.stop()
        second = await busy.client.stop(call.id)
    assert first["connectionId"] == call.id
    assert [entry["user"]["userId"] for entry in first["summaryInfo"]] == ["a@example.com"]
    for reply in (first, second):
        for entry in reply["summaryInfo"]:
            del entry["user"]["id"]
    assert first == second


async def test_a_call_that_the_far_end_ended_can_be_stopped(busy: Busy) -> None:
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await call.reaches("answered")
        taken.call.hangup()
        await call.ends()
        assert (await busy.client.stop(call.id))["conversationId"]


async def test_after_a_quarter_of_an_hour_there_is_nothing_to_stop(busy: Busy) -> None:
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        await peer.taken()
        await call.stop()
    _end_earlier(busy, call.id, minutes=14)
    await busy.client.stop(call.id)
    _end_earlier(busy, call.id, minutes=1)
    with pytest.raises(CliError, match="HTTP 404"):
        await busy.client.stop(call.id)
    assert (await call.status())["state"] == "ended"
    assert [frame async for frame in busy.client.frames(call.followed.connection)]


def _end_earlier(busy: Busy, connection_id: str, minutes: int) -> None:
    with sqlite3.connect(busy.server.settings.home / "earwitness.db") as database:
        database.execute(
            "UPDATE conversations SET ended_at = datetime(ended_at, ?) WHERE connection_id = ?",
            (f"-{minutes} minutes", connection_id),
        )
    database.close()


async def test_bad_events_are_refused_and_do_not_end_the_call(busy: Busy) -> None:
    wrong: list[tuple[Any, str]] = [
        ([], "must be a JSON object"),
        ({}, "type: required"),
        ({**STARTED, "type": "sneezed"}, "type: Input should be 'started_speaking'"),
        ({**STARTED, "topic": "weather"}, "topic: Input should be 'speaker'"),
        ({**STARTED, "user": None}, "user.userId is required"),
        ({**STARTED, "user": {}}, "user.userId is required"),
        ({**STARTED, "user": "Ann"}, "user: must be a JSON object"),
        ({**STARTED, "user": {"userId": 5}}, "user.userId: must be a string"),
        ({**STARTED, "user": {"userId": "x" * 1001}}, "user.userId:"),
        ({**STARTED, "user": {"userId": "\0"}}, "NUL"),
        ({**STARTED, "timestamp": "noon"}, "timestamp:"),
        ({**STARTED, "timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp: must be between the years"),
        ({**STARTED, "timestamp": 1e300}, "timestamp:"),
    ]
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(1)
        url = call.followed.connection["eventUrl"]
        for event, why in wrong:
            with pytest.raises(CliError) as refused:
                await busy.client.push(url, event)
            assert why in str(refused.value)
            assert "HTTP 400" in str(refused.value)
        for event in (
            STARTED,
            {**STARTED, "type": " STOPPED_SPEAKING ", "timestamp": "2020-01-01T00:00:00"},
            {"type": "stopped"},
        ):
            await busy.client.push(url, event)
        await taken.speak(1)
        await call.hears(2)
        await call.stop()
        assert len(call.followed.wrapped("speaker_event")) == 3
        assert len(call.followed.wrapped("member_joined")) == 1
        with pytest.raises(CliError, match="HTTP 404"):
            await busy.client.push(url, STARTED)


async def test_events_bring_in_only_so_many_people(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("earwitness.calls.roster.MOST_BY_EVENTS", 3)

    def names(user_id: str) -> dict[str, Any]:
        return {**STARTED, "user": {"userId": user_id}}

    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        url = call.followed.connection["eventUrl"]
        for early in range(5):
            await busy.client.push(url, names(f"early-{early}@example.com"))
        await taken.speak(1)
        await call.hears(1)
        with pytest.raises(CliError, match=r"named 3 people .*HTTP 409"):
            await busy.client.push(url, names("late@example.com"))
        headers = {"X-API-KEY": busy.client.token}
        async with open_socket(call.followed.connection["resultWebSocketUrl"], headers) as ours:
            await ours.send(json.dumps(names("late@example.com")))
            async with asyncio.timeout(20):
                while "named 3 people" not in str(await ours.recv()):
                    pass
        await busy.client.push(url, names("early-0@example.com"))
        await taken.speak(1)
        await call.hears(2)
        await call.stop()
        assert len(call.followed.wrapped("member_joined")) == 3
        assert len(call.followed.wrapped("speaker_event")) == 4


async def test_a_conversation_takes_only_so_many_speaker_events(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        url = call.followed.connection["eventUrl"]
        await taken.speak(1)
        await call.hears(1)
        monkeypatch.setattr("earwitness.calls.speaker_room.MOST_SPEAKER_EVENTS", 4)
        for _ in range(2):
            await busy.client.push(url, STARTED)
        path = f"{call.followed.conversation}/speakers"
        event = {"type": "started_speaking", "user": {"name": "Bo"}, "offset": {"seconds": 0}}
        await busy.client._ask("PUT", path, {"speakerEvents": [event, event]})
        with pytest.raises(CliError, match=r"at most 4 speaker events, .*HTTP 409"):
            await busy.client.push(url, STARTED)
        headers = {"X-API-KEY": busy.client.token}
        async with open_socket(call.followed.connection["resultWebSocketUrl"], headers) as ours:
            await ours.send(json.dumps(STARTED))
            async with asyncio.timeout(20):
                while "at most 4 speaker events" not in str(await ours.recv()):
                    pass
        await taken.speak(1)
        await call.hears(2)
        await call.stop()
        assert len(call.followed.wrapped("speaker_event")) == 4
        with pytest.raises(CliError, match=r"this one has 4 by now.*HTTP 409"):
            await busy.client._ask("PUT", path, {"speakerEvents": [event]})


async def test_events_before_the_media_wait_within_bounds(busy: Busy) -> None:
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        app_id = busy.server.tokens.app_of(busy.client.token)
        for _ in range(1200):
            event = PushedEvent("started_speaking", datetime.now(UTC), user_id="ann@example.com")
            await busy.server.calls.push(app_id, call.id, event)
        await taken.speak(1)
        await call.hears(1)
        await call.stop()
        assert len(call.followed.wrapped("speaker_event")) == 1000


async def test_who_answered_is_told_where_it_is_asked_for(busy: Busy) -> None:
    wanted = [{"intent": "Answering_Machine", "silenceTimeout": 2}, {"intent": "interested"}]
    async with far_end() as peer, placed(busy.client, peer.uri, intents=wanted) as call:
        taken = await peer.taken()
        await taken.speak(1)
        await call.hears(1)
        await call.stop()
        (frame,) = call.followed.of("intent_response")
        (stored,) = (await busy.client.get(f"{call.followed.conversation}/intents"))["intents"]
    assert frame["intent"] == {
        "intent": "answering_machine",
        "subIntent": "answered_by_human",
        "score": 0.7,
        "text": "Sentence 0 was said.",
        "alternatives": [],
    }
    assert stored.items() > frame["intent"].items()
    assert (stored["type"], stored["messageIds"], stored["entities"]) == (
        "answered_by_human",
        [],
        [],
    )


async def test_a_running_conversation_cannot_be_deleted(busy: Busy) -> None:
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        await peer.taken()
        with pytest.raises(CliError, match="stop its call"):
            await busy.client._ask("DELETE", call.followed.conversation)
        await call.stop()
        await busy.client._ask("DELETE", call.followed.conversation)
        with pytest.raises(CliError, match="HTTP 404"):
            await busy.client.get(call.followed.conversation)
        with pytest.raises(CliError, match="HTTP 404"):
            await busy.client.stop(call.id)


async def test_a_language_that_cannot_be_heard_is_refused_with_those_that_can(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = replace(busy.recognizer.capabilities, languages=("en",))
    monkeypatch.setattr(busy.recognizer, "capabilities", english)
    wanted: list[dict[str, Any]] = [
        {"languages": ["fr-FR"]},
        {"languages": [{"code": "fr-FR"}, "en-US"]},
        {"endpoint": {"language": "fr-FR"}},
    ]
    for fields in wanted:
        with pytest.raises(CliError, match="'fr-FR' cannot be transcribed here; there is en"):
            await busy.client.start(to("sip:a@127.0.0.1:9", **fields))
