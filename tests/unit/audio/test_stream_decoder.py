from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.audio.codec import PCMU, DecodeError, open_encoder
from earwitness.audio.ogg import OggReader
from earwitness.audio.opus import OpusEncoder
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.audio.stream_decoder import LONGEST_S, open_stream_decoder
from tests.support.recordings import flac_of_silence, ogg_page, write_recording


def tone(rate_hz: int, seconds: float = 2.0, frequency_hz: float = 440) -> Samples:
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    return (8000 * np.sin(2 * np.pi * frequency_hz * at)).astype(np.int16)


def pitch_hz(samples: Samples) -> float:
    middle = samples[4000:-4000]
    return float(np.argmax(np.abs(np.fft.rfft(middle))) * RATE_HZ / len(middle))


def decoded(encoding: str, rate_hz: int, data: bytes, piece: int) -> Samples:
    decoder = open_stream_decoder(encoding, rate_hz)
    pieces = [decoder.decode(data[at : at + piece]) for at in range(0, len(data), piece)]
    return np.concatenate([*pieces, decoder.flush()])


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 32_000, 44_100, 48_000])
def test_linear_samples_of_any_rate_in_pieces_that_split_them(rate_hz: int) -> None:
    data = tone(rate_hz).astype("<i2").tobytes()
    samples = decoded("linear16", rate_hz, data, 777)
    assert len(samples) == pytest.approx(2 * RATE_HZ, abs=3)
    assert pitch_hz(samples) == pytest.approx(440, abs=1)
    assert np.array_equal(samples, decoded("LINEAR16", rate_hz, data, 8192)), "pieces do not matter"


def test_mulaw_is_heard_as_in_a_call() -> None:
    data = open_encoder(PCMU).encode(tone(RATE_HZ))
    assert pitch_hz(decoded("MULAW", 8_000, data, 333)) == pytest.approx(440, abs=1)


def test_flac_gives_every_sample_in_the_end(tmp_path: Path) -> None:
    said = tone(RATE_HZ)
    data = write_recording(tmp_path / "x", "flac", said).read_bytes()
    assert np.array_equal(decoded("FLAC", RATE_HZ, data, 1000), said)


def test_opus_comes_as_packets_or_as_ogg(tmp_path: Path) -> None:
    said = tone(RATE_HZ)
    encoder, decoder = OpusEncoder(), open_stream_decoder("Opus", 16_000)
    packets = [encoder.encode(said[at : at + 320]) for at in range(0, len(said), 320)]
    assert pitch_hz(np.concatenate([decoder.decode(packet) for packet in packets])) == pytest.approx(
        440, abs=1
    )
    data = write_recording(tmp_path / "x", "opus", said).read_bytes()
    assert pitch_hz(decoded("OPUS", 48_000, data, 100)) == pytest.approx(440, abs=1)


@pytest.mark.parametrize(
    ("encoding", "rate_hz", "why"),
    [
        ("MP3", 16_000, "no encoding 'MP3'; there are LINEAR16"),
        ("LINEAR16", 4_000, "4000 Hz is not possible"),
        ("MULAW", 16_000, "only possible at 8000"),
    ],
)
def test_what_cannot_be_decoded_is_named(encoding: str, rate_hz: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        open_stream_decoder(encoding, rate_hz)


def test_a_few_octets_do_not_become_hours_of_opus() -> None:
    sixty_ms_of_silence = b"\x18"
    decoder = open_stream_decoder("OPUS", 48_000)
    assert (
        len(decoder.decode(ogg_page([b"OpusHead"]) + ogg_page([sixty_ms_of_silence] * 200))) == 12 * RATE_HZ
    )
    with pytest.raises(DecodeError, match="more than 120 s"):
        decoder.decode(b"".join(ogg_page([sixty_ms_of_silence] * 255) for _ in range(8)))
    assert len(decoder.decode(ogg_page([sixty_ms_of_silence]))) == 0.06 * RATE_HZ, "it stays usable"


def test_flac_brings_two_minutes_at_once_and_no_more(tmp_path: Path) -> None:
    hiss = np.random.default_rng(1).integers(-1, 2, 130 * RATE_HZ, np.int16)
    decoder = open_stream_decoder("FLAC", RATE_HZ)
    with pytest.raises(DecodeError, match=r"^it brings more than 120 s"):
        decoder.decode(write_recording(tmp_path / "x", "flac", hiss).read_bytes())
    assert len(decoder.flush()) < 10 * RATE_HZ


def test_a_few_octets_do_not_become_hours_at_the_end_of_flac() -> None:
    longest = round(LONGEST_S * RATE_HZ)
    decoder = open_stream_decoder("FLAC", RATE_HZ)
    assert not len(decoder.decode(flac_of_silence(160))), "the parser holds all of it back"
    assert longest - 65_535 < len(decoder.flush()) <= longest


def test_a_flac_frame_of_a_rate_that_makes_minutes_of_it_is_refused() -> None:
    decoder = open_stream_decoder("FLAC", RATE_HZ)
    decoder.decode(flac_of_silence(1, 1_000))
    assert not len(decoder.flush())


@given(st.sampled_from(["LINEAR16", "FLAC", "OPUS"]), st.lists(st.binary(max_size=400), max_size=8))
def test_noise_is_refused_or_gives_samples(encoding: str, pieces: list[bytes]) -> None:
    decoder = open_stream_decoder(encoding, 16_000)
    for piece in pieces:
        try:
            assert decoder.decode(piece).dtype == np.int16
        except DecodeError:
            continue
    assert decoder.flush().dtype == np.int16


@given(st.integers(1, 600))
def test_ogg_packets_over_pages_and_pieces(piece: int) -> None:
    packets = [b"one", b"x" * 255, b"", b"y" * 700]
    data = b"junk" + ogg_page(packets[:2]) + ogg_page([packets[2], packets[3][:510]], ends=False)
    data += ogg_page([packets[3][510:]], continued=True)
    reader = OggReader()
    found = [packet for at in range(0, len(data), piece) for packet in reader.read(data[at : at + piece])]
    assert found == packets
