import dataclasses
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from earwitness.audio.codec import G722, OPUS, PCMU
from earwitness.audio.pcm import RATE_HZ, Pcm
from earwitness.rtp.events import CodecChanged, DtmfReceived, MediaStarted
from earwitness.rtp.packet import RtpPacket
from earwitness.rtp.receiver import Receiver
from earwitness.rtp.telephone_event import TelephoneEvent
from tests.unit.rtp.streams import CODECS, FRAME, concealed_frames, encoded, joined, tagged, tags, tone

PACKET_S = 0.02


class Ear:
    """A receiver that is pulled every 60 ms, as a session does."""

    def __init__(self, receiver: Receiver | None = None) -> None:
        self.receiver = receiver or Receiver(CODECS, 101)
        self.pieces: list[Pcm] = []
        self.now = 0.0

    def run(self, until: float) -> None:
        while self.now < until - 1e-9:
            self.now = round(self.now + 0.06, 6)
            self.pieces += self.receiver.pull(self.now)

    def hear(self, *arrivals: tuple[RtpPacket, float]) -> "Ear":
        """Take packets at their times."""
        for packet, at in sorted(arrivals, key=lambda arrival: arrival[1]):
            while self.now + 0.06 <= at:
                self.run(self.now + 0.06)
            self.receiver.push(packet, at)
        return self

    def finish(self) -> list[Pcm]:
        self.run(self.now + 0.18)
        self.pieces += self.receiver.finish()
        return self.pieces


def on_time(*numbers: int, sequence: int = 0, timestamp: int = 0) -> list[tuple[RtpPacket, float]]:
    return [(tagged(n, sequence=sequence, timestamp=timestamp), n * PACKET_S) for n in numbers]


def test_a_clean_stream_comes_out_as_it_is() -> None:
    pieces = Ear().hear(*on_time(*range(50))).finish()
    assert tags(joined(pieces)) == list(range(50))
    assert pieces[0].start_s == 0.0
    assert not any(piece.concealed for piece in pieces)


def test_time_stamps_and_sequence_numbers_wrap() -> None:
    pieces = Ear().hear(*on_time(*range(50), sequence=65_520, timestamp=2**32 - 3_000)).finish()
    assert tags(joined(pieces)) == list(range(50))


def test_media_starts_at_the_first_packet() -> None:
    receiver = Receiver(CODECS)
    assert receiver.pull(5.0) == []
    receiver.push(tagged(0, timestamp=123_456), 7.0)
    assert [piece.start_s for piece in receiver.pull(7.01)] == [0.0]
    assert receiver.events() == [MediaStarted(7.0, "PCMU")]


def test_short_losses_are_concealed_in_their_place() -> None:
    pieces = Ear().hear(*on_time(*range(10), *range(13, 30))).finish()
    assert len(joined(pieces)) == 30 * FRAME
    assert concealed_frames(pieces) == [10 <= n < 13 for n in range(30)]
    heard = tags(joined(pieces))
    assert heard[:10] == list(range(10))
    assert heard[14:] == list(range(14, 30))
    assert np.abs(joined(pieces)[10 * FRAME : 11 * FRAME]).max() > 0


def test_long_losses_are_silence() -> None:
    pieces = Ear().hear(*on_time(*range(10), *range(18, 30))).finish()
    assert concealed_frames(pieces) == [10 <= n < 18 for n in range(30)]
    assert tags(joined(pieces))[10:18] == [-1] * 8


def test_a_loop_that_stalled_hears_everything() -> None:
    receiver = Receiver(CODECS)
    pieces = []
    for number in range(100):
        receiver.push(tagged(number), number * PACKET_S)
        if number < 30 or number > 70:
            pieces += receiver.pull(number * PACKET_S)
    assert tags(joined(pieces)) == list(range(100))


def test_packets_held_up_by_the_network_are_all_heard_and_the_delay_is_taken_back() -> None:
    loud = encoded(PCMU, 0, tone(2.0))
    quiet = encoded(PCMU, 0, np.zeros(2 * RATE_HZ, np.int16), sequence=100, timestamp=16_000)
    packets = [(packet, n * PACKET_S) for n, packet in enumerate(loud + quiet)]
    # Everything from 1.0 to 1.5 s arrives at 1.5 s.
    arrivals = [(packet, 1.5 if 1.0 <= at < 1.5 else at) for packet, at in packets]
    pieces = Ear().hear(*arrivals).finish()
    samples = joined(pieces)
    # All the tone, in two parts with silence between.
    assert np.count_nonzero(np.abs(samples) > 50) == pytest.approx(2 * RATE_HZ, rel=0.03)
    assert any(piece.concealed for piece in pieces)
    # The media clock is back on the RTP clock: 4 s of packets, 4 s of audio.
    assert len(samples) / RATE_HZ == pytest.approx(4.0, abs=0.045)


def test_all_that_was_held_up_for_long_is_heard() -> None:
    arrivals = [(packet, 9.0 if 2.0 <= at < 9.0 else at) for packet, at in on_time(*range(600))]
    ear = Ear().hear(*arrivals)
    said = [tag for tag in tags(joined(ear.finish())) if tag >= 0]
    assert said == [number % 104 for number in range(600)]
    assert ear.receiver.overlapping == 0


def _large(number: int) -> RtpPacket:
    return RtpPacket(0, number, number * 160, 1, b"\x90" * 1400)


def _copied(number: int) -> RtpPacket:
    return dataclasses.replace(tagged(number), timestamp=number // 20 * 160)


@pytest.mark.parametrize(("packet", "pace_s"), [(_large, 0.02), (_copied, 0.001)])
def test_audio_that_overlaps_does_not_outrun_the_clock(
    packet: Callable[[int], RtpPacket], pace_s: float
) -> None:
    ear = Ear().hear(*((packet(number), number * pace_s) for number in range(round(10 / pace_s))))
    pieces = ear.finish()
    assert pieces[-1].end_s == pytest.approx(11.0, abs=0.4)
    assert ear.receiver.overlapping > 400


def test_silence_runs_on_when_nothing_comes() -> None:
    ear = Ear().hear(*on_time(*range(50)))
    ear.run(3.0)
    assert len(joined(ear.pieces)) / RATE_HZ == pytest.approx(2.8, abs=0.05)
    assert joined(ear.pieces)[51 * FRAME :].max() == 0
    assert ear.pieces[-1].concealed


def test_after_a_hold_with_a_running_clock_time_is_what_the_stamps_say() -> None:
    resumed = [(tagged(n, sequence=-200), n * PACKET_S + 0.03) for n in range(250, 300)]
    pieces = Ear().hear(*on_time(*range(50)), *resumed).finish()
    heard = tags(joined(pieces))
    assert heard[250:300] == [n % 104 for n in range(250, 300)]
    assert len(heard) == 300


def test_after_a_hold_with_a_stopped_clock_time_is_what_the_wall_says() -> None:
    resumed = [(tagged(50 + n), 5.0 + n * PACKET_S) for n in range(50)]
    pieces = Ear().hear(*on_time(*range(50)), *resumed).finish()
    samples = joined(pieces)
    begin = np.flatnonzero(samples[60 * FRAME :])[0] / RATE_HZ + 60 * PACKET_S
    assert begin == pytest.approx(5.0, abs=0.03)
    assert len(samples) / RATE_HZ == pytest.approx(6.0, abs=0.03)


@pytest.mark.parametrize("jump", [-1_000_000, -9_000, 9_000, 50_000_000])
def test_a_senseless_jump_of_the_clock_is_ignored(jump: int) -> None:
    jumped = [(tagged(n, timestamp=jump), n * PACKET_S) for n in range(50, 100)]
    pieces = Ear().hear(*on_time(*range(50)), *jumped).finish()
    assert tags(joined(pieces)) == list(range(100))


def test_a_peer_that_counts_g722_at_16_khz_is_understood() -> None:
    packets = encoded(G722, 9, tone(2.0))
    doubled = [
        (dataclasses.replace(packet, timestamp=packet.timestamp * 2), n * PACKET_S)
        for n, packet in enumerate(packets)
    ]
    samples = joined(Ear(Receiver({9: G722})).hear(*doubled).finish())
    assert len(samples) / RATE_HZ == pytest.approx(2.0, abs=0.1)
    loud = np.abs(samples.astype(int)).reshape(-1, FRAME).mean(axis=1) > 3000
    assert loud[10:95].all()


def test_pauses_of_the_sender_are_no_losses() -> None:
    # Silence suppression: the sequence numbers go on, the time stamps jump by the pause.
    second = [(tagged(n, sequence=-8), n * PACKET_S) for n in range(28, 50)]
    pieces = Ear().hear(*on_time(*range(20)), *second).finish()
    assert not any(concealed_frames(pieces))
    heard = tags(joined(pieces))
    assert heard[:20] + heard[29:] == [*range(20), *range(29, 50)]
    assert len(heard) == 50


def test_after_comfort_noise_silence_is_not_marked() -> None:
    noise = RtpPacket(13, 20, 20 * 160, 1, b"\x40")
    ear = Ear().hear(*on_time(*range(20)), (noise, 20 * PACKET_S))
    ear.run(2.0)
    assert not any(concealed_frames(ear.pieces))
    assert len(joined(ear.pieces)) / RATE_HZ > 1.7


def test_a_new_source_takes_over_after_two_packets() -> None:
    other = [(tagged(n, ssrc=2, sequence=7_000, timestamp=999), n * PACKET_S) for n in range(50, 100)]
    ear = Ear().hear(*on_time(*range(50)), *other)
    assert tags(joined(ear.finish())) == list(range(100))
    assert ear.receiver.foreign == 0


def test_a_stray_packet_of_another_source_changes_nothing() -> None:
    stray = (tagged(3, ssrc=2), 25.5 * PACKET_S)
    ear = Ear().hear(*on_time(*range(50)), stray)
    assert tags(joined(ear.finish())) == list(range(50))
    assert ear.receiver.foreign == 1


def test_the_codec_may_change_during_the_call() -> None:
    codecs = {0: PCMU, 9: G722, 96: OPUS}
    sound = tone(1.0)
    packets = [
        *encoded(PCMU, 0, sound),
        *encoded(G722, 9, sound, sequence=50, timestamp=8_000),
        *encoded(OPUS, 96, sound, sequence=100, timestamp=77),
    ]
    ear = Ear(Receiver(codecs)).hear(*[(packet, n * PACKET_S) for n, packet in enumerate(packets)])
    pieces = ear.finish()
    assert len(joined(pieces)) == 150 * FRAME
    assert not any(piece.concealed for piece in pieces)
    loudness = np.abs(joined(pieces).astype(int)).reshape(-1, FRAME).mean(axis=1)
    assert (loudness[2:] > 3000).all()
    assert [event for event in ear.receiver.events() if isinstance(event, CodecChanged)] == [
        CodecChanged("G722", 1.02),
        CodecChanged("opus", 2.02),
    ]


def test_keys_are_heard_once_and_leave_silence() -> None:
    def key(number: int, digit: int, start: int, *, end: bool) -> tuple[RtpPacket, float]:
        payload = bytes(TelephoneEvent(digit, end, 10, (number - start + 1) * 160))
        return RtpPacket(101, number, start * 160, 1, payload, number == start), number * PACKET_S

    ear = Ear().hear(
        *on_time(*range(20), *range(30, 50)), *[key(n, 5, 20, end=n > 26) for n in range(20, 30)]
    )
    heard = tags(joined(ear.finish()))
    assert heard[:20] + heard[31:] == [*range(20), *range(31, 50)]
    keys = [event for event in ear.receiver.events() if isinstance(event, DtmfReceived)]
    assert [event.digit for event in keys] == ["5"]
    assert keys[0].at_s == pytest.approx(0.4, abs=0.06)


def test_what_nobody_agreed_to_is_counted() -> None:
    ear = Ear().hear(
        *on_time(*range(10)),
        (RtpPacket(77, 10, 1600, 1, b"x" * 160), 0.2),
        (RtpPacket(101, 11, 1600, 1, b"x"), 0.22),
        (RtpPacket(0, 12, 1600, 1, b""), 0.24),
    )
    assert tags(joined(ear.finish()))[:10] == list(range(10))
    assert ear.receiver.malformed == 2


def test_a_payload_nobody_can_decode_is_concealed() -> None:
    packets = encoded(OPUS, 96, tone(1.0))
    broken = packets[20]
    packets[20] = RtpPacket(96, broken.sequence, broken.timestamp, 1, b"\xff\xff\xff")
    ear = Ear(Receiver({96: OPUS})).hear(*[(packet, n * PACKET_S) for n, packet in enumerate(packets)])
    pieces = ear.finish()
    assert len(joined(pieces)) == 50 * FRAME
    assert concealed_frames(pieces) == [n == 20 for n in range(50)]
    assert ear.receiver.malformed == 1


def test_while_not_receiving_time_runs_on_and_nothing_is_heard() -> None:
    ear = Ear().hear(*on_time(*range(50)))
    ear.receiver.update(CODECS, 101, receiving=False)
    ear.hear(*on_time(*range(50, 150)))
    ear.receiver.update(CODECS, 101, receiving=True)
    ear.hear(*on_time(*range(150, 200)))
    heard = tags(joined(ear.finish()))
    assert heard[:49] == list(range(49))
    assert set(heard[51:149]) == {-1}
    assert heard[151:200] == [n % 104 for n in range(151, 200)]
    assert ear.receiver.jitter.lost == 0
    assert not any(concealed_frames(ear.pieces))


def test_a_poor_clock_of_the_peer_is_brought_to_ours_without_a_gap() -> None:
    # 200 ppm fast for ten minutes of continuous sound.
    receiver = Receiver(CODECS)
    pieces = []
    for number in range(30_000):
        at = number * PACKET_S * (1 - 200e-6)
        receiver.push(tagged(number), at)
        if number % 3 == 0:
            pieces += receiver.pull(at)
    pieces += receiver.pull(at)
    assert len(joined(pieces)) / RATE_HZ == pytest.approx(600 * (1 - 200e-6), abs=0.015)
    assert not any(piece.concealed for piece in pieces)
    assert not (joined(pieces) == 0)[FRAME:].any()


@settings(deadline=None)
@given(
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF_FFFF),
    st.sets(st.integers(1, 98), max_size=40),
    st.sets(st.integers(1, 98), max_size=20),
    st.lists(st.floats(0, 0.05), min_size=100, max_size=100),
)
@example(65_500, 2**32 - 1_000, {5, 6, 7}, {8}, [0.0, 0.05] * 50)
def test_loss_copies_and_disorder(
    sequence: int, timestamp: int, lost: set[int], copied: set[int], delays: list[float]
) -> None:
    arrivals = [
        (tagged(n, sequence=sequence, timestamp=timestamp), n * PACKET_S + (delays[n] if n else 0.0))
        for n in range(100)
        if n not in lost
    ]
    arrivals += [(packet, at + 0.03) for n, (packet, at) in enumerate(arrivals) if n in copied]
    ear = Ear().hear(*arrivals)
    pieces = ear.finish()
    samples, marks = joined(pieces), concealed_frames(pieces)
    assert len(samples) == 100 * FRAME
    assert marks == [n in lost for n in range(100)]
    heard = tags(samples)
    # The 2 ms of the filter apart, every packet is in its own place; what stands in is no packet's.
    assert [tag for tag, mark in zip(heard, marks, strict=True) if not mark] == [
        n for n in range(100) if n not in lost
    ]
    assert ear.receiver.jitter.lost == len(lost)
    assert ear.receiver.jitter.duplicates == len([n for n in copied if n < 100 - len(lost)])


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32))
def test_any_packets_at_any_time_give_contiguous_audio(seed: int) -> None:
    chance = random.Random(seed)
    receiver = Receiver({0: PCMU, 96: OPUS}, 101)
    pieces: list[Pcm] = []
    now, number, timestamp, ssrc = 0.0, 0, 0, 1
    for _ in range(200):
        now += chance.choice([0.0, 0.02, 0.02, 0.02, 0.5])
        number += chance.choice([1, 1, 1, 2, 0, -3, 5000])
        timestamp += chance.choice([160, 160, 160, 0, -160, 8000, 2**31])
        ssrc = chance.choice([ssrc] * 9 + [ssrc + 1])
        payload = chance.randbytes(chance.choice([0, 1, 4, 40, 160]))
        packet = RtpPacket(
            chance.choice([0, 0, 96, 101, 13, 50]), number & 0xFFFF, timestamp & 0xFFFF_FFFF, ssrc, payload
        )
        receiver.push(packet, now)
        if chance.random() < 0.4:
            pieces += receiver.pull(now)
    pieces += receiver.pull(now + 1) + receiver.finish()
    samples = joined(pieces)
    # Nothing in the packets can make media time run away from the clock by more than they hold.
    assert len(samples) / RATE_HZ <= now + 1 + 200 * 0.12
