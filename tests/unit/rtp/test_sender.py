import itertools

import numpy as np
import pytest

from earwitness.audio.codec import CODECS, OPUS, PCMU, CodecSpec, open_decoder
from earwitness.rtp.packet import RtpPacket
from earwitness.rtp.sender import Sender, silent_payload
from tests.unit.rtp.streams import tone


def _packets(sender: Sender, count: int) -> list[RtpPacket]:
    return [RtpPacket.parse(sender.step()) for _ in range(count)]


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_silence_is_silent_and_counts_right(codec: CodecSpec) -> None:
    packets = _packets(Sender(codec, 97), 60)
    ticks = codec.clock_rate_hz // 50
    for before, after in itertools.pairwise(packets):
        assert (after.sequence - before.sequence) % 65536 == 1
        assert (after.timestamp - before.timestamp) % 2**32 == ticks
        assert after.ssrc == before.ssrc
    assert {packet.payload_type for packet in packets} == {97}
    assert [packet.marker for packet in packets] == [True] + [False] * 59
    decoder = open_decoder(codec)
    heard = np.concatenate([decoder.decode(packet.payload) for packet in packets])
    assert len(heard) == 60 * 320
    assert np.abs(heard.astype(int)).max() <= 16


def test_sources_start_anywhere() -> None:
    first, second = (_packets(Sender(PCMU, 0), 1)[0] for _ in range(2))
    assert (first.ssrc, first.timestamp) != (second.ssrc, second.timestamp)


def test_what_is_played_is_heard() -> None:
    sender = Sender(PCMU, 0)
    sound = tone(0.5)
    sender.play(sound)
    packets = _packets(sender, 25)
    assert sender.playing
    decoder = open_decoder(PCMU)
    heard = np.concatenate([decoder.decode(packet.payload) for packet in packets])
    delay = 62
    assert np.corrcoef(sound[:-delay], heard[delay:])[0, 1] > 0.999
    assert _packets(sender, 1)[0].payload == silent_payload(PCMU, 20)
    assert not sender.playing


def test_plays_pieces_of_any_length_and_fills_the_last_packet() -> None:
    pieces = [tone(0.5)[at : at + 333] for at in range(0, 1_000, 333)]
    at_once, in_pieces = Sender(PCMU, 0), Sender(PCMU, 0)
    at_once.play(np.concatenate(pieces))
    in_pieces.play(iter(pieces))
    assert [p.payload for p in _packets(at_once, 6)] == [p.payload for p in _packets(in_pieces, 6)]


def test_keys_replace_audio_and_time_goes_on() -> None:
    sender = Sender(OPUS, 96, (101, 8_000))
    before = _packets(sender, 2)[-1]
    sender.dial("7")
    packets = _packets(sender, 13)
    events, after = packets[:7], packets[7]
    assert {packet.payload_type for packet in events} == {101}
    assert len({packet.timestamp for packet in events}) == 1
    assert [packet.marker for packet in events] == [True] + [False] * 6
    assert [packet.sequence for packet in packets] == [(before.sequence + n) % 65536 for n in range(1, 14)]
    assert after.marker
    assert (after.timestamp - before.timestamp) % 2**32 == 8 * 960
    assert {packet.payload_type for packet in packets[7:]} == {96}


def test_keys_nobody_takes_are_refused() -> None:
    with pytest.raises(ValueError, match="did not agree to telephone events"):
        Sender(PCMU, 0).dial("1")


def test_skipping_moves_the_stamps_only() -> None:
    sender = Sender(PCMU, 0)
    before = _packets(sender, 1)[0]
    sender.skip(10)
    after = _packets(sender, 1)[0]
    assert (after.timestamp - before.timestamp) % 2**32 == 11 * 160
    assert (after.sequence - before.sequence) % 65536 == 1


def test_another_codec_goes_on_in_the_same_source() -> None:
    sender = Sender(PCMU, 0)
    sender.play(tone(1.0))
    before = _packets(sender, 3)[-1]
    sender.update(OPUS, 96, None, 20)
    after = _packets(sender, 1)[0]
    assert (after.payload_type, after.ssrc) == (96, before.ssrc)
    assert (after.sequence - before.sequence) % 65536 == 1
    assert len(open_decoder(OPUS).decode(after.payload)) == 320


def test_keys_go_on_under_another_payload_type() -> None:
    sender = Sender(PCMU, 0, (101, 8_000))
    sender.dial("12345#")
    packets = _packets(sender, 3)
    sender.update(PCMU, 0, (96, 8_000), 20)
    while sender.dialing:
        packets += _packets(sender, 1)
    assert [packet.payload_type for packet in packets[:9]] == [101] * 3 + [96] * 4 + [0] * 2
    assert [packet.payload[0] for packet in packets if packet.payload_type and packet.marker] == [
        1,
        2,
        3,
        4,
        5,
        11,
    ]


def test_longer_packets() -> None:
    packets = _packets(Sender(PCMU, 0, ptime_ms=40), 2)
    assert len(packets[0].payload) == 320
    assert (packets[1].timestamp - packets[0].timestamp) % 2**32 == 320
