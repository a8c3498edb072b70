"""Results sockets as the clients' habits need them."""

import asyncio
import json

import pytest
import websockets

from earwitness.server import Server
from earwitness.testing.callee import Callee
from tests.support.server import client_of
from tests.support.sockets import open_socket, refusal_of

PATHS = ("/session/subscribe", "/v1/subscribe", "/events")


@pytest.mark.parametrize("path", PATHS)
async def test_frames_that_are_no_events_do_not_end_a_socket(
    server: Server, token: str, connection_id: str, path: str
) -> None:
    async with open_socket(f"{server.url}{path}/{connection_id}", {"X-API-KEY": token}) as socket:
        for junk in ("hello", "{'type':", "[]", '{"type": "nothing"}', "null", b"\0\1"):
            await socket.send(junk)
            await received(socket, '"type":"error"')
        await socket.send("__PING__")
        await received(socket, "__PONG__")


@pytest.mark.parametrize("path", PATHS)
async def test_an_unknown_connection_is_refused_at_the_handshake(
    server: Server, token: str, path: str
) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    refusal = await refusal_of(f"{server.url}{path}/{unknown}", {"X-API-KEY": token})
    assert refusal.status_code == 404
    assert json.loads(refusal.body or b"").keys() == {"message"}


async def received(socket: websockets.ClientConnection, part: str) -> None:
    """Wait for a frame that holds a text; live frames may come before it."""
    async with asyncio.timeout(5):
        while part not in str(await socket.recv()):
            pass


async def test_a_client_that_leaves_ends_no_call_and_a_stop_closes_every_socket(
    server: Server, far_end: Callee, token: str
) -> None:
    client = await client_of(server)
    started = await client.start({"endpoint": {"type": "sip", "uri": far_end.uri}})
    connection_id = started["connectionId"]
    urls = [f"{server.url}{path}/{connection_id}" for path in PATHS]
    for url in urls:
        async with open_socket(url, {"X-API-KEY": token}) as leaving:
            await leaving.recv()
    assert (await client.get(f"/v1/calls/{connection_id}"))["endedAt"] is None
    async with (
        open_socket(urls[0], {"X-API-KEY": token}) as first,
        open_socket(urls[1], {"X-API-KEY": token}) as second,
        open_socket(urls[2], {"X-API-KEY": token}) as third,
    ):
        await first.send('{"type": "stop_request"}')
        for socket in (first, second, third):
            frames = [json.loads(frame) async for frame in socket]
            assert frames[-1]["message"]["type"] == "conversation_completed"
            assert socket.close_code == 1000
    assert (await client.get(f"/v1/calls/{connection_id}"))["state"] == "ended"
