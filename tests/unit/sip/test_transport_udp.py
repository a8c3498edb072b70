"""The UDP socket."""

import asyncio

import pytest

from earwitness.sip.peer import Outgoing, Peer
from earwitness.sip.transport_udp import UdpTransport

pytestmark = pytest.mark.parametrize(
    "anyio_backend",
    [("asyncio", {"use_uvloop": use_uvloop}) for use_uvloop in (False, True)],
    ids=["asyncio", "uvloop"],
)
"""`serve` runs on uvloop, whose polling is libuv's."""


async def test_datagrams_both_ways_and_a_closed_port() -> None:
    received: asyncio.Queue[tuple[bytes, Peer]] = asyncio.Queue()
    failed: asyncio.Queue[Peer] = asyncio.Queue()
    one, two = (
        UdpTransport(lambda data, peer: received.put_nowait((data, peer)), failed.put_nowait)
        for _ in range(2)
    )
    first = Peer("udp", "127.0.0.1", one.open("127.0.0.1", 0))
    second = Peer("udp", "127.0.0.1", two.open("127.0.0.1", 0))
    async with asyncio.timeout(5):
        one.send(Outgoing(b"ping", second))
        assert await received.get() == (b"ping", first)
        two.close()
        two.send(Outgoing(b"lost", first))
        one.send(Outgoing(b"ping", second))
        assert await failed.get() == second
        elsewhere = Peer("udp", "::1", first.port)
        one.send(Outgoing(b"by another family of addresses", elsewhere))
        assert await failed.get() == elsewhere
        one.send(Outgoing(b"x" * 70_000, first))
        one.send(Outgoing(b"still there", first))
        assert await received.get() == (b"still there", first)
    assert failed.empty()
    one.close()
    one.close()


async def test_a_closed_port_costs_no_other_peer_its_datagram() -> None:
    received: asyncio.Queue[bytes] = asyncio.Queue()
    came_back: asyncio.Queue[bytes] = asyncio.Queue()
    failed: asyncio.Queue[Peer] = asyncio.Queue()
    one = UdpTransport(lambda data, _: came_back.put_nowait(data), failed.put_nowait)
    two = UdpTransport(lambda data, _: received.put_nowait(data), failed.put_nowait)
    gone = UdpTransport(lambda data, _: None, failed.put_nowait)
    here = Peer("udp", "127.0.0.1", one.open("127.0.0.1", 0))
    there = Peer("udp", "127.0.0.1", two.open("127.0.0.1", 0))
    closed = Peer("udp", "127.0.0.1", gone.open("127.0.0.1", 0))
    gone.close()
    async with asyncio.timeout(5):
        for number in range(3):
            one.send(Outgoing(b"lost", closed))
            one.send(Outgoing(f"{number}".encode(), there))
        assert [await received.get() for _ in range(3)] == [b"0", b"1", b"2"]
        assert [await failed.get() for _ in range(3)] == [closed] * 3
        one.send(Outgoing(b"lost", closed))
        assert await failed.get() == closed
        two.send(Outgoing(b"back", here))
        assert await came_back.get() == b"back"
    assert failed.empty()
    one.close()
    two.close()
