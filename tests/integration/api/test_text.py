"""Texts sent to the Async API."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from earwitness.cli.client import Client
from earwitness.conversation.insight import WORTH_READING
from earwitness.delivery.summary_view import view
from earwitness.server import Server
from earwitness.testing.scripted import ScriptedRecognizer
from earwitness.web.content import page_content
from tests.support.jobs import ended
from tests.support.live import error_log, until
from tests.support.server import client_of, running_server
from tests.support.sockets import open_socket
from tests.support.webhooks import webhooks

JOHN = {"name": "John", "userId": "john@example.com"}
MEETING: dict[str, Any] = {
    "name": "Business Meeting",
    "confidenceThreshold": 0.6,
    "detectPhrases": "true",
    "entities": [{"customType": "Executive", "value": "Marketing director", "text": "Marketing director"}],
    "trackers": [{"name": "Promotion", "vocabulary": ["special promotion", "discount"]}],
    "metadata": {"salesStage": "qualification"},
    "messages": [
        {
            "payload": {
                "content": "I will send the plan by Friday. Is that okay?",
                "contentType": "text/plain",
            },
            "from": JOHN,
            "duration": {"startTime": "2020-07-21T16:04:19.99Z", "endTime": "2020-07-21T16:04:24.99Z"},
        },
        {
            "payload": {"content": "Yes, we have a special promotion."},
            "from": {"name": "Mary", "email": "mary@example.com"},
            "duration": {"startTime": "2020-07-21T16:04:26Z", "endTime": "2020-07-21T16:04:28Z"},
        },
    ],
}


def text(*contents: str, **options: Any) -> dict[str, Any]:
    return {"messages": [{"payload": {"content": content}} for content in contents], **options}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    with error_log() as errors:
        async with running_server(
            tmp_path / "home", ScriptedRecognizer({}), url_allow="127.0.0.0/8", max_text_bytes=100_000
        ) as server:
            yield server
    assert errors.lines == []


@pytest.fixture
async def client(server: Server) -> Client:
    return await client_of(server)


async def ask(client: Client, method: str, path: str, **given: Any) -> httpx.Response:
    async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
        headers = {"X-API-KEY": client.token}
        return await http.request(method, client.base_url + path, headers=headers, **given)


async def read(client: Client, body: dict[str, Any], append_to: str | None = None) -> str:
    """Have a text read; returns the path of its conversation."""
    method, path = ("PUT", f"/v1/process/text/{append_to}") if append_to else ("POST", "/v1/process/text")
    reply = await ask(client, method, path, json=body)
    assert reply.status_code == 201, reply.text
    assert reply.json().keys() == {"conversationId", "jobId"}
    job = await ended(client, reply.json()["jobId"])
    assert job["status"] == "completed", job
    return f"/v1/conversations/{reply.json()['conversationId']}"


async def test_a_text_becomes_a_conversation(server: Server, client: Client) -> None:
    path = await read(client, MEETING)
    messages = (await client.get(f"{path}/messages?verbose=true"))["messages"]
    assert [one["text"] for one in messages] == [
        "I will send the plan by Friday.",
        "Is that okay?",
        "Yes, we have a special promotion.",
    ]
    assert [one["from"].get("email") for one in messages] == ["john@example.com"] * 2 + ["mary@example.com"]
    assert {one["speakerSource"] for one in messages} == {"given"}
    assert messages[0]["startTime"] == "2020-07-21T16:04:19.990Z"
    assert messages[1]["endTime"] == "2020-07-21T16:04:24.990Z"
    assert (messages[2]["timeOffset"], messages[2]["duration"]) == (6.01, 2.0)
    assert [word["word"] for word in messages[1]["words"]] == ["Is", "that", "okay?"]
    head = await client.get(path)
    assert (head["name"], head["state"]) == ("Business Meeting", "completed")
    assert (head["startTime"], head["endTime"]) == ("2020-07-21T16:04:19.990Z", "2020-07-21T16:04:28.000Z")
    assert head["metadata"] == {"salesStage": "qualification"}
    assert [one["name"] for one in head["members"]] == ["John", "Mary"]
    item = (await client.get(f"{path}/action-items"))["actionItems"][0]
    assert item["text"] == "John will send the plan by Friday."
    assert item["assignee"]["name"] == "John"
    assert item["dueBy"].startswith("2020-07-24"), "counted from when it was said"
    assert list((server.settings.home / "recordings").iterdir()) == []


async def test_dates_of_action_items_are_written_as_the_contract_has_them(client: Client) -> None:
    path = await read(client, text("I will call Mary on Friday afternoon.", timezone="Asia/Tokyo"))
    (item,) = (await client.get(f"{path}/action-items"))["actionItems"]
    assert item["dueBy"].endswith("T15:00:00.000Z"), "midnight in Tokyo"
    (when,) = [one for one in item["entities"] if one["type"] != "person"]
    day = (datetime.fromisoformat(item["dueBy"]) + timedelta(hours=9)).date()
    assert when == {
        "type": "datetimerange",
        "text": "Friday afternoon",
        "offset": item["text"].index("Friday"),
        "start": f"{day} 12:00:00",
        "end": f"{day} 17:00:00",
    }


async def test_options_are_kept_and_later_ones_are_added(server: Server, client: Client) -> None:
    path = await read(client, MEETING)
    conversation_id = path.rsplit("/", 1)[-1]
    more = text(
        "And more.",
        detectEntities=True,
        confidenceThreshold=0.9,
        trackers=[{"name": "Price", "vocabulary": ["cost"]}],
        customEntities=MEETING["entities"],
    )
    await read(client, more, conversation_id)
    content = await server.store.conversations.content(conversation_id)
    assert content is not None
    request = content.record.request
    assert [one["name"] for one in request["trackers"]] == ["Promotion", "Price"]
    assert request["entities"] == MEETING["entities"]
    assert (request["detectPhrases"], request["detectEntities"]) == (True, True)
    assert request["confidenceThreshold"] == 0.9
    assert "messages" not in request
    assert (await client.get(path))["name"] == "Business Meeting"


async def test_what_has_no_time_comes_now_and_then_at_the_end(client: Client) -> None:
    before = datetime.now(UTC)
    path = await read(client, text("one two three four five", "six seven eight nine ten"))
    await read(client, text("eleven"), path.rsplit("/", 1)[-1])
    messages = (await client.get(f"{path}/messages"))["messages"]
    assert (
        before - timedelta(seconds=1) < datetime.fromisoformat(messages[0]["startTime"]) < datetime.now(UTC)
    )
    assert [(one["timeOffset"], one["duration"]) for one in messages] == [(0, 2), (2, 2), (4, 0.4)]
    assert all(one["from"] == {} for one in messages)


async def test_the_same_person_is_one_member_however_little_is_said_of_them(client: Client) -> None:
    people: list[Any] = [
        {"userId": "ann@x.org"},
        {"email": "ANN@x.org", "name": "Ann"},
        {"name": "Bob"},
        {"id": "7", "name": "Bob"},
        "bob",
        {},
        None,
        [],
    ]
    messages = [{"payload": {"content": f"Text {n}"}, "from": one} for n, one in enumerate(people)]
    path = await read(client, {"messages": messages})
    said = [one["from"] for one in (await client.get(f"{path}/messages"))["messages"]]
    assert [one.get("name") for one in said] == ["Ann", "Ann", "Bob", "Bob", "Bob", None, None, None]
    assert len((await client.get(f"{path}/members"))["members"]) == 3
    again = {"messages": [{"payload": {"content": "More"}, "from": {"userId": "ann@x.org", "name": "A."}}]}
    await read(client, again, path.rsplit("/", 1)[-1])
    assert len((await client.get(f"{path}/members"))["members"]) == 3


async def test_a_time_before_the_beginning_is_told_as_it_is(client: Client) -> None:
    path = await read(client, MEETING)
    early: dict[str, Any] = text("Before it all.")
    early["messages"][0]["duration"] = {
        "startTime": "2020-07-21T16:04:09.99Z", "endTime": "2020-07-21T16:04:11Z"
    }  # fmt: skip
    await read(client, early, path.rsplit("/", 1)[-1])
    messages = (await client.get(f"{path}/messages"))["messages"]
    assert messages[0]["text"] == "Before it all."
    assert messages[0]["startTime"] == "2020-07-21T16:04:09.990Z"
    assert [one["timeOffset"] for one in messages][:2] == [0, 10]
    metrics = (await client.get(f"{path}/analytics"))["metrics"]
    assert sum(one["seconds"] for one in metrics[:2]) == pytest.approx(18.01, abs=0.01)


async def test_texts_come_in_the_order_of_their_arrival(client: Client) -> None:
    path = await read(client, text("zero"))
    conversation_id = path.rsplit("/", 1)[-1]
    replies = [
        await ask(client, "PUT", f"/v1/process/text/{conversation_id}", json=text(word))
        for word in ("one", "two", "three")
    ]  # in order, though none has ended yet
    for reply in replies:
        assert (await ended(client, reply.json()["jobId"]))["status"] == "completed"
    messages = (await client.get(f"{path}/messages"))["messages"]
    assert [one["text"] for one in messages] == ["zero", "one", "two", "three"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"[]", "JSON object"),
        (b"{", "not valid JSON"),
        (b"{}", "messages: required"),
        (b'{"messages": []}', "messages: must not be empty"),
        (b'{"messages": {}}', "messages: must be a list"),
        (b'{"messages": [1]}', "messages.0: must be a JSON object"),
        (b'{"messages": [{}]}', "messages.0.payload: required"),
        (b'{"messages": [{"payload": {"content": 5}}]}', "messages.0.payload.content: must be a string"),
        (b'{"messages": [{"payload": {"content": " "}}]}', "messages.0.payload.content: must not be blank"),
    ],
)
async def test_texts_that_are_none_are_refused(client: Client, body: bytes, why: str) -> None:
    reply = await ask(client, "POST", "/v1/process/text", content=body)
    assert reply.status_code == 400
    assert why in reply.json()["message"]
    assert (await client.get("/v1/conversations?endTime=2100-01-01"))["conversations"] == []


async def test_what_is_unknown_too_long_or_still_going_on_is_refused(client: Client) -> None:
    reply = await ask(client, "PUT", "/v1/process/text/1234567890123456", json=text("Hello"))
    assert reply.status_code == 404
    reply = await ask(client, "POST", "/v1/process/text", json=text("long " * 30_000))
    assert reply.status_code == 413
    async with httpx.AsyncClient(trust_env=False) as http:
        reply = await http.post(f"{client.base_url}/v1/process/text", json=text("Hello"))
        assert reply.status_code == 401


async def test_optional_nonsense_is_passed_over(client: Client) -> None:
    messages = [
        {"payload": {"content": "Hello there"}, "from": {"name": 5, "userId": {}}, "duration": duration}
        for duration in (None, 7, {"startTime": "yesterday"}, {"startTime": "0001-01-01T00:00:00Z"})
    ]
    options = {"confidenceThreshold": "much", "trackers": "none", "webhookUrl": "", "timezone": "Mars/Base"}
    path = await read(client, {"messages": messages, **options})
    said = (await client.get(f"{path}/messages"))["messages"]
    assert [one["timeOffset"] for one in said] == [0, 0.8, 1.6, 2.4]
    assert said[0]["from"]["name"] == "5"


async def test_a_job_tells_each_status_to_a_webhook_of_the_query(client: Client) -> None:
    async with webhooks() as hook:
        query = {"webhookUrl": hook.url}
        reply = await ask(client, "POST", "/v1/process/text", params=query, json=text("Hello"))
        await until(lambda: len(hook.told) == 2)
    job_id = reply.json()["jobId"]
    assert hook.told == [{"jobId": job_id, "status": status} for status in ("in_progress", "completed")]


async def test_a_text_can_be_watched(server: Server, client: Client) -> None:
    reply = await ask(client, "POST", "/v1/process/text", json=MEETING)
    await ended(client, reply.json()["jobId"])
    url = f"{server.url}/v1/subscribe/{reply.json()['jobId']}?from=0"
    async with asyncio.timeout(20), open_socket(url, {"X-API-KEY": client.token}) as watching:
        frames = [json.loads(frame) async for frame in watching]
    said = [one["payload"]["content"] for frame in frames for one in frame.get("messages", [])]
    assert said[0] == "I will send the plan by Friday."
    assert any(frame["type"] == "insight_response" for frame in frames)
    assert frames[-1]["message"]["type"] == "conversation_completed"


async def test_the_description_names_the_fields(client: Client) -> None:
    described = await client.get("/openapi.json")
    for path, method in (("/v1/process/text", "post"), ("/v1/process/text/{conversationId}", "put")):
        body = described["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
        schema = described["components"]["schemas"][body["$ref"].rsplit("/", 1)[-1]]
        assert {"messages", "trackers", "detectEntities"} <= schema["properties"].keys()
        assert schema["required"] == ["messages"]


async def test_what_is_not_worth_reading_is_for_clients_alone(server: Server, client: Client) -> None:
    path = await read(client, text("What?", "When does the pilot start?", confidenceThreshold=0.3))
    asked = {one["text"]: one["score"] for one in (await client.get(f"{path}/questions"))["questions"]}
    assert asked["What?"] < WORTH_READING <= asked["When does the pilot start?"]
    conversation_id = path.rsplit("/", 1)[-1]
    content = await server.store.conversations.content(conversation_id)
    assert content is not None
    assert [one.text for one in view(content).questions] == ["When does the pilot start?"]
    assert [one["text"] for one in page_content(content)["questions"]] == ["When does the pilot start?"]
