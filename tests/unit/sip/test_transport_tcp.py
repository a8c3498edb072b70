"""TCP connections and their limits."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from earwitness.sip import transport_tcp
from earwitness.sip.peer import Outgoing, Peer
from earwitness.sip.transport_tcp import TcpTransport


class Box:
    def __init__(self) -> None:
        self.in_calls: set[Peer] = set()
        self.received: asyncio.Queue[tuple[bytes, Peer]] = asyncio.Queue()
        self.failed: asyncio.Queue[Peer] = asyncio.Queue()
        self.transport = TcpTransport(
            lambda data, peer: self.received.put_nowait((data, peer)),
            self.failed.put_nowait,
            lambda: self.in_calls,
        )


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    box = Box()
    yield box
    await box.transport.aclose()


MESSAGE = b"SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"


async def test_a_connection_is_reused_in_both_directions(box: Box) -> None:
    other = Box()
    await other.transport.open("127.0.0.1", port := free_port())
    peer = Peer("tcp", "127.0.0.1", port)
    async with asyncio.timeout(5):
        box.transport.send(Outgoing(MESSAGE, peer))
        box.transport.send(Outgoing(MESSAGE, peer))
        _, first = await other.received.get()
        _, second = await other.received.get()
        assert first == second
        other.transport.send(Outgoing(MESSAGE, first))
        assert await box.received.get() == (MESSAGE, peer)
        await other.transport.aclose()
        assert await box.failed.get() == peer
    other.transport.send(Outgoing(MESSAGE, first))


async def test_a_refused_connection_is_reported(box: Box) -> None:
    peer = Peer("tcp", "127.0.0.1", free_port())
    box.transport.send(Outgoing(MESSAGE, peer))
    async with asyncio.timeout(5):
        assert await box.failed.get() == peer


async def test_too_many_connections_cost_the_idlest_without_a_call(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_tcp, "MAX_CONNECTIONS", 3)
    await box.transport.open("127.0.0.1", port := free_port())
    streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    peers: list[Peer] = []

    async def connect() -> None:
        streams.append(await asyncio.open_connection("127.0.0.1", port))
        await say(-1)

    async def say(index: int) -> None:
        streams[index][1].write(MESSAGE)
        peers.append((await box.received.get())[1])

    async with asyncio.timeout(5):
        await connect()
        box.in_calls.add(peers[0])
        await connect()
        await connect()
        await say(1)
        await connect()
        assert await box.failed.get() == peers[2]
        await is_closed(streams[2][0])
        box.in_calls.update(peers)
        await connect_in_vain(port)
        assert box.failed.empty()
        for index in (0, 1, 3):
            await say(index)
    for _, writer in streams:
        writer.close()


async def connect_in_vain(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await is_closed(reader)
    writer.close()


async def is_closed(reader: asyncio.StreamReader) -> None:
    (outcome,) = await asyncio.gather(reader.read(), return_exceptions=True)
    assert outcome == b"" or isinstance(outcome, ConnectionError)


async def test_who_says_nothing_is_cut_off(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_tcp, "FIRST_MESSAGE_WITHIN_S", 0.2)
    await box.transport.open("127.0.0.1", port := free_port())
    async with asyncio.timeout(5):
        _, talker = await asyncio.open_connection("127.0.0.1", port)
        talker.write(MESSAGE)
        _, peer = await box.received.get()
        reader, silent = await asyncio.open_connection("127.0.0.1", port)
        silent.write(MESSAGE[:-1])
        (outcome,) = await asyncio.gather(reader.read(), return_exceptions=True)
        assert outcome == b"" or isinstance(outcome, ConnectionError)
        talker.write(MESSAGE)
        assert await box.received.get() == (MESSAGE, peer)
    for writer in (talker, silent):
        writer.close()


async def test_a_peer_that_does_not_read_is_given_up(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_tcp, "MAX_UNSENT_BYTES", 1000)
    await box.transport.open("127.0.0.1", port := free_port())
    async with asyncio.timeout(5):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(MESSAGE)
        _, peer = await box.received.get()
        box.transport.send(Outgoing(b"x" * 50_000_000, peer))
        assert await box.failed.get() == peer
    writer.close()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
