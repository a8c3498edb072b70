"""The UDP socket."""

import asyncio

from earwitness.sip.peer import Outgoing, Peer
from earwitness.sip.transport_udp import UdpTransport


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
        one.send(Outgoing(b"x" * 70_000, first))
        assert await failed.get() == first
        one.send(Outgoing(b"still there", first))
        assert await received.get() == (b"still there", first)
    one.close()
    one.close()
