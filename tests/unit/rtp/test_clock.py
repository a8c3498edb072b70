"""Whatever network and clocks do: a sound is where it was said on the call's clock, to 50 ms."""

import dataclasses
from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from earwitness.audio.codec import G722, OPUS, PCMU, CodecSpec, open_encoder
from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.rtp.packet import RtpPacket
from earwitness.rtp.receiver import Receiver
from tests.support.network import Network
from tests.unit.rtp.streams import joined

PACKET = RATE_HZ // 50
RIGHT_S = 0.05
PAYLOAD_TYPES = {0: PCMU, 9: G722, 96: OPUS}
NUMBERS = {codec.key: number for number, codec in PAYLOAD_TYPES.items()}
Sent = tuple[RtpPacket, float]


def chirp() -> Samples:
    """A mark of 100 ms that nothing else looks like."""
    at = np.arange(RATE_HZ // 10) / RATE_HZ
    return np.asarray(9000 * np.sin(2 * np.pi * (300 + 12_000 * at) * at), np.int16)


MARK = chirp()


def sent(
    codec: CodecSpec,
    length_s: float,
    every_s: float,
    *,
    background: int = 0,
    packet: int = PACKET,
    first: tuple[int, int] = (0, 0),
    ssrc: int = 1,
) -> Iterator[Sent]:
    """Packets with a mark in every so many seconds, the first one after half of that, and noise between."""
    encoder = open_encoder(codec)
    period = round(every_s * RATE_HZ) // packet * packet
    sound = np.random.default_rng(5).normal(0, background or 1e-9, period).astype(np.int16)
    middle = period // 2
    sound[middle : middle + len(MARK)] = MARK
    # Encoding it once is enough: it goes round in noise.
    payloads = [encoder.encode(sound[at : at + packet]) for at in range(0, period, packet)]
    sequence, timestamp = first
    ticks = codec.clock_rate_hz * packet // RATE_HZ
    for number in range(int(length_s * RATE_HZ) // packet):
        header = (sequence + number & 0xFFFF, timestamp + number * ticks & 0xFFFF_FFFF, ssrc)
        payload = payloads[number % len(payloads)]
        yield RtpPacket(NUMBERS[codec.key], *header, payload), number * packet / RATE_HZ


def hear(arrivals: Iterable[Sent], until_s: float, receiver: Receiver | None = None) -> list[Pcm]:
    """Pull every 60 ms, as a session does."""
    receiver = receiver or Receiver(PAYLOAD_TYPES)
    pieces: list[Pcm] = []
    now = 0.06
    for packet, at in arrivals:
        while at > now:
            pieces += receiver.pull(now)
            now += 0.06
        receiver.push(packet, at)
    while now < until_s:
        pieces += receiver.pull(now)
        now += 0.06
    return pieces + receiver.finish()


def errors(pieces: list[Pcm], marks_s: Iterable[float], near_s: float = 0.2) -> list[float]:
    """How far each mark is from its time, in seconds; marks of which most was lost are left out."""
    samples = joined(pieces)
    mark = MARK.astype(np.float32)
    energy = float(np.dot(mark, mark))
    found = []
    for mark_s in marks_s:
        begin = max(0, round((mark_s - near_s) * RATE_HZ))
        around = samples[begin : begin + round(2 * near_s * RATE_HZ) + len(mark)]
        likeness = np.correlate(around.astype(np.float32), mark)
        best = int(np.argmax(likeness))
        if likeness[best] > 0.3 * energy:
            found.append((begin + best) / RATE_HZ - mark_s)
    return found


def marks(length_s: float, every_s: float, skew_ppm: float = 0.0) -> list[float]:
    """When the marks were said, on our clock."""
    count = int(length_s / every_s)
    return [(number + 0.5) * every_s / (1 + skew_ppm * 1e-6) for number in range(count)]


BAD_NETWORKS = [
    Network(),
    Network(jitter_s=0.06),
    Network(loss=0.1),
    Network(loss=0.2, jitter_s=0.06),
    Network(loss=0.2, bursty=True, jitter_s=0.06, copies=0.1),
    Network(loss=0.05, jitter_s=0.18),
]


@pytest.mark.parametrize("network", BAD_NETWORKS)
@pytest.mark.parametrize("codec", [PCMU, OPUS], ids=["PCMU", "opus"])
def test_marks_are_in_their_place_on_a_bad_network(codec: CodecSpec, network: Network) -> None:
    pieces = hear(network.carry(sent(codec, 60, 2)), 60)
    found = errors(pieces, marks(60, 2))
    assert len(found) >= 27
    assert max(map(abs, found)) < RIGHT_S


@pytest.mark.parametrize(("skew_ppm", "background"), [(-200.0, 0), (200.0, 300)])
def test_two_hours_of_a_poor_clock(skew_ppm: float, background: int) -> None:
    # Its time stamps wrap, too: they start a minute before.
    length_s = 7200.0
    network = Network(loss=0.02, jitter_s=0.03, skew_ppm=skew_ppm)
    first = (65_000, 2**32 - 60 * 8_000)
    stream = sent(PCMU, length_s, 60, background=background, packet=3 * PACKET, first=first)
    pieces = hear(network.carry(stream), 0.0)
    found = errors(pieces, marks(length_s, 60, skew_ppm))
    assert len(found) >= 115
    assert max(map(abs, found)) < RIGHT_S
    assert pieces[-1].end_s == pytest.approx(length_s / (1 + skew_ppm * 1e-6), abs=RIGHT_S)


@pytest.mark.parametrize("jitter_s", [0.06, 0.12, 0.18])
def test_hardly_anything_is_lost_to_jitter(jitter_s: float) -> None:
    pieces = hear(Network(jitter_s=jitter_s).carry(sent(PCMU, 60, 2)), 60)
    concealed_s = sum(piece.duration_s for piece in pieces if piece.concealed)
    assert concealed_s < 0.4


def test_a_good_clock_is_left_alone() -> None:
    pieces = hear(Network(jitter_s=0.06).carry(sent(PCMU, 300, 10, packet=3 * PACKET)), 300)
    assert sum(len(piece.samples) for piece in pieces) == 300 * RATE_HZ


def interrupted(
    begin_s: float, end_s: float, *, stopped: bool, codec: CodecSpec = PCMU, every_s: float = 2.0
) -> Iterator[Sent]:
    """A stream with a hold in it, over which the clock of the time stamps runs on or stops."""
    gone = 0
    for packet, at in sent(codec, end_s + 60, every_s):
        if begin_s <= at < end_s:
            gone += 1
            continue
        back = round((end_s - begin_s) * codec.clock_rate_hz) if stopped and at >= end_s else 0
        yield (
            dataclasses.replace(
                packet,
                sequence=packet.sequence - gone & 0xFFFF,
                timestamp=packet.timestamp - back & 0xFFFF_FFFF,
            ),
            at,
        )


@pytest.mark.parametrize("skew_ppm", [-200.0, 0.0, 200.0])
@pytest.mark.parametrize("stopped", [False, True], ids=["running", "stopped"])
@pytest.mark.parametrize("hold_s", [0.3, 20.0, 400.0, 1800.0])
def test_hold_keeps_time(hold_s: float, stopped: bool, skew_ppm: float) -> None:
    network = Network(jitter_s=0.04, skew_ppm=skew_ppm)
    begin_s, end_s = 30.2, 30.2 + hold_s
    stream = interrupted(begin_s, end_s, stopped=stopped)
    pieces = hear(network.carry(stream), end_s + 60)
    whole = [at for at in marks(end_s + 60, 2, skew_ppm) if not begin_s - 0.2 < at < end_s + 0.2]
    if hold_s < 1:
        # So short a stop is first seen in what follows.
        whole = [at for at in whole if not end_s <= at < end_s + 4]
    found = errors(pieces, whole)
    assert len(found) >= len(whole) - 1
    assert max(map(abs, found)) < RIGHT_S


@pytest.mark.parametrize("pause_s", [0.0, 0.08, 3.0])
def test_another_source_and_another_codec_keep_time(pause_s: float) -> None:
    first = [(packet, at) for packet, at in sent(PCMU, 20, 2)]
    shift_s = 20 + pause_s
    second = [(packet, at + shift_s) for packet, at in sent(PCMU, 20, 2, ssrc=2, first=(9_000, 77_777))]
    third = [(packet, at + 2 * shift_s) for packet, at in sent(OPUS, 20, 2, ssrc=2, first=(10_000, 123))]
    pieces = hear(Network(jitter_s=0.04, seed=3).carry([*first, *second, *third]), 60 + 2 * pause_s)
    said = [at + n * shift_s for n in range(3) for at in marks(20, 2)]
    found = errors(pieces, said)
    assert len(found) == 30
    assert max(map(abs, found)) < RIGHT_S


def test_a_pause_of_the_sender_and_another_codec_under_loss() -> None:
    both = [*sent(PCMU, 30, 2), *((p, at + 30) for p, at in sent(G722, 30, 2, first=(1500, 240_000)))]
    without_pauses = [(packet, at) for packet, at in both if not 10 < at < 10.7 and not 41 < at < 43.3]
    pieces = hear(Network(loss=0.1, jitter_s=0.06, copies=0.05).carry(without_pauses), 60)
    said = [at for at in marks(60, 2) if at not in (43.0,)]
    found = errors(pieces, said)
    assert len(found) >= 27
    assert max(map(abs, found)) < RIGHT_S
