"""Access tokens: every way of sending one, what clients read in them, and what the refused are told."""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import websockets

from earwitness.server import Server
from earwitness.testing.callee import Callee
from earwitness.testing.scripted import ScriptedRecognizer
from tests.support.programs import Program
from tests.support.server import APP, credentials, running_server
from tests.support.sockets import open_socket, refusal_of

JS = Path(__file__).parent / "js"
REFUSALS_PY = (sys.executable, "-m", "tests.interop.clients.py.refusals")
SOCKETS = ("/session/subscribe", "/v1/subscribe", "/events")
HTTP_FORMS = ("X-API-KEY: {}", "x-api-key: {}", "Authorization: Bearer {}", "authorization: bearer {}", "?{}")


def sent(form: str, token: str) -> tuple[dict[str, str], str]:
    """Return the headers and the query that carry a token."""
    if form == "?{}":
        return {}, f"?source=js_sdk&access_token={token}"
    name, _, value = form.format(token).partition(": ")
    return {name: value}, "?source=js_sdk"


async def get(url: str, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(url, headers=headers)


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({}, 200, ""),
        ({"appSecret": "wrong"}, 401, "not valid"),
        ({"appId": "unknown"}, 401, "not valid"),
        ({"appSecret": None}, 400, "appSecret"),
        ({"appId": ""}, 400, "appId"),
        ({"type": "password"}, 400, "type"),
    ],
)
async def test_tokens_are_for_those_who_know_id_and_secret(
    server: Server, changed: dict[str, Any], status: int, words: str
) -> None:
    body = {"type": "application", **credentials(server), **changed}
    async with httpx.AsyncClient(trust_env=False) as http:
        reply = await http.post(f"{server.url}/oauth2/token:generate", json=body)
    assert reply.status_code == status
    assert status == 200 or words in reply.json()["message"]


@pytest.mark.parametrize("form", HTTP_FORMS)
async def test_a_request_may_carry_the_token_in_any_form(server: Server, token: str, form: str) -> None:
    headers, query = sent(form, token)
    reply = await get(f"{server.url}/v1/conversations{query}", headers)
    assert reply.status_code == 200, reply.text


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize("form", [*HTTP_FORMS, "subprotocol", "subprotocol and X-API-KEY"])
async def test_a_socket_may_carry_the_token_in_any_form(
    server: Server, token: str, connection_id: str, path: str, form: str
) -> None:
    headers, query = ({}, "") if form.startswith("subprotocol") else sent(form, token)
    if form.endswith("and X-API-KEY"):
        headers = {"X-API-KEY": token}
    offered = [websockets.Subprotocol(token)] if form.startswith("subprotocol") else None
    async with open_socket(f"{server.url}{path}/{connection_id}{query}", headers, offered) as socket:
        assert json.loads(await socket.recv())["message"]["type"] == "conversation_created"
        assert socket.subprotocol == (token if offered else None)


@pytest.mark.parametrize("kind", ["none", "garbage", "foreign", "expired", "of a page"])
async def test_without_a_valid_token_nothing_is_given(server: Server, connection_id: str, kind: str) -> None:
    app_id = server.settings.app_id or ""
    token = {
        "none": "",
        "garbage": "x.y.z",
        "foreign": replace(server.tokens, key=b"k" * 32).issue(app_id),
        "expired": server.tokens.issue(app_id, now=time.time() - 200_000),
        "of a page": server.tokens.issue_page(app_id, "1234567890123456"),
    }[kind]
    headers = {"X-API-KEY": token} if token else {}
    reply = await get(f"{server.url}/v1/conversations", headers)
    assert reply.status_code == 401
    assert reply.json().keys() == {"message"}
    for path in SOCKETS:
        refusal = await refusal_of(f"{server.url}{path}/{connection_id}", headers)
        assert refusal.status_code == 401
        assert json.loads(refusal.body).keys() == {"message"}


@pytest.mark.parametrize("app_id", ["1f" * 32, "a~b?c>d\x7f", "~?>" * 20, "Zoë's app", "app/+=&%"])
async def test_the_web_sdk_can_read_the_claims(server: Server, app_id: str) -> None:
    token = server.tokens.issue(app_id)
    told = await Program("node", JS / "atob.mjs", task={"tokens": [token]}).run()
    claims = told.one("claims")
    assert claims["sub"] == app_id
    assert type(claims["exp"]) is int
    assert claims["exp"] - claims["iat"] == server.settings.token_ttl_s == 86_400
    assert server.tokens.app_of(token) == app_id


async def test_symbl_node_asks_again_but_in_no_loop_when_tokens_are_short_lived(tmp_path: Path) -> None:
    program: Program
    silence = np.zeros(1600, np.int16)
    async with (
        running_server(tmp_path, ScriptedRecognizer({}), token_ttl_s=60, **APP) as server,
        Callee(silence, stays=True, on_play=lambda: program.playing()) as far_end,
    ):
        program = Program(
            *("node", JS / "symbl-node.mjs"),
            task={
                **credentials(server),
                "uri": far_end.uri,
                "emails": ["user@example.com"],
                "meeting": "My Meeting",
                "speakerEvents": [],
                "stopAtS": 0,
                "reads": ["getMessagesByConversationId"],
            },
        )
        told = await program.run(timeout_s=20)
    assert told.one("stopped")["conversationId"] == told.one("started")["conversationId"]
    assert told.one("getMessagesByConversationId")["messages"] == []
    assert 2 <= len(told.all("token requested")) <= 6


@pytest.mark.parametrize("sdk", ["symbl-node", "@symblai/symbl-js"])
async def test_users_of_the_javascript_sdks_see_why_they_are_refused(server: Server, sdk: str) -> None:
    told = await Program("node", JS / "refusals.mjs", task={**credentials(server), "sdk": sdk}).run()
    assert told.one("init")["message"] == "Combination of appId and appSecret is not valid."
    assert "endpoint.uri" in str(told.one("start"))
    assert "connectionId" in str(told.one("stop"))


async def test_users_of_the_python_sdk_see_why_they_are_refused(server: Server) -> None:
    told = await Program(*REFUSALS_PY, task=credentials(server)).run()
    for what, status, words in (
        ("init", 401, "appId and appSecret"),
        ("start", 400, "endpoint.uri"),
        ("stop", 404, "connectionId"),
    ):
        assert told.one(what)["status"] == status
        assert words in told.one(what)["body"]
    assert told.one("read") == {"message": "The conversationId is either invalid or does not exist."}
