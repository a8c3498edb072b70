import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earwitness.audio import opus
from earwitness.audio.codec import DecodeError
from earwitness.audio.opus import OpusDecoder, OpusEncoder, OpusUnavailableError
from earwitness.audio.pcm import RATE_HZ, Samples

DELAY = 104
"""Samples of the encoder's look-ahead."""


def voice(seconds: float) -> Samples:
    """A vowel of wandering pitch that swells and fades: for Opus it is speech, so SILK with FEC codes it."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(130 + 25 * np.sin(2 * np.pi * 1.3 * at)) / RATE_HZ
    sound = sum(np.sin(k * phase) / (1 + abs(k * 130 - 600) / 300) for k in range(1, 25))
    noise = np.random.default_rng(2).normal(0, 0.02, len(at))
    return np.asarray((sound * (0.6 + 0.4 * np.sin(2 * np.pi * 2.1 * at)) / 4 + noise) * 9_000, np.int16)


def _payloads(samples: Samples, size: int = 320) -> list[bytes]:
    encoder = OpusEncoder()
    return [encoder.encode(samples[n : n + size]) for n in range(0, len(samples) - size + 1, size)]


def _snr_db(clean: Samples, got: Samples) -> float:
    wanted = clean.astype(float)
    return float(10 * np.log10((wanted**2).sum() / ((got - wanted) ** 2).sum()))


def test_a_round_trip_sounds_alike() -> None:
    sound = voice(2.0)
    payloads = _payloads(sound)
    assert np.mean([len(payload) for payload in payloads]) * 8 * 50 == pytest.approx(24_000, rel=0.35)
    decoder = OpusDecoder()
    heard = np.concatenate([decoder.decode(payload) for payload in payloads])
    assert len(heard) == len(sound)
    assert np.corrcoef(sound[:-DELAY], heard[DELAY:])[0, 1] > 0.9


@pytest.mark.parametrize("size", [40, 80, 160, 320, 640, 960])
def test_packets_of_every_length(size: int) -> None:
    decoder = OpusDecoder()
    assert {len(decoder.decode(payload)) for payload in _payloads(voice(0.5), size)} == {size}


def test_a_length_no_packet_has_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot encode 333 samples"):
        OpusEncoder().encode(np.zeros(333, np.int16))


def test_recovered_frames_beat_extrapolated_ones_which_beat_silence() -> None:
    payloads = _payloads(voice(6.0))
    clean_decoder = OpusDecoder()
    clean = [clean_decoder.decode(payload) for payload in payloads]
    lost = range(20, len(payloads) - 1, 10)
    snr = {}
    for way in ("silence", "extrapolated", "recovered"):
        decoder = OpusDecoder()
        got = []
        for number, payload in enumerate(payloads):
            if number not in lost:
                got.append(decoder.decode(payload))
            else:
                got.append(decoder.conceal(320, payloads[number + 1] if way == "recovered" else None))
                if way == "silence":
                    got[-1] = np.zeros(320, np.int16)
        snr[way] = _snr_db(np.concatenate([clean[n] for n in lost]), np.concatenate([got[n] for n in lost]))
    assert snr["silence"] == pytest.approx(0.0)
    assert snr["extrapolated"] > 0.2
    assert snr["recovered"] > snr["extrapolated"] + 2


@pytest.mark.parametrize("lost", [0, 1, 39, 40, 320, 333, 960, 1920, 5_000])
def test_conceals_exactly_what_is_lost(lost: int) -> None:
    payloads = _payloads(voice(0.5))
    for following in (payloads[11], None, b"", b"\xff\xff"):
        decoder = OpusDecoder()
        for payload in payloads[:10]:
            decoder.decode(payload)
        assert len(decoder.conceal(lost, following)) == lost
        assert len(decoder.decode(payloads[11])) == 320


def test_nothing_to_decode_is_nothing() -> None:
    assert len(OpusDecoder().decode(b"")) == 0


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=60), max_size=10))
def test_any_octets_are_decoded_or_refused_and_the_stream_goes_on(payloads: list[bytes]) -> None:
    decoder = OpusDecoder()
    for payload in payloads:
        try:
            assert len(decoder.decode(payload)) <= 1920
        except DecodeError:
            assert len(decoder.conceal(320, None)) == 320
    assert len(decoder.decode(_payloads(voice(0.02))[0])) == 320


def test_a_missing_library_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opus, "_candidates", lambda: ["no-such-libopus.so"])
    opus._library.cache_clear()
    try:
        with pytest.raises(OpusUnavailableError, match=r"Debian: libopus0.*no-such-libopus\.so"):
            OpusDecoder()
    finally:
        opus._library.cache_clear()


def test_the_systems_library_is_the_second_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opus, "find_spec", lambda _: None)
    monkeypatch.setattr(opus, "find_library", lambda name: f"lib{name}.so.0")
    assert opus._candidates() == ["libopus.so.0"]
