"""Who does not answer, and who falls silent. The slowest takes 32 s (timer B), so all run side by side."""

import socket
from pathlib import Path

from tests.interop.peers.caller import Caller, caller, side_by_side
from tests.interop.peers.ear import write_tone
from tests.interop.peers.scenario import (
    accept,
    fall_silent,
    hang_up,
    pause,
    pcma,
    reinvite,
    respond,
    scenario,
    speak_again,
    stream,
    take_bye,
    take_cancel,
    take_invite,
)
from tests.interop.peers.sipp import sipp
from tests.support.peer_process import Transport, free_port


async def test_calls_that_do_not_answer_or_fall_silent_end_in_time(tmp_path: Path) -> None:
    tone = write_tone(tmp_path / "tone.alaw")
    async with (
        caller(tmp_path / "patient") as patient,
        caller(tmp_path / "hasty", answer_timeout_s=2, media_timeout_s=2) as hasty,
    ):
        await side_by_side(
            _no_response_at_all(patient),
            _rings_for_ever(hasty, "udp"),
            _rings_for_ever(hasty, "tcp"),
            _tries_for_ever(hasty),
            _answers_and_says_nothing(hasty),
            _falls_silent(hasty, tone),
            _is_held_for_long(hasty, tone),
            _nobody_speaks(patient, tone),
        )


async def _no_response_at_all(ours: Caller) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.setblocking(False)
        mute.bind(("127.0.0.1", free_port()))
        async with ours.place(f"sip:mute@127.0.0.1:{mute.getsockname()[1]};transport=udp") as call:
            ended = await call.ends(within_s=45)
        assert call.states == ["no_answer"]
        assert (ended["sipStatus"], ended["reason"]) == (408, "127.0.0.1 does not answer")
        assert not await call.is_mailed()
        invites = []
        while True:
            try:
                invites.append(mute.recv(4096))
            except BlockingIOError:
                break
        # At 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s (RFC 3261 §17.1.1.2), the last where time allows.
        assert len(invites) in (6, 7)
        assert len(set(invites)) == 1


async def _rings_for_ever(ours: Caller, transport: Transport) -> None:
    steps = scenario(take_invite(), respond(180, "Ringing"), take_cancel())
    folder = ours.folder / f"rings-{transport}"
    async with sipp(folder, steps, transport=transport) as far_end, ours.place(far_end.uri) as call:
        ended = await call.ends()
        await far_end.succeeds()
        assert call.states == ["ringing", "no_answer"]
        assert (ended["sipStatus"], ended["reason"]) == (None, "no_answer")
        assert not await call.is_mailed()


async def _tries_for_ever(ours: Caller) -> None:
    steps = scenario(take_invite(), respond(100, "Trying"), take_cancel())
    async with sipp(ours.folder / "tries", steps) as far_end, ours.place(far_end.uri) as call:
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["no_answer"]


async def _answers_and_says_nothing(ours: Caller) -> None:
    steps = scenario(take_invite(), accept(sdp=pcma()), take_bye())
    async with sipp(ours.folder / "nothing", steps) as far_end, ours.place(far_end.uri) as call:
        ended = await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "ended"]
        assert ended["reason"] == "media_timeout"
        assert ended["media"]["packetsReceived"] == 0
        assert await call.is_mailed()
        (bye,) = far_end.requests("BYE")
        assert '\nReason: Q.850;cause=16;text="media_timeout"\n' in bye


async def _falls_silent(ours: Caller, tone: Path) -> None:
    steps = scenario(take_invite(), accept(sdp=pcma()), stream(tone), pause(3), fall_silent(), take_bye())
    async with sipp(ours.folder / "falls", steps) as far_end, ours.place(far_end.uri) as call:
        ended = await call.ends()
        await far_end.succeeds()
        assert ended["reason"] == "media_timeout"
        assert ended["media"]["packetsReceived"] > 100
        assert await call.is_mailed()


async def _is_held_for_long(ours: Caller, tone: Path) -> None:
    """No media is missed while the far end holds the call."""
    steps = scenario(
        take_invite(),
        accept(sdp=pcma()),
        stream(tone),
        pause(0.5),
        reinvite(10, sdp=pcma(direction="sendonly", version=2)),
        fall_silent(),
        pause(5),
        speak_again(),
        reinvite(11, sdp=pcma(version=3)),
        pause(0.5),
        hang_up(),
    )
    async with sipp(ours.folder / "held", steps) as far_end, ours.place(far_end.uri) as call:
        ended = await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "held", "resumed", "ended"]
        assert ended["reason"] == "The other side hung up"


async def _nobody_speaks(ours: Caller, tone: Path) -> None:
    """There is media all the time, but the recogniser hears no speech in it after the first second."""
    steps = scenario(take_invite(), accept(sdp=pcma()), stream(tone), take_bye())
    async with (
        sipp(ours.folder / "idle", steps) as far_end,
        ours.place(far_end.uri, endpoint={"idleTimeout": 2}) as call,
    ):
        ended = await call.ends()
        await far_end.succeeds()
        assert ended["reason"] == "idle_timeout"
        assert ended["media"]["mediaS"] > 2
        assert await call.is_mailed()
