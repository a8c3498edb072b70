import asyncio
import dataclasses
import socket
import time

import numpy as np
import pytest

from earwitness.audio.codec import G722, OPUS, PCMA, PCMU, CodecSpec
from earwitness.audio.pcm import RATE_HZ, Pcm
from earwitness.rtp.events import (
    ByeReceived,
    DtmfReceived,
    MediaEvent,
    MediaFailed,
    MediaStarted,
    PlaybackFinished,
)
from earwitness.rtp.plan import MediaPlan
from earwitness.rtp.ports import Datagram
from earwitness.rtp.session import MediaSession
from tests.unit.rtp.streams import joined, tagged, tone


class Side:
    """A session and what it told."""

    def __init__(self, session: MediaSession) -> None:
        self.session = session
        self.pieces: list[Pcm] = []
        self.events: asyncio.Queue[MediaEvent] = asyncio.Queue()
        self.seen: list[MediaEvent] = []

    def start(self, other: MediaSession, codec: CodecSpec = PCMU, payload_type: int = 0) -> MediaPlan:
        plan = MediaPlan("127.0.0.1", other.port, {payload_type: codec}, payload_type, (101, 8_000))
        self.session.start(plan, self.pieces.append, self.events.put_nowait)
        return plan

    async def until(self, kind: type[MediaEvent]) -> MediaEvent:
        while True:
            event = await asyncio.wait_for(self.events.get(), 10)
            self.seen.append(event)
            if isinstance(event, kind):
                return event


async def _pair(codec: CodecSpec = PCMU, payload_type: int = 0) -> tuple[Side, Side]:
    ours, theirs = Side(await MediaSession.open("127.0.0.1")), Side(await MediaSession.open("127.0.0.1"))
    ours.start(theirs.session, codec, payload_type)
    theirs.start(ours.session, codec, payload_type)
    return ours, theirs


@pytest.mark.parametrize(
    ("codec", "payload_type", "delay"), [(OPUS, 96, 104), (G722, 9, 22), (PCMU, 0, 62), (PCMA, 8, 62)]
)
async def test_what_one_plays_the_other_hears(codec: CodecSpec, payload_type: int, delay: int) -> None:
    ours, theirs = await _pair(codec, payload_type)
    sound = np.concatenate([tone(0.2, 300), tone(0.2, 500), tone(0.2, 700)])
    theirs.session.play(sound)
    await theirs.until(PlaybackFinished)
    await theirs.session.aclose()
    await ours.until(ByeReceived)
    await ours.session.aclose()
    heard = joined(ours.pieces)
    # The sender may have begun with silence before the sound was given to it.
    loud = int(np.flatnonzero(np.abs(heard) > 500)[0])
    begin = max(0, round((loud - delay) / 320)) * 320 + delay
    part = heard[begin : begin + len(sound)]
    assert np.corrcoef(sound[: len(part)], part)[0, 1] > 0.95
    assert isinstance(ours.seen[0], MediaStarted)
    assert ours.session.stats.packets_lost == 0
    assert ours.session.stats.codec == codec.name
    assert ours.session.last_packet_at is not None


async def test_keys_and_a_change_of_codec() -> None:
    ours, theirs = await _pair()
    await ours.until(MediaStarted)
    theirs.session.send_digits("4")
    key = await ours.until(DtmfReceived)
    assert isinstance(key, DtmfReceived)
    assert key.digit == "4"
    both = {0: PCMU, 96: OPUS}
    ours.session.update(MediaPlan("127.0.0.1", theirs.session.port, both, 0))
    theirs.session.update(MediaPlan("127.0.0.1", ours.session.port, both, 96))
    with pytest.raises(ValueError, match="telephone events"):
        theirs.session.send_digits("4")
    theirs.session.play(tone(0.1))
    await theirs.until(PlaybackFinished)
    await theirs.session.aclose()
    await ours.until(ByeReceived)
    await ours.session.aclose()
    assert ours.session.stats.codec == "opus"
    assert len(joined(ours.pieces)) / RATE_HZ == pytest.approx(ours.session.stats.media_s)


async def test_what_came_before_the_start_is_heard() -> None:
    ours, theirs = Side(await MediaSession.open("127.0.0.1")), Side(await MediaSession.open("127.0.0.1"))
    theirs.start(ours.session)
    theirs.session.play(tone(0.2))
    await theirs.until(PlaybackFinished)
    await theirs.session.aclose()
    ours.start(theirs.session)
    await ours.session.aclose()
    assert len(joined(ours.pieces)) >= 0.2 * RATE_HZ
    assert np.abs(joined(ours.pieces)).max() > 5_000


async def test_rtp_and_rtcp_on_one_port() -> None:
    ours, theirs = Side(await MediaSession.open("127.0.0.1")), Side(await MediaSession.open("127.0.0.1"))
    ours.start(theirs.session)
    plan = MediaPlan("127.0.0.1", ours.session.port, {0: PCMU}, 0, remote_rtcp_port=ours.session.port)
    theirs.session.start(plan, theirs.pieces.append)
    await ours.until(MediaStarted)
    await theirs.session.aclose()
    await ours.until(ByeReceived)
    await ours.session.aclose()
    assert ours.session.stats.packets_malformed == 0


async def test_a_listener_that_raises_ends_its_own_media_only(caplog: pytest.LogCaptureFixture) -> None:
    ours, theirs = Side(await MediaSession.open("127.0.0.1")), Side(await MediaSession.open("127.0.0.1"))

    def refuse(_: Pcm) -> None:
        raise RuntimeError("no room")

    plan = MediaPlan("127.0.0.1", theirs.session.port, {0: PCMU}, 0)
    ours.session.start(plan, refuse, ours.events.put_nowait)
    theirs.start(ours.session)
    failed = await ours.until(MediaFailed)
    assert failed == MediaFailed("RuntimeError: no room")
    assert "no room" in caplog.text
    theirs.session.play(tone(0.1))
    await theirs.until(PlaybackFinished)
    await theirs.session.aclose()
    await ours.session.aclose()


async def test_a_flood_keeps_nothing_else_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    side = Side(await MediaSession.open("127.0.0.1"))
    side.session.start(MediaPlan("192.0.2.1", 5000, {0: PCMU}, 0), side.pieces.append)
    asked = 0

    def flood(bound: socket.socket, most: int) -> list[Datagram]:
        nonlocal asked
        asked += 1
        assert asked < 100, "one session keeps all others waiting"
        now = time.monotonic()
        return [Datagram(bytes(tagged(0)), ("127.0.0.2", port), now) for port in range(most)]

    monkeypatch.setattr("earwitness.rtp.session.receive", flood)
    side.session.on_tick(100, 0, time.monotonic())
    assert asked <= 4, "two looks into each socket"
    await side.session.aclose()
    assert side.session.stats.packets_from_strangers > 0


async def test_a_missing_route_is_no_error() -> None:
    side = Side(await MediaSession.open("127.0.0.1"))
    # A loopback socket has no way to the world outside.
    plan = MediaPlan("192.0.2.1", 5000, {0: PCMU}, 0)
    side.session.start(plan, side.pieces.append, side.events.put_nowait)
    side.session.play(tone(0.04))
    await side.until(PlaybackFinished)
    await side.session.aclose()


async def test_a_listener_that_raises_at_the_end_does_not_keep_the_ports(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ours, theirs = await _pair()
    await ours.until(MediaStarted)

    def refuse(_: Pcm) -> None:
        raise RuntimeError("no room")

    late = await MediaSession.open("127.0.0.1")
    late.start(MediaPlan("127.0.0.1", theirs.session.port, {0: PCMU}, 0), refuse)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.sendto(bytes(tagged(0)), ("127.0.0.1", late.port))
    await late.aclose()
    assert "no room" in caplog.text
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(("127.0.0.1", late.port))
    await ours.session.aclose()
    await theirs.session.aclose()


async def test_a_peer_on_the_last_port_gets_no_reports() -> None:
    side = Side(await MediaSession.open("127.0.0.1"))
    side.session.start(MediaPlan("127.0.0.1", 65_535, {0: PCMU}, 0), side.pieces.append)
    await side.session.aclose()


async def test_closing_frees_the_ports_and_may_be_repeated() -> None:
    session = await MediaSession.open("127.0.0.1")
    await session.aclose()
    await session.aclose()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(("127.0.0.1", session.port))


async def test_a_session_starts_once_and_before_it_is_used() -> None:
    session = await MediaSession.open("127.0.0.1")
    with pytest.raises(RuntimeError, match="call start"):
        session.send_digits("1")
    plan = MediaPlan("127.0.0.1", session.port + 2, {0: PCMU}, 0)
    session.start(plan, lambda _: None)
    with pytest.raises(RuntimeError, match="starts once"):
        session.start(dataclasses.replace(plan), lambda _: None)
    assert session.last_packet_at is None
    assert session.stats.packets_received == 0
    await session.aclose()
