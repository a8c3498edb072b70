"""sipp calls us, asks, and claims; others send what is no SIP at all."""

import asyncio
import contextlib
import random
import socket
from pathlib import Path

from tests.interop.peers.caller import Caller, caller, side_by_side
from tests.interop.peers.scenario import acknowledge_refusal, ask, describe, expect, scenario
from tests.interop.peers.sipp import sipp
from tests.support.peer_process import Transport

OFFER = describe("m=audio 40000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000")
OVERLONG = b"INVITE sip:us@127.0.0.1 SIP/2.0\r\nContent-Length: 99999999999999\r\n\r\n"


async def test_strangers_get_an_answer_and_no_call(tmp_path: Path) -> None:
    async with caller(tmp_path) as ours:
        await side_by_side(*(_all_requests(ours, transport) for transport in ("udp", "tcp")))
        assert (await ours.client.get("/v1/calls"))["calls"] == []


async def _all_requests(ours: Caller, transport: Transport) -> None:
    await side_by_side(
        _refused(ours, "invite", transport, 403),
        _refused(ours, "needs-an-extension", transport, 420, "Require: warp", says="\nUnsupported: warp\n"),
        _answered(ours, "options", transport, ask("OPTIONS"), 200, says="\nAllow: INVITE, ACK, CANCEL, BYE"),
        _answered(ours, "bye", transport, ask("BYE", dialog=True), 481),
        _answered(ours, "cancel", transport, ask("CANCEL"), 481),
        _answered(ours, "message", transport, ask("MESSAGE"), 405, says="\nAllow: INVITE, ACK, CANCEL, BYE"),
    )


async def _refused(
    ours: Caller, name: str, transport: Transport, status: int, *fields: str, says: str = ""
) -> None:
    steps = scenario(ask("INVITE", *fields, sdp=OFFER), expect(status), acknowledge_refusal())
    await _play(ours, name, transport, steps, says)


async def _answered(
    ours: Caller, name: str, transport: Transport, question: str, status: int, says: str = ""
) -> None:
    await _play(ours, name, transport, scenario(question, expect(status)), says)


async def _play(ours: Caller, name: str, transport: Transport, steps: str, says: str) -> None:
    us = f"127.0.0.1:{ours.server.sip_port}"
    async with sipp(ours.folder / f"{name}-{transport}", steps, transport=transport, to=us) as stranger:
        await stranger.succeeds()
        assert says in stranger.received[-1]


async def test_noise_does_no_harm(tmp_path: Path) -> None:
    dice = random.Random(5060)
    noise = [dice.randbytes(dice.randrange(1, 1400)) for _ in range(200)]
    noise += [
        b"",
        b"\r\n\r\n",
        b"\x00" * 20,
        OVERLONG,
        b"SIP/2.0 200 OK\r\n\r\n",
        b"\xff\xfe" + OFFER.encode(),
    ]
    async with caller(tmp_path) as ours:
        address = ("127.0.0.1", ours.server.sip_port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for piece in noise:
                await asyncio.to_thread(sender.sendto, piece, address)
        for piece in (b"".join(noise), OVERLONG):
            reader, writer = await asyncio.open_connection(*address)
            writer.write(piece)
            with contextlib.suppress(ConnectionError):
                await writer.drain()
                async with asyncio.timeout(10):
                    await reader.read()
            writer.close()
        await _answered(ours, "options", "udp", ask("OPTIONS"), 200)
        await _answered(ours, "options", "tcp", ask("OPTIONS"), 200)
