"""Calls through Kamailio to a baresip that has registered there."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from earwitness.audio.files import write_wav
from earwitness.audio.pcm import RATE_HZ
from tests.interop.peers.caller import SAID, Caller, caller, side_by_side
from tests.interop.peers.kamailio import DOMAIN, PASSWORD, Algorithm, Kamailio, kamailio
from tests.interop.peers.scenario import respond, scenario, take_cancel, take_invite
from tests.interop.peers.sipp import sipp
from tests.support.baresip import Registrar, baresip
from tests.support.peer_process import Transport

ALGORITHMS: tuple[Algorithm, ...] = ("MD5", "SHA-256")
TRANSPORTS: tuple[Transport, ...] = ("udp", "tcp")
Ender = Literal["us", "them"]

CALLS: list[tuple[str, Transport, Transport, Ender]] = [
    # user, our way to the proxy, baresip's way, who hangs up
    ("ada", "udp", "udp", "us"),
    ("bob", "udp", "tcp", "them"),
    ("cyn", "tcp", "udp", "them"),
    ("dan", "tcp", "tcp", "us"),
]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two seconds of a tone for baresip to play."""
    at_s = np.arange(2 * RATE_HZ) / RATE_HZ
    path = tmp_path / "tone.wav"
    write_wav(path, (8_000 * np.sin(2 * np.pi * 440 * at_s)).astype(np.int16))
    return path


async def test_calls_with_digest_over_both_transports_ended_from_both_sides(
    tmp_path: Path, recording: Path
) -> None:
    async with AsyncExitStack() as running:
        calls = []
        for algorithm in ALGORITHMS:
            folder = tmp_path / algorithm
            # baresip knows no SHA-256, so it has to register without a password there.
            proxy = await running.enter_async_context(
                kamailio(folder / "proxy", algorithm=algorithm, open_registrar=algorithm == "SHA-256")
            )
            ours = {
                transport: await running.enter_async_context(_through(folder / transport, proxy, transport))
                for transport in TRANSPORTS
            }
            calls += [
                _call(ours[transport], proxy, user, callee_transport, ender, recording)
                for user, transport, callee_transport, ender in CALLS
            ]
        await side_by_side(*calls)


async def _call(
    ours: Caller, proxy: Kamailio, user: str, transport: Transport, ender: Ender, recording: Path
) -> None:
    callee = baresip(
        ours.folder / user,
        wav=recording,
        silence_after_s=10 if ender == "us" else 0,
        user=user,
        transport=transport,
        registrar=Registrar(proxy.uri(transport), DOMAIN, PASSWORD),
    )
    async with callee, ours.place(f"sip:{user}@{DOMAIN}") as call:
        await call.reaches("answered")
        if ender == "us":
            await call.hears(SAID)
            await call.stop()
        ended = await call.ends()
        # baresip rings and answers in one breath, and a proxy of several processes may turn the order round.
        assert [state for state in call.states if state != "ringing"] == ["answered", "ended"]
        assert ended["codec"] == "opus"
        assert ended["media"]["packetsReceived"] > 20
        assert ended["media"]["packetsLost"] == 0
        assert ended["reason"] == ("We hung up" if ender == "us" else "The other side hung up")
        assert await call.words() == [SAID]
        assert await call.is_mailed()
        # An answer that is repeated, as on a busy machine, is acknowledged again.
        routed = list(dict.fromkeys(proxy.routed(user)))
        assert routed == ["ACK", "BYE"], "ACK and BYE take the way of the INVITE"


async def test_what_a_proxy_refuses_and_what_is_cancelled_through_it(tmp_path: Path) -> None:
    async with kamailio(tmp_path / "kamailio") as proxy, _through(tmp_path, proxy, "udp") as ours:
        await side_by_side(_nobody_registered(ours), _wrong_password(ours), _cancelled(ours))


async def _nobody_registered(ours: Caller) -> None:
    async with ours.place(f"sip:nobody@{DOMAIN}") as call:
        ended = await call.ends()
        assert (ended["state"], ended["sipStatus"], ended["reason"]) == ("failed", 404, "Not Found")


async def _wrong_password(ours: Caller) -> None:
    async with ours.place(f"sip:alice:guess@{DOMAIN}") as call:
        ended = await call.ends()
        assert (ended["state"], ended["sipStatus"]) == ("failed", 407)
        assert ended["reason"] == "Proxy Authentication Required"


async def _cancelled(ours: Caller) -> None:
    steps = scenario(take_invite(), respond(180, "Ringing"), take_cancel())
    async with sipp(ours.folder / "rings", steps) as far_end, ours.place(far_end.uri) as call:
        await call.reaches("ringing")
        await call.stop()
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["ringing", "ended"]


@asynccontextmanager
async def _through(folder: Path, proxy: Kamailio, transport: Transport) -> AsyncIterator[Caller]:
    """Run a server that sends all its calls through the proxy."""
    way = {"sip_proxy": proxy.uri(transport), "sip_user": "alice", "sip_password": PASSWORD}
    async with caller(folder, **way) as ours:
        yield ours
