"""sipp answers our calls, plays a tone, holds, and takes keys."""

from pathlib import Path

import pytest

from earwitness.rtp.telephone_event import TelephoneEvent
from tests.interop.peers.caller import SAID, Caller, caller, side_by_side
from tests.interop.peers.ear import listening, write_tone
from tests.interop.peers.scenario import (
    accept,
    hang_up,
    pause,
    pcma,
    reinvite,
    respond,
    scenario,
    stream,
    take_bye,
    take_invite,
)
from tests.interop.peers.sipp import sipp
from tests.support.peer_process import Transport

CLEARING = 'Reason: Q.850;cause=16;text="Normal call clearing"'
DIRECTIONS = {"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"}


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """A tone that sipp plays."""
    return write_tone(tmp_path / "tone.alaw")


async def test_media_from_the_first_ring_to_the_last_word(tmp_path: Path, tone: Path) -> None:
    async with caller(tmp_path) as ours:
        await side_by_side(
            _heard(ours, tone, "udp"),
            _heard(ours, tone, "tcp"),
            _early_media(ours, tone),
            _held_and_resumed(ours, tone),
            _held_the_old_way(ours, tone),
            _held_by_answers(ours, tone),
            _keys(ours),
        )


async def _heard(ours: Caller, tone: Path, transport: Transport) -> None:
    steps = scenario(
        take_invite(),
        respond(180, "Ringing"),
        pause(0.3),
        accept(sdp=pcma()),
        stream(tone),
        pause(2),
        hang_up(900, CLEARING),
    )
    folder = ours.folder / f"heard-{transport}"
    async with sipp(folder, steps, transport=transport) as far_end, ours.place(far_end.uri) as call:
        ended = await call.ends()
        await far_end.succeeds()
        told = [frame["message"]["data"] for frame in call.followed.wrapped("call_state")]
        assert [(data["state"], data["sipStatus"]) for data in told] == [
            ("ringing", 180),
            ("answered", 200),
            ("ended", None),
        ]
        assert (ended["state"], ended["codec"]) == ("ended", "PCMA")
        assert (ended["sipStatus"], ended["reason"]) == (None, "Normal call clearing")
        assert ended["media"]["packetsReceived"] > 80
        assert ended["media"]["packetsSent"] > 40
        assert ended["media"]["packetsLost"] == 0
        assert await call.words() == [SAID]
        assert await call.is_mailed()


async def _early_media(ours: Caller, tone: Path) -> None:
    """What is said before the answer (a greeting, an announcement) is part of the conversation."""
    steps = scenario(
        take_invite(),
        respond(183, "Session Progress", sdp=pcma()),
        stream(tone),
        pause(1.5),
        accept(sdp=pcma()),
        pause(1),
        hang_up(),
    )
    async with sipp(ours.folder / "early", steps) as far_end, ours.place(far_end.uri) as call:
        await call.reaches("early_media")
        ended = await call.ends()
        await far_end.succeeds()
        assert call.states == ["early_media", "answered", "ended"]
        (words,), (_, answered, _) = call.followed.of("message_response"), call.followed.wrapped("call_state")
        assert words["sequenceNumber"] < answered["sequenceNumber"], "words come before the answer"
        assert ended["media"]["packetsReceived"] > 100
        assert await call.words() == [SAID]


async def _held_and_resumed(ours: Caller, tone: Path) -> None:
    steps = scenario(
        take_invite(),
        accept(sdp=pcma()),
        stream(tone),
        pause(0.5),
        reinvite(10, sdp=pcma(direction="sendonly", version=2)),
        pause(0.5),
        reinvite(11, sdp=pcma(direction="inactive", version=3)),
        pause(0.5),
        reinvite(12, sdp=pcma(version=4)),
        pause(0.5),
        hang_up(),
    )
    async with sipp(ours.folder / "held", steps) as far_end, ours.place(far_end.uri) as call:
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "held", "resumed", "ended"]
        answers = [message for message in far_end.received if message.startswith("SIP/2.0 200")][:3]
        directions = [line for answer in answers for line in answer.split() if line in DIRECTIONS]
        assert directions == ["a=recvonly", "a=inactive", "a=sendrecv"]


async def _held_the_old_way(ours: Caller, tone: Path) -> None:
    """An address of zeros (RFC 2543) holds too."""
    hold = reinvite(10, sdp=pcma(version=2, host="0.0.0.0"))
    await _held_by(ours, tone, "held-old", hold, reinvite(11, sdp=pcma(version=3)))


async def _held_by_answers(ours: Caller, tone: Path) -> None:
    """Who re-invites without an offer says in the ACK that the call is held (RFC 3264 §8.4)."""
    hold = reinvite(10, answer=pcma(direction="inactive", version=2))
    await _held_by(ours, tone, "held-by-answers", hold, reinvite(11, answer=pcma(version=3)))


async def _held_by(ours: Caller, tone: Path, name: str, hold: str, resume: str) -> None:
    talk = (pause(0.5), hold, pause(0.5), resume, pause(0.5))
    steps = scenario(take_invite(), accept(sdp=pcma()), stream(tone), *talk, hang_up())
    async with sipp(ours.folder / name, steps) as far_end, ours.place(far_end.uri) as call:
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "held", "resumed", "ended"]


async def _keys(ours: Caller) -> None:
    """Keys go out as RFC 4733 events, after the answer, with half a second for each comma."""
    async with listening() as ear:
        steps = scenario(take_invite(), pause(0.5), accept(sdp=pcma(port=ear.port)), take_bye())
        async with (
            sipp(ours.folder / "keys", steps) as far_end,
            ours.place(far_end.uri, endpoint={"dtmf": "1,,2#"}) as call,
        ):
            await ear.hears_keys(3)
            await call.stop()
            await call.ends()
            await far_end.succeeds()
    pressed: dict[int, list[TelephoneEvent]] = {}
    for packet, event in ear.keys:
        assert packet.marker is (packet.timestamp not in pressed), "the first packet of a key alone is marked"
        pressed.setdefault(packet.timestamp, []).append(event)
    assert [events[0].event for events in pressed.values()] == [1, 2, 11]
    for events in pressed.values():
        assert [event.end for event in events[-4:]] == [False, True, True, True]
    first_at, second_at, third_at = (timestamp / 8000 for timestamp in pressed)
    # A tone and the gap after it last 0.2 s, each comma 0.5 s more; steps are of 20 ms.
    assert second_at - first_at == pytest.approx(1.2, abs=0.1)
    assert third_at - second_at == pytest.approx(0.2, abs=0.1)
    assert len({packet.ssrc for _, packet in ear.heard}) == 1, "audio and keys are one source (RFC 4733 §2.6)"
