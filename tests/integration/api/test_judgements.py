"""What is computed when it is asked for: call score, abstract topics, sentiment and parents of topics."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from earwitness.cli.client import Client
from earwitness.server import Server
from earwitness.testing.scripted import ScriptedRecognizer
from tests.support.jobs import ended
from tests.support.server import client_of, running_server

TALK = [
    ("Anna", "Did the doctor see the patient in the hospital?"),
    ("Vikram", "Yes, the patient was happy with the nurse and the new medicine."),
    ("Anna", "Great, I will send the hospital a report by Friday."),
]


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with running_server(tmp_path_factory.mktemp("home"), ScriptedRecognizer({})) as server:
        yield server


@pytest.fixture(scope="module")
async def conversation(server: Server) -> tuple[Client, str]:
    client = await client_of(server)
    messages = [{"payload": {"content": said}, "from": {"name": name}} for name, said in TALK]
    reply = await ask(client, "POST", "/v1/process/text", json={"messages": messages})
    await ended(client, reply["jobId"])
    return client, f"/v1/conversations/{reply['conversationId']}"


async def ask(client: Client, method: str, path: str, **given: Any) -> Any:
    async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
        headers = {"X-API-KEY": client.token}
        reply = await http.request(method, client.base_url + path, headers=headers, **given)
    assert reply.status_code in (200, 201), reply.text
    return reply.json()


async def test_a_call_has_a_score_with_criteria(conversation: tuple[Client, str]) -> None:
    client, path = conversation
    judged = await ask(client, "GET", f"{path}/callscore")
    assert judged.keys() == {"score", "summary", "criteria"}
    assert 0 < judged["score"] <= 100
    for criterion in judged["criteria"]:
        assert criterion.keys() == {"name", "score", "summary", "feedback"}
        assert criterion["feedback"].keys() == {"positive", "negative"}
        assert all(isinstance(feedback["summary"], str) for feedback in criterion["feedback"].values())
    assert {criterion["name"] for criterion in judged["criteria"]} >= {"Talk balance", "Forward motion"}


async def test_the_statuses_say_that_all_is_done(conversation: tuple[Client, str]) -> None:
    client, path = conversation
    status = await ask(client, "GET", f"{path}/callscore/status")
    assert status == {"jobId": status["jobId"], "status": "completed"}
    assert status == await ask(client, "GET", f"{path}/callscore/status")
    assert await ask(client, "GET", f"{path}/lm-insights/status") == {"status": "completed"}


async def test_themes_are_abstract_topics(conversation: tuple[Client, str]) -> None:
    client, path = conversation
    found = await ask(client, "GET", f"{path}/abstract-topics")
    (theme,) = found["abstractTopics"]
    assert (theme["text"], theme["type"]) == ("Health and medicine", "abstract_topic")
    assert 0 < theme["score"] < 1
    messages = (await ask(client, "GET", f"{path}/messages"))["messages"]
    assert theme["messageIds"] == [message["id"] for message in messages]
    assert found == await ask(client, "GET", f"{path}/abstract-topics")


async def test_topics_name_their_parents_and_sentiment_when_asked(conversation: tuple[Client, str]) -> None:
    client, path = conversation
    plain = {topic["text"]: topic for topic in (await ask(client, "GET", f"{path}/topics"))["topics"]}
    assert all(topic["parentRefs"] == [] and "sentiment" not in topic for topic in plain.values())
    query = "?sentiment=true&parentRefs=true"
    full = {topic["text"]: topic for topic in (await ask(client, "GET", f"{path}/topics{query}"))["topics"]}
    assert full.keys() == plain.keys()
    assert full["patient"]["parentRefs"] == [{"type": "topic", "text": "hospital stay"}]
    assert full["hospital stay"]["parentRefs"] == []
    felt = full["patient"]["sentiment"]
    assert felt.keys() == {"polarity", "suggested"}
    assert -1 <= felt["polarity"]["score"] <= 1
