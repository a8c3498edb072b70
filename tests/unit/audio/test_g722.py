import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from earwitness.audio.g722 import G722Decoder, G722Encoder

DELAY = 22
"""Samples of the two quadrature mirror filters (ITU-T G.722 §1.2)."""


def _sound() -> "np.typing.NDArray[np.int16]":
    at = np.arange(16_000) / 16_000
    return np.asarray(6_000 * np.sin(2 * np.pi * 500 * at) + 2_000 * np.sin(2 * np.pi * 5_000 * at), np.int16)


def test_a_round_trip_keeps_both_bands() -> None:
    encoder, decoder, sound = G722Encoder(), G722Decoder(), _sound()
    payloads = [encoder.encode(sound[n : n + 320]) for n in range(0, 16_000, 320)]
    assert {len(payload) for payload in payloads} == {160}
    heard = np.concatenate([decoder.decode(payload) for payload in payloads])[DELAY:].astype(float)
    error = heard[1000:] - sound[1000 : len(heard)]
    assert 10 * np.log10((heard**2).mean() / (error**2).mean()) > 15
    spectrum = np.abs(np.fft.rfft(heard[: 1600 * 9]))
    peaks = np.argsort(spectrum)[-2:] * 16_000 / (1600 * 9)
    assert sorted(round(peak) for peak in peaks) == [500, 5_000]


def test_joined_payloads_decode_as_one() -> None:
    encoder, sound = G722Encoder(), _sound()
    payloads = [encoder.encode(sound[n : n + 320]) for n in range(0, 3_200, 320)]
    apart, joined = G722Decoder(), G722Decoder()
    parts = np.concatenate([apart.decode(payload) for payload in payloads])
    assert np.array_equal(parts, joined.decode(b"".join(payloads)))


def test_an_empty_payload_does_not_end_the_stream() -> None:
    decoder = G722Decoder()
    assert len(decoder.decode(b"")) == 0
    assert len(decoder.decode(b"\xfc" * 160)) == 320


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=300), max_size=10))
def test_any_octets_give_two_samples_each(payloads: list[bytes]) -> None:
    decoder = G722Decoder()
    for payload in payloads:
        assert len(decoder.decode(payload)) == 2 * len(payload)


def test_conceals_exactly_what_is_lost() -> None:
    decoder = G722Decoder()
    decoder.decode(b"\x12" * 320)
    assert [len(decoder.conceal(lost, None)) for lost in (0, 1, 320, 4_000)] == [0, 1, 320, 4_000]
