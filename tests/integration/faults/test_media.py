"""What comes to the media ports and is no media of the far end."""

import asyncio
import os
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support.far_end import HOST, TakenCall, far_end, rtp
from tests.support.live import Busy, LiveCall, placed


@asynccontextmanager
async def talking(busy: Busy) -> AsyncIterator[tuple[LiveCall, TakenCall]]:
    """A call in which the first sentence was heard."""
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(1)
        await call.hears(1)
        yield call, taken


async def hears_on(call: LiveCall, taken: TakenCall) -> dict[str, Any]:
    """The words go on; returns the media figures."""
    before = len(call.texts)
    await taken.speak(2)
    await call.hears(before + 2)
    media: dict[str, Any] = (await call.status())["media"]
    await call.stop()
    return media


async def test_garbage_is_counted_and_the_words_go_on(busy: Busy) -> None:
    chance = random.Random(1)
    async with talking(busy) as (call, taken):
        packet = rtp(50)
        garbage = [b"", b"\x80", b"\xff" * 1400, *(packet[:length] for length in range(12))]
        garbage += [chance.randbytes(chance.randrange(1, 200)) for _ in range(200)]
        garbage += [bytes([chance.randrange(256)]) + packet[1:] for _ in range(50)]
        for piece in garbage:
            taken.send(piece)
            await asyncio.sleep(0)
        media = await hears_on(call, taken)
    assert media["packetsMalformed"] > 50


async def test_payload_types_that_nobody_agreed_to_are_not_heard(busy: Busy) -> None:
    async with talking(busy) as (call, taken):
        for number, payload_type in enumerate((3, 8, 18, 34, 96, 127)):
            taken.send(rtp(50 + number, os.urandom(160), payload_type=payload_type))
        taken.next = 56
        media = await hears_on(call, taken)
    assert media["packetsMalformed"] == 6


async def test_empty_and_giant_payloads_do_no_harm(busy: Busy) -> None:
    async with talking(busy) as (call, taken):
        taken.send(*(rtp(50 + number, b"") for number in range(10)))
        taken.send(rtp(60, os.urandom(9000)), rtp(61, b"\xff"))
        taken.next = 62
        await hears_on(call, taken)


async def test_strangers_are_not_heard(busy: Busy) -> None:
    async with talking(busy) as (call, taken):
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as same_host,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other_host,
        ):
            same_host.bind((HOST, 0))
            other_host.bind(("127.0.0.2", 0))
            for number in range(1000, 1200):
                same_host.sendto(rtp(number, os.urandom(160), ssrc=1), taken.target)
                other_host.sendto(rtp(number, os.urandom(160), ssrc=2), taken.target)
                if number % 50 == 0:
                    await asyncio.sleep(0.07)
        # Of the address that was agreed on, but of other sources, no two packets in a row.
        taken.send(*(rtp(number, os.urandom(160), ssrc=number) for number in range(5000, 5050)))
        media = await hears_on(call, taken)
        received = media["packetsReceived"]
    assert media["packetsFromStrangers"] == 450
    assert received == 150


async def test_a_flood_from_elsewhere_costs_no_words(busy: Busy) -> None:
    async with talking(busy) as (call, taken):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
            packet = rtp(7, os.urandom(160), ssrc=99)
            for number in range(5000):
                flood.sendto(packet, taken.target)
                if number % 500 == 0:
                    await asyncio.sleep(0)
        await asyncio.sleep(0.2)
        media = await hears_on(call, taken)
    assert media["packetsFromStrangers"] > 100
