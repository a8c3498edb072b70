"""Paths, methods, tokens and ids that do not fit."""

import time
from collections.abc import AsyncIterator

import httpx
import jwt
import pytest

from earwitness.api.tokens import Tokens
from tests.support.calls import to
from tests.support.far_end import far_end
from tests.support.live import Busy, busy_server, placed
from tests.support.sockets import refusal_of

CONVERSATION = (
    "",
    "/messages",
    "/members",
    "/topics",
    "/questions",
    "/action-items",
    "/follow-ups",
    "/insights",
    "/intents",
    "/summary",
    "/entities",
    "/trackers",
    "/trackers-detected",
    "/analytics",
    "/abstract-topics",
    "/callscore",
    "/callscore/status",
    "/lm-insights/status",
)
SOCKETS = ("/events", "/session/subscribe", "/v1/subscribe")


@pytest.fixture(scope="module")
async def http(busy: Busy) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=busy.server.url, trust_env=False) as http:
        yield http


def told(reply: httpx.Response) -> tuple[int, str]:
    """Return status and message of an error, which every browser may read."""
    assert reply.headers["access-control-allow-origin"] == "*"
    assert list(reply.json()) == ["message"]
    return reply.status_code, reply.json()["message"]


async def test_errors_of_routing_have_a_message(http: httpx.AsyncClient) -> None:
    assert told(await http.get("/nowhere")) == (404, "There is nothing at /nowhere.")
    assert told(await http.get("/v1/endpoint:connect"))[0] == 405
    assert told(await http.request("PATCH", "/v1/calls"))[0] == 405
    assert told(await http.get("/v1/endpoint:connect"))[1] == "GET is not possible at /v1/endpoint:connect."


async def test_a_defect_of_ours_has_a_message(
    busy: Busy, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(busy.server.calls, "status", broken)
    transport = httpx.ASGITransport(busy.server._http.config.loaded_app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=busy.server.url) as direct:
        reply = await direct.get("/v1/calls", headers={"X-API-KEY": busy.client.token})
    status, message = told(reply)
    assert status == 500
    assert "a defect" not in message


@pytest.mark.parametrize("path", ["/v1/endpoint:connect", "/v1/calls/x", "/nowhere", "/events/x"])
async def test_preflights_are_answered_on_every_path(http: httpx.AsyncClient, path: str) -> None:
    headers = {"Origin": "https://page.example", "Access-Control-Request-Headers": "x-api-key"}
    reply = await http.options(path, headers=headers)
    assert (reply.status_code, reply.content) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "x-api-key" in reply.headers["access-control-allow-headers"]
    operations = (await http.get("/openapi.json")).json()["paths"].values()
    methods = {method.upper() for one in operations for method in one if method != "parameters"}
    assert methods <= set(reply.headers["access-control-allow-methods"].split(", "))


async def test_browsers_may_read_when_to_come_again(http: httpx.AsyncClient) -> None:
    reply = await http.get("/healthz", headers={"Origin": "https://page.example"})
    assert reply.headers["access-control-expose-headers"] == "retry-after"


async def test_colons_may_be_escaped(http: httpx.AsyncClient, busy: Busy) -> None:
    stop = {"operation": "stop", "connectionId": "x"}
    reply = await http.post("/v1/endpoint%3Aconnect", json=stop, headers={"X-API-KEY": busy.client.token})
    assert told(reply)[0] == 404
    assert told(await http.post("/oauth2/token%3Agenerate", json={}))[0] == 400


@pytest.mark.parametrize(
    "query",
    [
        "limit=x",
        "limit=-1",
        "offset=-1",
        f"offset={10**30}",
        "order=up",
        "startTime=yesterday",
        "startTime=0001-01-01T00:00:00%2B14:00",
        "endTime=9999-12-31T23:59:59-14:00",
    ],
)
async def test_queries_that_make_no_sense(http: httpx.AsyncClient, busy: Busy, query: str) -> None:
    reply = await http.get(f"/v1/conversations?{query}", headers={"X-API-KEY": busy.client.token})
    status, message = told(reply)
    assert status == 400
    assert message.startswith(query.partition("=")[0])


async def test_queries_that_are_written_oddly(http: httpx.AsyncClient, busy: Busy) -> None:
    headers = {"X-API-KEY": busy.client.token}
    for query in ("startTime=2021-01-01", f"offset={2**62}", "endTime=2999-01-01T00:00:00Z", "source=js_sdk"):
        assert (await http.get(f"/v1/conversations?{query}", headers=headers)).status_code == 200
    path = f"/v1/conversations/{busy.background.followed.connection['conversationId']}/messages"
    for query in ("verbose=True", "verbose=TRUE&sentiment=false", "verbose=1"):
        assert (await http.get(f"{path}?{query}", headers=headers)).status_code == 200


async def test_tokens_that_do_not_count(http: httpx.AsyncClient, busy: Busy) -> None:
    tokens, connection = busy.server.tokens, busy.background.followed.connection
    app_id = tokens.app_of(busy.client.token)
    claims = jwt.decode(busy.client.token, options={"verify_signature": False})
    page = tokens.issue_page(app_id, connection["conversationId"])
    header, payload, signature = busy.client.token.split(".")
    wrong = {
        "": "No access token",
        "nonsense": "not one of this server's",
        "a.b.c": "not one of this server's",
        "x" * 8000: "not one of this server's",
        "\xe9": "not one of this server's",
        f"{header}.{payload}.": "not one of this server's",
        f"{header}.{payload}.{signature[::-1]}": "not one of this server's",
        jwt.encode(claims, "another key, which is not the server's", "HS256"): "not one of this server's",
        jwt.encode(claims, None, "none"): "not one of this server's",
        Tokens(tokens.key, 60).issue(app_id, now=time.time() - 61): "has expired",
        page: "meant for something else",
    }
    for token, why in wrong.items():
        for name, value in (("X-API-KEY", token), ("Authorization", f"Bearer {token}".strip())):
            reply = await http.get("/v1/calls", headers={name.encode(): value.encode("latin-1")})
            status, message = told(reply)
            assert status == 401
            assert why in message
            assert reply.headers["www-authenticate"] == "Bearer"
        if token.isascii():
            refusal = await refusal_of(connection["resultWebSocketUrl"], {"X-API-KEY": token})
            assert refusal.status_code == 401
            assert why.encode() in refusal.body
    with pytest.raises(ValueError, match="meant for something else"):
        tokens.page_of(busy.client.token)


async def test_tokens_and_lists_of_a_removed_app(http: httpx.AsyncClient, busy: Busy) -> None:
    server, connection = busy.server, busy.background.followed.connection
    app = await server.store.apps.create("leaving")
    headers = {"X-API-KEY": server.tokens.issue(app.id)}
    listed = {"X-Page-Token": server.tokens.issue_list(app.id, lasts_s=60)}
    assert (await http.get("/v1/calls", headers=headers)).status_code == 200
    assert (await http.get("/meeting/list/data", headers=listed)).status_code == 200
    await server.store.apps.remove(app.id)
    status, message = told(await http.get("/v1/calls", headers=headers))
    assert (status, "its app was removed" in message) == (401, True)
    assert (await http.get("/meeting/list/data", headers=listed)).status_code == 401
    refusal = await refusal_of(connection["resultWebSocketUrl"], headers)
    assert refusal.status_code == 401
    assert b"its app was removed" in refusal.body


async def test_another_app_s_ids_do_not_exist(http: httpx.AsyncClient, busy: Busy) -> None:
    stranger = await busy.server.store.apps.create("stranger")
    headers = {"X-API-KEY": busy.server.tokens.issue(stranger.id)}
    async with far_end() as peer, placed(busy.client, peer.uri) as ended:
        await peer.taken()
        await ended.stop()

    for call in (busy.background, ended):
        conversation = call.followed.connection["conversationId"]
        for path in CONVERSATION:
            reply = await http.get(f"/v1/conversations/{conversation}{path}", headers=headers)
            assert told(reply) == (404, "The conversationId is either invalid or does not exist.")
        base = f"/v1/conversations/{conversation}"
        for method, path, body in (
            ("DELETE", base, None),
            ("POST", f"{base}/transcript", {"contentType": "text/srt"}),
            ("POST", f"{base}/experiences", {"name": "verbose-text-summary"}),
            ("GET", f"/v1/conversations/experiences/insights/details/{conversation}", None),
            ("GET", f"/v1/calls/{call.id}", None),
            ("POST", f"/v1/event/{call.id}", {"type": "stopped"}),
            ("POST", "/v1/endpoint:connect", {"operation": "stop", "connectionId": call.id}),
        ):
            assert told(await http.request(method, path, json=body, headers=headers))[0] == 404
        for path in SOCKETS:
            assert (await refusal_of(f"{busy.server.url}{path}/{call.id}", headers)).status_code == 404
    assert (await http.get("/v1/calls", headers=headers)).json()["calls"] == []
    assert (await http.get("/v1/conversations", headers=headers)).json() == {"conversations": []}


async def test_unknown_ids(http: httpx.AsyncClient, busy: Busy) -> None:
    headers = {"X-API-KEY": busy.client.token}
    for unknown in ("0", "9" * 400, "%00", "%2e%2e", "x'; drop table logs; --", "\U0001f600"):
        for path in CONVERSATION:
            reply = await http.get(f"/v1/conversations/{unknown}{path}", headers=headers)
            assert told(reply)[0] == 404
        assert told(await http.get(f"/v1/calls/{unknown}", headers=headers))[0] == 404
        assert (
            told(await http.post(f"/v1/event/{unknown}", json={"type": "stopped"}, headers=headers))[0] == 404
        )


async def test_a_full_server_says_when_to_come_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    async with busy_server(tmp_path_factory.mktemp("full"), max_calls=2) as busy, far_end() as peer:
        headers = {"X-API-KEY": busy.client.token}
        body = {"operation": "start", **to(peer.uri)}
        async with (
            placed(busy.client, peer.uri) as second,
            httpx.AsyncClient(base_url=busy.server.url, headers=headers, trust_env=False) as http,
        ):
            reply = await http.post("/v1/endpoint:connect", json=body)
            assert told(reply)[0] == 429
            assert "2 calls and streams at once" in told(reply)[1]
            assert int(reply.headers["retry-after"]) > 0
            load = (await http.get("/v1/calls")).json()["load"]
            assert (load["legs"], load["capacity"]) == (2, 2)
            metrics = (await http.get("/metrics")).text
            assert "earwitness_legs 2.0" in metrics
            assert "earwitness_legs_capacity 2.0" in metrics
            assert "process_cpu_seconds_total" in metrics
            await second.stop()
            reply = await http.post("/v1/endpoint:connect", json=body)
            assert reply.status_code == 201
            await busy.client.stop(reply.json()["connectionId"])
