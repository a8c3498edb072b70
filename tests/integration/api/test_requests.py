"""Bodies of `POST /v1/endpoint:connect` that are wrong, and those that only look it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.support.live import Busy, placed, until

NOWHERE = "sip:nobody@127.0.0.1:9"
"""Nobody listens there, and the system says so at once."""


@pytest.fixture(scope="module")
async def http(busy: Busy) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"X-API-KEY": busy.client.token}
    async with httpx.AsyncClient(base_url=busy.server.url, headers=headers, trust_env=False) as http:
        yield http


def start(**fields: Any) -> dict[str, Any]:
    """Return a body that is right but for some fields."""
    return {"operation": "start", "endpoint": endpoint(), **fields}


def endpoint(**fields: Any) -> dict[str, Any]:
    """Return an endpoint that is right but for some fields."""
    return {"type": "sip", "uri": NOWHERE, **fields}


def email(*addresses: Any) -> list[dict[str, Any]]:
    """Return the action that sends a summary."""
    return [{"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": list(addresses)}}]


async def refused(http: httpx.AsyncClient, body: Any, status: int = 400, kind: str = "text/json") -> str:
    """Post a body that must be refused; returns the message."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = await http.post("/v1/endpoint:connect", content=content, headers={"Content-Type": kind})
    assert reply.status_code == status, (content[:200], reply.text)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert list(reply.json()) == ["message"]
    message: str = reply.json()["message"]
    assert message
    return message


async def accepted(
    http: httpx.AsyncClient, busy: Busy, body: Any, kind: str = "application/json"
) -> dict[str, Any]:
    """Post a body that must be accepted; returns the reply."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = await http.post("/v1/endpoint:connect", content=content, headers={"Content-Type": kind})
    assert reply.status_code == 201, (content[:200], reply.text)
    connection: dict[str, Any] = reply.json()
    assert {name: type(value) for name, value in connection.items()} == dict.fromkeys(
        ("eventUrl", "resultWebSocketUrl", "conversationId", "connectionId"), str
    )
    await until(lambda: busy.server.calls.count == 1)  # it has failed, the call in the background goes on
    return connection


NO_JSON: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "white space": (b" \n", "empty"),
    "cut off": (b'{"operation": "sta', "not valid JSON"),
    "unquoted, as a shell leaves it": (b"{operation: start}", "not valid JSON"),
    "a comma at the end": (b'{"operation": "start",}', "not valid JSON"),
    "not UTF-8": (b'{"operation": "\xff"}', "not valid JSON"),
    "nested too deeply to read": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested"),
    "nested too deeply to store": (b'{"a":' * 200 + b"1" + b"}" * 200, "nested"),
    "an endless number": (b"1" * 5000, "not valid JSON"),
    "no number": (b'{"a": NaN}', "NaN"),
    "an infinite number": (b'{"a": 1e999}', "infinite"),
    "half a surrogate pair": (rb'{"a": "\ud800"}', "surrogate"),
    "half a surrogate pair for a name": (rb'{"\udc00": 1}', "surrogate"),
    "a NUL": (rb'{"a": "x\u0000y"}', "NUL"),
    "a list": (b"[]", "object"),
    "a number": (b"5", "object"),
    "a string": (b'"start"', "object"),
    "null": (b"null", "object"),
}


@pytest.mark.parametrize("what", NO_JSON)
async def test_what_is_no_json_object_is_refused(http: httpx.AsyncClient, what: str) -> None:
    body, why = NO_JSON[what]
    assert why in await refused(http, body)


@pytest.mark.parametrize("length", [100_000, 1_000_000])
async def test_a_long_body_is_refused(http: httpx.AsyncClient, length: int) -> None:
    assert "65536" in await refused(http, start(data={"session": {"name": "x" * length}}), 413)


async def test_an_endless_body_is_cut_off(http: httpx.AsyncClient) -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100_000_000:
            yield b"x" * 10_000
            sent += 10_000

    with suppress(httpx.TransportError):  # the connection may be gone before the reply is read
        assert (await http.post("/v1/endpoint:connect", content=pieces())).status_code == 413
    assert sent < 50_000_000


async def test_the_content_type_does_not_matter(http: httpx.AsyncClient, busy: Busy) -> None:
    body = json.dumps(start()).encode()
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "nonsense",
        "application/json; charset=x",
    ):
        await accepted(http, busy, body, kind)
    await refused(http, b"operation=start", kind="application/x-www-form-urlencoded")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "operation: required"),
    ({"operation": "pause"}, "operation: Input should be 'start' or 'stop'"),
    (start(operation=1), "operation:"),
    ({"operation": "start"}, "endpoint: required"),
    (start(endpoint={}), "endpoint: required"),
    (start(endpoint=NOWHERE), "endpoint: must be a JSON object"),
    (start(endpoint=[endpoint()]), "endpoint: must be a JSON object"),
    (start(endpoint={"uri": NOWHERE}), "endpoint.type: required"),
    (
        start(endpoint=endpoint(type="fax")),
        "endpoint.type: Input should be 'sip' or 'pstn'",
    ),
    (start(endpoint={"type": "sip"}), "endpoint.uri: required"),
    (start(endpoint=endpoint(uri="")), "endpoint.uri: required"),
    (start(endpoint=endpoint(uri=5)), "endpoint.uri: must be a string"),
    (start(endpoint={"type": "pstn"}), "endpoint.phoneNumber: required"),
    (
        start(endpoint={"type": "pstn", "phoneNumber": "call me"}),
        "phoneNumber: 'call me'",
    ),
    (
        start(endpoint={"type": "pstn", "phoneNumber": 14085551234}),
        "EARWITNESS_TRUNK",
    ),
    (start(endpoint=endpoint(dtmf="12x")), "endpoint.dtmf: 'X'"),
    (start(endpoint=endpoint(dtmf=["1"])), "endpoint.dtmf: must be a string"),
    (
        start(endpoint=endpoint(audioConfig="OPUS")),
        "audioConfig: must be a JSON object",
    ),
    (start(endpoint=endpoint(audioConfig={"sampleRate": "high"})), "sampleRate:"),
    (
        start(endpoint=endpoint(audioConfig={"encoding": []})),
        "encoding: must be a string",
    ),
    (start(endpoint=endpoint(idleTimeout=-5)), "endpoint.idleTimeout:"),
    (
        start(endpoint=endpoint(language=5)),
        "endpoint.language: must be a string",
    ),
    (
        {"operation": "stop", "connectionId": 5},
        "connectionId: must be a string",
    ),
    (start(intents=[{"intent": "weather"}]), "intent: Input should be 'answering_machine'"),
    ({"operation": "stop"}, "connectionId: required"),
    (start(actions=5), "actions: must be a list"),
    (start(actions={"name": "x"}), "actions: must be a list"),
    (start(actions=["sendSummaryEmail"]), "actions.0: must be a JSON object"),
    (start(actions=[{}]), "actions.0.invokeOn: required; actions.0.name: required"),
    (
        start(actions=[{"invokeOn": "stop", "name": "dance"}]),
        "there is sendSummaryEmail",
    ),
    (
        start(actions=[{"invokeOn": "later", "name": "sendSummaryEmail"}]),
        "actions.0.invokeOn",
    ),
    (
        start(actions=[{**email()[0], "parameters": {"emails": "a@b.c"}}]),
        "a list",
    ),
    (start(actions=email(5)), "5 is not an e-mail address"),
    (start(actions=email("nobody")), "'nobody' is not an e-mail address"),
    (
        start(actions=email("a@example.com", "b@-müller.example")),
        "'b@-müller.example' is not an e-mail address",
    ),
    (
        start(actions=email("a@example.com\r\nBcc: b@example.com")),
        "is not an e-mail",
    ),
    (
        start(actions=email("a@example.com, b@example.com")),
        "is not an e-mail address",
    ),
    (start(data=5), "data: must be a JSON object"),
    (start(data={"session": "x"}), "data.session: must be a JSON object"),
    (start(data={"session": {"name": 5}}), "data.session.name: must be a string"),
    (start(data={"session": {"name": "x" * 1001}}), "data.session.name:"),
    (start(data={"session": {"users": {}}}), "data.session.users: must be a list"),
    (start(data={"session": {"users": ["Ann"]}}), "data.session.users.0: must be"),
    (start(data={"session": {"users": [{}] * 501}}), "data.session.users:"),
    (start(timezone="Mars/Base"), "timezone: 'Mars/Base' is not an IANA time zone"),
    (start(timezone="../../etc/passwd"), "is not an IANA time zone"),
    (start(timezone="US"), "is not an IANA time zone"),
    (
        start(data={"session": {"location": {"timeZone": {"name": "Mars"}}}}),
        "data.session.location.timeZone.name: 'Mars'",
    ),
    (start(languages="en-US"), "languages: must be a list"),
    (start(languages=[5]), "languages.0: must be a JSON object"),
    (start(languages=[{}]), "languages.0.code: required"),
    (start(languages=["en-US\r\nX: y"]), "cannot be transcribed here; there is"),
    (start(headers=[]), "headers: must be a JSON object"),
]


@pytest.mark.parametrize(("body", "words"), WRONG, ids=[words for _, words in WRONG])
async def test_what_is_wrong_is_named(http: httpx.AsyncClient, body: dict[str, Any], words: str) -> None:
    message = await refused(http, body)
    assert words in message
    assert "instance of" not in message, "that is Python, not JSON"


URIS: dict[str, str] = {
    "sip:a@host\r\nX-Evil: 1": "control characters",
    "sip:a@host\r\n\r\nINVITE sip:b@host SIP/2.0": "control characters",
    "sip:a\tb@host": "control characters",
    "sip:a@host?X-Evil=1": "may not carry headers",
    "sip:a@127.0.0.1:0": "127.0.0.1:0",
    "sip:a@127.0.0.1:65536": "127.0.0.1:65536",
    "sip:a@127.0.0.1:999999999999": "127.0.0.1:999999999999",
    "sip:a@127.0.0.1:-1": "127.0.0.1:-1",
    "sip:a@[::1": "no host",
    "sip:a@": "no host",
    "sip:": "no host",
    "sip:a@-.-": "neither a host name nor an IP address",
    "tel:+14085551234": "needs a trunk",
    "mailto:a@example.com": "is no SIP URI",
    "127.0.0.1": "is no SIP URI",
    "sip:a@127.0.0.1;transport=pigeon": "transport 'pigeon' is not known",
    "sips:a@127.0.0.1": "TLS isn't available",
    "sip:a@127.0.0.1;transport=tls": "TLS isn't available",
    "sip:" + "a" * 60_000 + "@127.0.0.1": "too long",
}


@pytest.mark.parametrize("uri", URIS, ids=range(len(URIS)))
async def test_uris_that_cannot_be_called_are_refused(http: httpx.AsyncClient, uri: str) -> None:
    assert URIS[uri] in await refused(http, start(endpoint=endpoint(uri=uri)))


SLOPPY: dict[str, dict[str, Any]] = {
    "objects for actions and data": start(actions={}, data={}),
    "null everywhere": {
        **start(actions=None, data=None, languages=None, timezone=None, connectionId=None, headers=None),
        "endpoint": endpoint(dtmf=None, audioConfig=None, language=None, providerName=None, idleTimeout=None),
    },
    "null below": start(data={"session": {"name": None, "users": None, "location": None}}),
    "no session": start(data={"session": None}),
    "strings for numbers": start(endpoint=endpoint(audioConfig={"sampleSize": "16", "sampleRate": "8000"})),
    "an unknown encoding": start(endpoint=endpoint(audioConfig={"encoding": "FLAC", "sampleRate": 44100.0})),
    "an impossible rate": start(endpoint=endpoint(audioConfig={"sampleRate": 1e300})),
    "language as a string": start(languages=["en-US"]),
    "language as an object": start(languages=[{"code": "en-US"}]),
    "language as POSIX has it": start(languages=["en_US"]),
    "no language": start(languages=[]),
    "the time zone on top": start(timezone="US/Pacific"),
    "the time zone below": start(data={"session": {"location": {"timeZone": {"name": "Asia/Tokyo"}}}}),
    "an empty time zone": start(timezone=""),
    "capitals": {"operation": "START", "endpoint": endpoint(type=" SIP ")},
    "unknown fields": start(
        insightTypes=["question"], trackers=[{"name": "x"}], validationToken="x", foo={"a": [1]}
    ),
    "white space around the uri": start(endpoint=endpoint(uri=f" {NOWHERE} ")),
    "headers that are not sent": start(
        headers={"Subject": "x", "X-A": {"b": 1}, "X-B": "a\r\nEvil: 1", "X-C": 5}
    ),
}


@pytest.mark.parametrize("what", SLOPPY)
async def test_what_real_clients_send_is_accepted(http: httpx.AsyncClient, busy: Busy, what: str) -> None:
    await accepted(http, busy, SLOPPY[what])


async def test_a_body_that_comes_no_further_is_waited_for_no_longer(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earwitness.api.requests.bodies.STALL_S", 0.2)
    host, port = busy.server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /v1/endpoint:connect HTTP/1.1\r\nHost: x\r\nX-API-KEY: {busy.client.token}\r\n"
    writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    async with asyncio.timeout(20):
        told = await reader.read()
    writer.close()
    assert told.startswith(b"HTTP/1.1 408 ")
    assert json.loads(told.partition(b"\r\n\r\n")[2])["message"].startswith("Nothing came for")


async def test_names_stay_on_their_line(http: httpx.AsyncClient, busy: Busy) -> None:
    session = {
        "name": "Weekly\r\nBcc: evil@example.com",
        "users": [{"user": {"userId": "ann\n1", "name": "Ann\x1b[31m\u2028Lee"}}],
    }
    connection = await accepted(http, busy, start(data={"session": session}))
    path = f"/v1/conversations/{connection['conversationId']}"
    conversation = (await http.get(path)).json()
    assert conversation["name"] == "Weekly Bcc: evil@example.com"
    assert [(one["userId"], one["name"]) for one in conversation["members"]] == [("ann 1", "Ann [31m Lee")]


async def test_a_password_goes_no_further_than_to_the_far_end(busy: Busy) -> None:
    uri = NOWHERE.replace("nobody", "nobody:hunter2")
    async with placed(busy.client, uri) as call:
        await call.ends()
        frames = json.dumps(call.followed.frames)
        status = await call.status()
    found = await busy.server.store.conversations.content(call.followed.connection["conversationId"])
    log = await busy.server.store.log.read(call.followed.connection["conversationId"])
    assert status["endpoint"] == NOWHERE
    for text in (frames, json.dumps(status), repr(found), repr(log)):
        assert "hunter2" not in text
