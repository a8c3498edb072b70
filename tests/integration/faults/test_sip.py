"""What comes to the SIP port and is no SIP, or no business of ours."""

import asyncio
import random
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.support.far_end import HOST, far_end
from tests.support.live import Busy, placed

TORTURE = Path(__file__).resolve().parents[4] / "shared" / "torture" / "rfc4475"

INVITE = (
    "INVITE sip:you@{host}:{port} SIP/2.0\r\n"
    "Via: SIP/2.0/{transport} {host}:{own};branch=z9hG4bK{branch}\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:stranger@{host}>;tag=a{branch}\r\nTo: <sip:you@{host}>\r\n"
    "Call-ID: {branch}\r\nCSeq: 1 INVITE\r\nContact: <sip:stranger@{host}:{own}>\r\n"
    "Content-Length: 0\r\n\r\n"
)


def address(busy: Busy) -> tuple[str, int]:
    """Return where the server speaks SIP."""
    return HOST, busy.server.sip_port


async def still_calls(busy: Busy) -> None:
    """A call is placed, heard and hung up as ever."""
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(1)
        await call.hears(1)
        await call.stop()
        await asyncio.wait_for(taken.over.wait(), 5)


def _datagrams(busy: Busy, *datagrams: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in datagrams:
            sender.sendto(datagram, address(busy))


async def _stream(busy: Busy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(*address(busy))


async def test_random_bytes_are_dropped(busy: Busy) -> None:
    chance = random.Random(2)
    valid = INVITE.format(host=HOST, port=1, own=2, transport="UDP", branch="x").encode()
    garbage = [chance.randbytes(chance.randrange(1, 3000)) for _ in range(300)]
    garbage += [
        bytes(byte ^ (chance.random() < 0.02) * chance.randrange(256) for byte in valid) for _ in range(300)
    ]
    garbage += [b"\0" * 100, b"\r\n\r\n", b"SIP/2.0", b"INVITE", b":" * 60_000]
    for number in range(0, len(garbage), 50):
        _datagrams(busy, *garbage[number : number + 50])
        await asyncio.sleep(0.01)
    reader, writer = await _stream(busy)
    writer.write(chance.randbytes(100_000))
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    await still_calls(busy)


@pytest.mark.shared
@pytest.mark.skipif(not TORTURE.exists(), reason="the torture messages of RFC 4475 are not here")
async def test_torture_messages_do_no_harm(busy: Busy) -> None:
    messages = [path.read_bytes() for path in sorted(TORTURE.glob("*/*.dat"))]
    assert messages
    _datagrams(busy, *messages)
    for message in messages:
        _, writer = await _stream(busy)
        writer.write(message)
        writer.write_eof()
        writer.close()
    await still_calls(busy)


async def test_giant_messages_close_their_connection(busy: Busy) -> None:
    head = "OPTIONS sip:x SIP/2.0\r\n"
    for giant in (
        head + "X: " + "y" * 1_000_000,
        head + "X: y\r\n" * 100_000,
        head + "Content-Length: 999999\r\n\r\n",
        head + "Content-Length: 99999999999999999999\r\n\r\n",
        head + "Content-Length: -1\r\n\r\n",
    ):
        reader, writer = await _stream(busy)
        writer.write(giant.encode())
        with suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
    await still_calls(busy)


async def test_slow_and_silent_connections_keep_nobody_else_out(busy: Busy) -> None:
    with ExitStack() as closing:
        silent = [closing.enter_context(socket.create_connection(address(busy))) for _ in range(50)]
        for byte in INVITE[:20].encode():
            for connection in silent:
                connection.send(bytes([byte]))
            await asyncio.sleep(0)
        reader, writer = await _stream(busy)
        own = writer.get_extra_info("sockname")[1]
        text = INVITE.format(host=HOST, port=busy.server.sip_port, own=own, transport="TCP", branch="slow")
        for part in (text[:50], text[50:100], text[100:]):
            writer.write(part.encode())
            await writer.drain()
            await asyncio.sleep(0.02)
        assert (await _final(reader)).startswith("SIP/2.0 403 ")
        writer.close()
        await still_calls(busy)


async def test_more_connections_than_are_taken_are_closed(busy: Busy) -> None:
    with ExitStack() as closing:
        connections = []
        for number in range(600):
            connections.append(closing.enter_context(socket.create_connection(address(busy))))
            if number % 50 == 0:
                await asyncio.sleep(0.01)  # the server takes them on this very loop
        await asyncio.sleep(0.3)
        closed = 0
        for connection in connections:
            connection.setblocking(False)
            try:
                closed += connection.recv(1) == b""
            except BlockingIOError:
                continue
            except ConnectionError:
                closed += 1
        assert closed >= 600 - 512
        await still_calls(busy)
    await still_calls(busy)


async def test_a_stranger_s_call_is_refused(busy: Busy) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind((HOST, 0))
        stranger.setblocking(False)
        text = INVITE.format(
            host=HOST,
            port=busy.server.sip_port,
            own=stranger.getsockname()[1],
            transport="UDP",
            branch="stranger",
        )
        stranger.sendto(text.encode(), address(busy))
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(5):
            while (reply := (await loop.sock_recv(stranger, 4096)).decode()).startswith("SIP/2.0 1"):
                pass
    assert reply.startswith("SIP/2.0 403 ")
    calls = (await busy.client.get("/v1/calls"))["calls"]
    assert [call["connectionId"] for call in calls] == [busy.background.id]


async def _final(reader: asyncio.StreamReader) -> str:
    async with asyncio.timeout(5):
        while (reply := (await reader.readuntil(b"\r\n\r\n")).decode()).startswith("SIP/2.0 1"):
            pass
    return reply
