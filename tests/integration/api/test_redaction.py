"""Personal data are hidden before anything is kept on disk, or in one answer alone."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from earwitness.cli.client import Client
from earwitness.server import Server
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.jobs import ended
from tests.support.server import client_of, running_server
from tests.support.streams import SECOND, streaming

NAOMI = {"name": "Naomi Ryan", "userId": "1"}
SAID = [
    "My name is Naomi Ryan and my card is 4111 1111 1111 1111.",
    "Please call me at five five five, one two one two. Can you do that by Friday?",
    "Or write to naomi dot ryan at example dot com.",
]
SECRETS = [b"4111 1111", b"one two one two", b"naomi dot", b"naomi.ryan"]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "home", ScriptedRecognizer({})) as server:
        yield server


async def read(client: Client, path: str = "/v1/process/text", method: str = "POST", **options: Any) -> str:
    """Have a text read; returns the id of its conversation."""
    messages = [{"payload": {"content": content}, "from": NAOMI} for content in SAID]
    async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
        reply = await http.request(
            method,
            client.base_url + path,
            headers={"X-API-KEY": client.token},
            json={"messages": messages, **options},
        )
    assert reply.status_code == 201, reply.text
    job = await ended(client, reply.json()["jobId"])
    assert job["status"] == "completed", job
    conversation_id: str = reply.json()["conversationId"]
    return conversation_id


def kept(home: Path) -> bytes:
    """All that is on disk."""
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize("wanted", [{"redactContent": True}, True, "true"])
async def test_a_redacted_text_leaves_no_trace(server: Server, tmp_path: Path, wanted: object) -> None:
    client = await client_of(server)
    conversation_id = await read(client, redaction=wanted)
    await read(client, f"/v1/process/text/{conversation_id}", "PUT")
    messages = (await client.get(f"/v1/conversations/{conversation_id}/messages?verbose=true"))["messages"]
    assert [message["text"] for message in messages[:4]] == [
        "My name is [PERSON_NAME] and my card is [CREDIT_CARD].",
        "Please call me at [PHONE_NUMBER].",
        "Can you do that by Friday?",
        "Or write to [EMAIL_ADDRESS].",
    ]
    assert len(messages) == 8, "what is added is redacted too"
    data = kept(tmp_path / "home")
    assert b"[CREDIT_CARD]" in data
    assert [secret for secret in SECRETS if secret in data] == []


@pytest.mark.parametrize("wanted", ["yes please", {"redactcontent": True}, {"redactContent": "on"}])
async def test_what_nobody_understands_is_refused(server: Server, tmp_path: Path, wanted: object) -> None:
    client = await client_of(server)
    messages = [{"payload": {"content": content}, "from": NAOMI} for content in SAID]
    call = {"operation": "start", "endpoint": {"type": "sip", "uri": "sip:nobody@127.0.0.1:9"}}
    async with httpx.AsyncClient(timeout=20, trust_env=False, headers={"X-API-KEY": client.token}) as http:
        for path, body in (
            ("/v1/process/text", {"messages": messages}),
            ("/v1/process/audio/url", {"url": "http://127.0.0.1:9/a.wav"}),
            ("/v1/endpoint:connect", call),
        ):
            reply = await http.post(server.url + path, json={**body, "redaction": wanted})
            assert (reply.status_code, reply.json()["message"][:9]) == (400, "redaction"), path
        query = {"redaction": json.dumps(wanted)}
        reply = await http.post(server.url + "/v1/process/audio", params=query, content=b"")
        assert (reply.status_code, reply.json()["message"][:9]) == (400, "redaction")
    async with streaming(client, "s") as ours:
        await ours.send({"type": "start_request", "config": {"redaction": wanted}})
        assert (await ours.until("error"))["message"]["message"].startswith("config.redaction")
    assert b"Naomi Ryan" not in kept(tmp_path / "home")


async def test_the_owner_of_the_server_may_ask_for_it(tmp_path: Path) -> None:
    options = {"redact": True, "redact_exclude": "PERSON_NAME"}
    async with running_server(tmp_path / "home", ScriptedRecognizer({}), **options) as server:
        client = await client_of(server)
        conversation_id = await read(client)
        messages = (await client.get(f"/v1/conversations/{conversation_id}/messages"))["messages"]
    assert messages[0]["text"] == "My name is Naomi Ryan and my card is [CREDIT_CARD]."
    data = kept(tmp_path / "home")
    assert [secret for secret in SECRETS if secret in data] == []


async def test_messages_tell_what_they_hold_if_asked_to(server: Server) -> None:
    client = await client_of(server)
    path = f"/v1/conversations/{await read(client, redaction={'identifyContent': True})}/messages"
    (first, *_) = (await client.get(path))["messages"]
    assert [(one["type"], one["text"], one["offset"]) for one in first["entities"]] == [
        ("PERSON_NAME", "Naomi Ryan", 11),
        ("CREDIT_CARD", "4111 1111 1111 1111", 37),
    ]
    (first, *_) = (await client.get(f"{path}?redact=true"))["messages"]
    assert "entities" not in first


async def test_one_answer_alone(server: Server) -> None:
    client = await client_of(server)
    conversation_id = await read(client)
    path = f"/v1/conversations/{conversation_id}/messages"
    plain = (await client.get(path))["messages"]
    assert plain[0]["text"] == SAID[0]
    (first, *_) = (await client.get(f'{path}?redact=true&verbose=true&exclude=["PERSON_NAME"]'))["messages"]
    assert first["text"] == "My name is Naomi Ryan and my card is [CREDIT_CARD]."
    assert [word["word"] for word in first["words"]][-2:] == ["is", "[CREDIT_CARD]."]


async def test_a_stream_shows_and_keeps_nothing(tmp_path: Path) -> None:
    lines = [
        Line(0.1, 2.4, "My card is four one one one, one one one one, one one one one, one one one one."),
        Line(2.6, 4.4, "Can you write to naomi at example dot com?"),
    ]
    recognizer = ScriptedRecognizer({"stream-1": lines}, partial_interval_s=0.3)
    config = {"redaction": {"redactContent": True}, "detectEntities": True}
    async with running_server(tmp_path / "home", recognizer) as server:
        client = await client_of(server)
        async with streaming(client, "s") as ours:
            await ours.start(config=config, insightTypes=["question", "action_item"])
            for _ in range(5):
                await ours.send(SECOND)
            await ours.send({"type": "stop_request"})
            await ours.rest()
    assert ours.texts == ["My card is [CREDIT_CARD].", "Can you write to [EMAIL_ADDRESS]?"]
    shown = json.dumps(ours.frames).encode() + kept(tmp_path / "home")
    assert {"entity_response", "insight_response"} <= set(ours.kinds)
    assert [secret for secret in (b"one one", b"example dot") if secret in shown] == []
