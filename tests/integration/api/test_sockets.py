"""Clients of the results sockets that do what no client should."""

import asyncio
import json
import os
import random
import socket
import struct
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
import websockets

from earwitness import wiring
from earwitness.api.live import client_socket
from tests.support.far_end import HOST, TakenCall, far_end
from tests.support.live import Busy, LiveCall, assert_complete, busy_server, placed, until
from tests.support.sockets import open_socket, refusal_of

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def headers(busy: Busy) -> dict[str, str]:
    """Return those that let a client in."""
    return {"X-API-KEY": busy.client.token}


async def speaks_to_its_end(taken: TakenCall, call: LiveCall, seconds: int) -> None:
    """Have so many more sentences heard, then stop."""
    before = len(call.texts)
    await taken.speak(seconds)
    await call.hears(before + seconds)
    await call.stop()


async def everything(busy: Busy, call: LiveCall, query: str = "?from=0") -> list[dict[str, Any]]:
    """Return all frames of a call from a socket that is open until it closes normally."""
    async with open_socket(call.followed.connection["resultWebSocketUrl"] + query, headers(busy)) as ours:
        return [json.loads(text) async for text in ours]


async def test_unknown_sockets_are_refused(busy: Busy) -> None:
    for path in ("/events/x", "/session/subscribe/x", "/v1/subscribe/x"):
        refusal = await refusal_of(busy.server.url + path, headers(busy))
        assert refusal.status_code == 404
        assert "connectionId" in json.loads(refusal.body)["message"]
    refusal = await refusal_of(busy.server.url + "/nowhere", headers(busy))
    assert (refusal.status_code, refusal.body) == (404, b'{"message":"There is no socket at /nowhere."}')


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "%D9%A3", "9" * 20])
async def test_numbers_that_are_none_are_refused(busy: Busy, number: str) -> None:
    url = f"{busy.background.followed.connection['resultWebSocketUrl']}?from={number}"
    refusal = await refusal_of(url, headers(busy))
    assert refusal.status_code == 400
    assert "is not a sequence number" in json.loads(refusal.body)["message"]


async def test_a_number_beyond_the_end_gives_what_is_new(busy: Busy) -> None:
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(1)
        await call.hears(1)
        last = max(frame.get("sequenceNumber", 0) for frame in call.followed.frames)
        ahead = asyncio.create_task(everything(busy, call, "?from=100000"))
        await until(lambda: len(busy.server.calls._calls[call.id].hearing.feed._watchers) == 2)
        await speaks_to_its_end(taken, call, 1)
        frames = await ahead
    assert frames[0]["message"]["type"] == "conversation_created"
    assert_complete(frames[1:], last)
    assert await everything(busy, call, "?from=100000") == frames[:1]


async def test_frames_that_make_no_sense_are_answered(busy: Busy) -> None:
    started = '{"type": "started_speaking", "user": {"userId": "%s"}}'
    nonsense: list[str | bytes] = [
        "",
        "nonsense",
        "{",
        "[]",
        "5",
        "null",
        "{'type': ",
        "[" * 30_000,
        "(" * 900,
        "{'a':" * 150,
        "9" * 5000,
        '{"type": "sneezed"}',
        '{"type": "started_speaking"}',
        started % r"\ud800",
        started % r"\u0000",
        started.replace('"', "'") % "literal",
        started % ("x" * 2000),
        b"",
        b"\x00\x01",
        os.urandom(1000),
    ]
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(1)
        url = call.followed.connection["resultWebSocketUrl"]
        for path in ("/events", "/session/subscribe", "/v1/subscribe"):
            async with open_socket(url.replace("/events", path), headers(busy)) as ours:
                for piece in nonsense:
                    await ours.send(piece)
                    assert await _answered(ours), piece
                await ours.send("__PING__")
                while await asyncio.wait_for(ours.recv(), 5) != "__PONG__":
                    pass
        await speaks_to_its_end(taken, call, 2)
        assert not call.followed.wrapped("member_joined")
        assert not call.followed.wrapped("speaker_event")


async def _answered(ours: websockets.ClientConnection) -> str:
    async with asyncio.timeout(5):
        async for text in ours:
            frame = json.loads(text)
            if frame["type"] == "message" and frame["message"]["type"] == "error":
                return str(frame["message"]["message"])
    raise AssertionError("the socket was closed")


async def test_a_giant_frame_costs_its_sender_the_socket(busy: Busy) -> None:
    url = busy.background.followed.connection["resultWebSocketUrl"]
    for giant in ("x" * 1_000_000, b"x" * 1_000_000):
        async with open_socket(url, headers(busy)) as ours:
            with suppress(websockets.ConnectionClosedError):
                await ours.send(giant)
            await asyncio.wait_for(ours.wait_closed(), 5)
        assert ours.close_code == 1009


async def test_fifty_subscribers_get_the_same(busy: Busy) -> None:
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        async with asyncio.TaskGroup() as group:
            subscribers = [group.create_task(everything(busy, call)) for _ in range(50)]
            await until(lambda: len(busy.server.calls._calls[call.id].hearing.feed._watchers) == 51)
            await speaks_to_its_end(taken, call, 3)
    durable = [_durable(task.result()) for task in subscribers]
    assert durable == [_durable(call.followed.frames)] * 50


def _durable(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        frame
        for frame in frames
        if "sequenceNumber" in frame and frame.get("message", frame).get("isFinal", True)
    ]


async def test_a_storm_of_cut_connections_misses_nothing(busy: Busy) -> None:
    chance = random.Random(4)
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        talking = asyncio.create_task(speaks_to_its_end(taken, call, 20))
        async with asyncio.TaskGroup() as group:
            storms = [group.create_task(_storm(busy, call, random.Random(chance.random()))) for _ in range(5)]
        await talking
    for storm in storms:
        assert_complete(storm.result())
        assert _durable(storm.result()) == _durable(call.followed.frames)


async def _storm(busy: Busy, call: LiveCall, chance: random.Random) -> list[dict[str, Any]]:
    """Come back again and again, each time cutting the connection after a few frames."""
    seen: list[dict[str, Any]] = []
    while not seen or seen[-1].get("message", {}).get("type") != "conversation_completed":
        last = max((frame["sequenceNumber"] for frame in seen), default=0)
        # Frames of one event stand together: what was cut between them comes again as a whole.
        seen = [frame for frame in seen if frame["sequenceNumber"] < last]
        url = f"{call.followed.connection['resultWebSocketUrl']}?from={max(last - 1, 0)}"
        async with open_socket(url, headers(busy)) as ours:
            with suppress(TimeoutError, websockets.ConnectionClosed):
                async with asyncio.timeout(1):
                    for _ in range(chance.randrange(1, 12)):
                        frame = json.loads(await ours.recv())
                        if _durable([frame]):
                            seen.append(frame)
            _reset(ours.transport.get_extra_info("socket"))
            ours.transport.abort()
    return seen


def _reset(connected: Any) -> None:
    """Have the connection end with a RST, if it has not ended yet."""
    with suppress(OSError):
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def test_sockets_that_never_read_are_cut_off_and_cost_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_socket, "_SEND_WITHIN_S", 1.0)
    monkeypatch.setattr(wiring, "_UNREAD_FOR_S", 1.0)
    async with busy_server(tmp_path) as busy, far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(1)
        await _make_the_log_large(busy, call)
        before = _resident_mb()
        with ExitStack() as closing:
            deaf = [closing.enter_context(_never_reads(busy, call)) for _ in range(20)]
            connections = busy.server._http.server_state.connections
            await until(lambda: len(connections) >= 20)
            most = 0.0
            while len(connections) > 2:  # those that read are left
                most = max(most, _resident_mb())
                await asyncio.sleep(0.05)
            assert all(_is_gone(one) for one in deaf)
        assert most - before < 100
        await speaks_to_its_end(taken, call, 2)


async def _make_the_log_large(busy: Busy, call: LiveCall) -> None:
    """Push so many events that no buffer of the system takes their frames."""
    event = {"type": "started_speaking", "user": {"userId": "ann", "name": "A" * 1000}}
    async with open_socket(call.followed.connection["resultWebSocketUrl"], headers(busy)) as ours:
        await ours.recv()
        reading = asyncio.create_task(_drop_all(ours))
        for number in range(4000):
            await ours.send(json.dumps(event))
            if number % 100 == 0:
                await asyncio.sleep(0.01)
        await until(lambda: len(call.followed.wrapped("speaker_event")) == 4000)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _drop_all(ours: websockets.ClientConnection) -> None:
    async for _ in ours:
        pass


def _never_reads(busy: Busy, call: LiveCall) -> socket.socket:
    """Open a results socket from the start and leave it alone."""
    port = int(busy.server.url.rpartition(":")[2])
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect((HOST, port))
    deaf.sendall(
        f"GET /events/{call.id}?from=0 HTTP/1.1\r\nHost: {HOST}:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n"
        f"X-API-KEY: {busy.client.token}\r\n\r\n".encode()
    )
    return deaf


def _is_gone(connected: socket.socket) -> bool:
    connected.settimeout(1)
    try:
        while connected.recv(65536):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
