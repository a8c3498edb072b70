"""Far ends that answer with something else than a usable session description."""

import asyncio
import random

import pytest

from tests.support.far_end import HOST, answer, far_end
from tests.support.live import Busy, placed


def _described(media: str, host: str = HOST) -> bytes:
    return f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n{media}\r\n".encode()


UNUSABLE = {
    "nothing": b"",
    "no text": bytes(range(256)) * 4,
    "no media": _described(""),
    "port 0": _described("m=audio 0 RTP/AVP 0"),
    "no such port": _described("m=audio 70000 RTP/AVP 0"),
    "a negative port": _described("m=audio -5 RTP/AVP 0"),
    "a port of 5000 digits": _described("m=audio " + "9" * 5000 + " RTP/AVP 0"),
    "no codec of ours": _described("m=audio 40000 RTP/AVP 18\r\na=rtpmap:18 G729/8000"),
    "no payload type": _described("m=audio 40000 RTP/AVP"),
    "a payload type that is no number": _described("m=audio 40000 RTP/AVP x 999 -1"),
    "a name for an address": _described("m=audio 40000 RTP/AVP 0", "media.example.invalid"),
    "no address": _described("m=audio 40000 RTP/AVP 0", ""),
    "only video": _described("m=video 40000 RTP/AVP 31"),
    "encryption": _described("m=audio 40000 RTP/SAVP 0"),
}


@pytest.mark.parametrize("what", UNUSABLE)
async def test_an_unusable_answer_ends_the_call_with_a_reason(busy: Busy, what: str) -> None:
    async with far_end(lambda port: UNUSABLE[what]) as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await asyncio.wait_for(taken.over.wait(), 5)
        await call.ends()
        status = await call.status()
    assert status["state"] == "failed"
    assert status["reason"]
    assert call.texts == []


ODD = {
    "an address of the other family": _described("m=audio 40000 RTP/AVP 0", "::1").replace(
        b"IP4 ::1", b"IP6 ::1"
    ),
    "a broadcast address": _described("m=audio 40000 RTP/AVP 0", "255.255.255.255"),
    "port 1": _described("m=audio 1 RTP/AVP 0"),
    "the last port": _described("m=audio 65535 RTP/AVP 0"),
    "no such port for RTCP": _described("m=audio 40000 RTP/AVP 0\r\na=rtcp:70000"),
    "an address with a scope": _described("m=audio 40000 RTP/AVP 0", "fe80::1%lo"),
    "a multicast address": _described("m=audio 40000 RTP/AVP 0", "224.2.1.1/127"),
}


@pytest.mark.parametrize("what", ODD)
async def test_an_answer_that_leads_nowhere_does_no_harm(busy: Busy, what: str) -> None:
    async with far_end(lambda port: ODD[what]) as peer, placed(busy.client, peer.uri) as call:
        await peer.taken()
        await asyncio.sleep(0.2)  # some packets go out
        await call.stop()
        status = await call.status()
    assert status["state"] in ("ended", "failed")


async def test_damaged_answers_do_no_harm(busy: Busy) -> None:
    chance = random.Random(3)

    def damaged(port: int) -> bytes:
        whole = bytearray(answer(port))
        for _ in range(5):
            whole[chance.randrange(len(whole))] = chance.randrange(256)
        return bytes(whole)

    async def once() -> None:
        async with placed(busy.client, peer.uri) as call:
            await peer.taken()
            await call.stop()

    async with far_end(damaged) as peer, asyncio.TaskGroup() as group:
        for _ in range(40):
            group.create_task(once())
