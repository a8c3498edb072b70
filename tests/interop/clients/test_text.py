"""The Python SDK's and curl's texts."""

import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from earwitness.server import Server
from earwitness.testing.scripted import ScriptedRecognizer
from tests.interop.clients.test_plain_http import curl
from tests.support.jobs import ended
from tests.support.live import until
from tests.support.programs import Program, Told
from tests.support.server import APP, client_of, credentials, running_server
from tests.support.webhooks import webhooks

TEXT = (sys.executable, "-m", "tests.interop.clients.py.text")
PAYLOAD: dict[str, Any] = {
    "name": "Business Meeting",
    "detectPhrases": "true",
    "enableSummary": True,
    "messages": [
        {
            "payload": {
                "content": "Hello. I will send the budget of the pilot by Friday.",
                "contentType": "text/plain",
            },
            "from": {"name": "John", "userId": "john@example.com"},
            "duration": {"startTime": "2020-07-21T16:04:19.99Z", "endTime": "2020-07-21T16:04:20.99Z"},
        },
        {
            "payload": {"content": "How large is the budget of the pilot?"},
            "from": {"name": "Mary", "userId": "mary@example.com"},
            "duration": {"startTime": "2020-07-21T16:04:22.01Z", "endTime": "2020-07-21T16:04:24.01Z"},
        },
    ],
}
MORE = {"messages": [{"payload": {"content": "Who pays for it?"}, "from": {"userId": "john@example.com"}}]}


@dataclass(frozen=True, slots=True)
class Read:
    """What the SDK told, and the server that still runs."""

    server: Server
    told: Told
    webhooks: list[dict[str, Any]]


@pytest.fixture(scope="module")
async def read(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Read]:
    home = tmp_path_factory.mktemp("text") / "home"
    async with (
        running_server(home, ScriptedRecognizer({}), url_allow="127.0.0.0/8", **APP) as server,
        webhooks() as hook,
    ):
        task = {**credentials(server), "payload": PAYLOAD, "more": MORE, "webhook": hook.url}
        told = await Program(*TEXT, task=task).run()
        await until(lambda: len(hook.told) == 2)
        yield Read(server, told, hook.told)


def test_a_text_is_read(read: Read) -> None:
    told = read.told.one("process")
    assert told["status"] == "completed"
    assert [(one["text"], one["_from"]["name"]) for one in told["messages"]] == [
        ("Hello.", "John"),
        ("I will send the budget of the pilot by Friday.", "John"),
        ("How large is the budget of the pilot?", "Mary"),
    ]
    assert {one["name"] for one in told["members"]} == {"John", "Mary"}
    item = told["actionItems"]["action_items"][0]
    assert item["text"] == "John will send the budget of the pilot by Friday."
    assert [one["text"] for one in told["questions"]["questions"]] == [
        "How large is the budget of the pilot?"
    ]
    assert told["topics"]["topics"]


def test_what_is_appended_comes_behind(read: Read) -> None:
    first, more = read.told.one("process"), read.told.one("append")
    assert more["conversationId"] == first["conversationId"]
    assert more["status"] == "completed"
    assert [one["id"] for one in more["messages"][:3]] == [one["id"] for one in first["messages"]]
    assert more["messages"][3]["_from"]["name"] == "John"
    assert len(more["questions"]["questions"]) == 2


def test_each_status_is_told_to_the_webhook(read: Read) -> None:
    assert [one["status"] for one in read.webhooks] == ["in_progress", "completed"]


async def test_the_call_does_not_wait_unless_it_should(read: Read) -> None:
    client = await client_of(read.server)
    assert (await client.get(f"/v1/conversations/{read.told.one('at once')}"))["state"] is not None


async def test_curl_sends_a_text_as_the_documentation_has_it(read: Read) -> None:
    client = await client_of(read.server)
    status, begun = await curl(
        "POST",
        f"{read.server.url}/v1/process/text",
        *("-H", f"Authorization: Bearer {client.token}", "-H", "Content-Type: application/json"),
        *("-d", json.dumps(PAYLOAD)),
    )
    assert status == 201
    assert (await ended(client, begun["jobId"]))["status"] == "completed"
    head = await client.get(f"/v1/conversations/{begun['conversationId']}")
    assert (head["name"], head["startTime"]) == ("Business Meeting", "2020-07-21T16:04:19.990Z")
