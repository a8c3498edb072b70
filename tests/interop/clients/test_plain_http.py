"""curl, `requests` and the browser's `fetch`, as the page "Use a SIP connection …" has them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import requests

from earwitness.server import Server
from earwitness.testing.callee import Callee
from tests.support.programs import Program
from tests.support.server import client_of, credentials

FETCH = ("node", Path(__file__).parent / "js" / "fetch.mjs")
JSON = ("-H", "accept: application/json", "-H", "Content-Type: application/json")
SAID = "I will send the report by Friday."


async def curl(method: str, url: str, *arguments: str) -> tuple[int, Any]:
    """Run curl; return the status and the JSON that it prints."""
    process = await asyncio.create_subprocess_exec(
        *("curl", "--silent", "--show-error", "--noproxy", "*", "-k", "-X", method, url),
        *arguments,
        *("--write-out", "\n%{http_code}"),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    body, status = output.decode().rsplit("\n", 1)
    return int(status), json.loads(body)


def start_body(uri: str) -> dict[str, Any]:
    """Return the body of the page."""
    return {
        "operation": "start",
        "endpoint": {
            "type": "sip",
            "providerName": "Symbl",
            "uri": uri,
            "audioConfig": {"sampleRate": 48000, "encoding": "OPUS", "sampleSize": 16},
        },
        "actions": [
            {"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": ["user@example.com"]}}
        ],
        "data": {"session": {"name": "My Meeting"}},
    }


async def test_curl_from_the_token_to_the_messages(server: Server, far_end: Callee) -> None:
    app = {"type": "application", **credentials(server)}
    status, token = await curl("POST", f"{server.url}/oauth2/token:generate", *JSON, "-d", json.dumps(app))
    assert (status, token.keys()) == (200, {"accessToken", "expiresIn"})
    assert token["expiresIn"] == 86400
    authorised = (*JSON, "-H", f"X-API-KEY: {token['accessToken']}")

    connect = f"{server.url}/v1/endpoint:connect"
    status, started = await curl("POST", connect, *authorised, "-d", json.dumps(start_body(far_end.uri)))
    assert status == 201
    assert started.keys() == {"eventUrl", "resultWebSocketUrl", "conversationId", "connectionId"}
    assert all(isinstance(value, str) for value in started.values())

    event = {"type": "started_speaking", "user": {"userId": "john@example.com", "name": "John"}}
    status, told = await curl("POST", started["eventUrl"], *authorised, "-d", json.dumps(event))
    assert (status, told.keys()) == (200, {"message"})

    messages = f"{server.url}/v1/conversations/{started['conversationId']}/messages"
    for _ in range(50):
        status, content = await curl("GET", messages, *authorised)
        assert status == 200
        if content["messages"] and content["messages"][0]["phrases"]:
            break  # it is understood, which comes a little later than the words
        await asyncio.sleep(0.05)
    (message,) = content["messages"]
    assert message["text"] == SAID
    assert message["conversationId"] == started["conversationId"]

    stop = json.dumps({"operation": "stop", "connectionId": started["connectionId"]})
    status, stopped = await curl("POST", connect, *authorised, "-d", stop)
    assert status == 200
    assert stopped["summaryInfo"][0]["user"]["userId"] == "user@example.com"
    assert {key: stopped[key] for key in started} == started
    assert (await curl("POST", connect, *authorised, "-d", stop))[0] == 200
    status, refusal = await curl("POST", started["eventUrl"], *authorised, "-d", json.dumps(event))
    assert (status, refusal.keys()) == (404, {"message"})
    assert (await curl("GET", messages, *authorised))[1]["messages"] == [message]


async def test_curl_with_the_body_as_printed_is_told_where_it_is_no_json(server: Server, token: str) -> None:
    headers = (*JSON, "-H", f"X-API-KEY: {token}")
    body = '{"operation": "start", "actions": [{"parameters": {"emails": ["user@example.com",]}}]}'
    status, refusal = await curl("POST", f"{server.url}/v1/endpoint:connect", *headers, "-d", body)
    assert status == 400
    assert "not valid JSON" in refusal["message"]
    assert "line 1 column" in refusal["message"]


async def test_requests_finds_201_and_strings(
    server: Server, far_end: Callee, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    headers = {"X-API-KEY": token, "Content-Type": "application/json"}
    url = f"{server.url}/v1/endpoint:connect"
    body = json.dumps(start_body(far_end.uri))
    response = await asyncio.to_thread(requests.request, "POST", url, headers=headers, data=body, timeout=10)
    assert response.status_code == 201
    printed = "conversationId => " + response.json()["conversationId"]
    assert printed.split()[-1].isdigit()
    await (await client_of(server)).stop(response.json()["connectionId"])


async def test_fetch_from_a_page_elsewhere_reads_every_reply(
    server: Server, far_end: Callee, token: str
) -> None:
    preflights = [
        "/v1/endpoint:connect",
        "/v1/endpoint%3Aconnect",
        "/oauth2/token:generate",
        "/oauth2/token%3Agenerate",
        "/v1/event/00000000-0000-4000-8000-000000000000",
        "/v1/conversations/1234567890123456/messages",
        "/v1/nothing/of/the/kind",
        "/",
    ]
    start = {"method": "POST", "token": token, "body": start_body(far_end.uri)}
    app = {"type": "application", **credentials(server)}
    asked: dict[str, tuple[dict[str, Any], int]] = {
        "token": ({"method": "POST", "path": "/oauth2/token%3Agenerate", "body": app}, 200),
        "start": ({**start, "path": "/v1/endpoint:connect"}, 201),
        "start, colon encoded": ({**start, "path": "/v1/endpoint%3Aconnect"}, 201),
        "no token": ({**start, "path": "/v1/endpoint:connect", "token": None}, 401),
        "no endpoint": ({**start, "path": "/v1/endpoint:connect", "body": {"operation": "start"}}, 400),
        "list": ({"method": "GET", "path": "/v1/conversations?source=page", "token": token}, 200),
        "unknown path": ({"method": "GET", "path": "/v1/nothing", "token": token}, 404),
        "wrong method": ({"method": "PUT", "path": "/v1/endpoint:connect", "token": token}, 405),
    }
    task = {
        "base": server.url,
        "preflights": preflights,
        "requests": [{"name": name, **request} for name, (request, _) in asked.items()],
    }
    told = await Program(*FETCH, task=task).run()

    for path in preflights:
        reply = told.one(path)
        assert (reply["status"], reply["body"]) == (204, ""), path
        assert reply["headers"]["access-control-allow-origin"] == "*"
        assert "POST" in reply["headers"]["access-control-allow-methods"]
        allowed = reply["headers"]["access-control-allow-headers"].split(", ")
        assert {"content-type", "x-api-key", "authorization"} <= set(allowed)
        assert int(reply["headers"]["access-control-max-age"]) > 0
    for name, (_, status) in asked.items():
        reply = told.one(name)
        assert reply["status"] == status, (name, reply)
        assert reply["headers"]["access-control-allow-origin"] == "*"
        assert status < 400 or json.loads(reply["body"]).keys() == {"message"}
    for name in ("start", "start, colon encoded"):
        await (await client_of(server)).stop(json.loads(told.one(name)["body"])["connectionId"])
