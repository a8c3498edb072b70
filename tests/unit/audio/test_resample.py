import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from earwitness.audio.resample import Downsampler, Upsampler

RANDOM = np.random.default_rng(5)


def _noise(count: int) -> "np.typing.NDArray[np.int16]":
    return np.asarray(RANDOM.normal(0, 4000, count).clip(-32768, 32767), np.int16)


@given(st.lists(st.integers(0, 700), max_size=20))
def test_pieces_of_any_length_give_what_the_whole_gives(lengths: list[int]) -> None:
    samples = _noise(sum(lengths)).astype(np.float32)
    whole, stream = Upsampler(), Upsampler()
    parts, at = [np.zeros(0, np.int16)], 0
    for length in lengths:
        parts.append(stream.process(samples[at : at + length]))
        assert len(parts[-1]) == 2 * length
        at += length
    assert np.array_equal(np.concatenate(parts), whole.process(samples))


@given(st.lists(st.integers(0, 350), max_size=20))
def test_halving_in_pieces_gives_what_the_whole_gives(halves: list[int]) -> None:
    samples = _noise(2 * sum(halves))
    whole, stream = Downsampler(), Downsampler()
    parts, at = [np.zeros(0, np.int16)], 0
    for half in halves:
        parts.append(stream.process(samples[at : at + 2 * half]))
        assert len(parts[-1]) == half
        at += 2 * half
    assert np.array_equal(np.concatenate(parts), whole.process(samples))


def test_an_odd_number_cannot_be_halved() -> None:
    with pytest.raises(ValueError, match="7 samples"):
        Downsampler().process(np.zeros(7, np.int16))


def test_the_sound_is_that_of_soxr_and_two_milliseconds_late() -> None:
    # Speech band noise: what a telephone line lets through.
    wide = soxr.resample(_noise(32_000).astype(np.float32), 6_800, 16_000)[:32_000]
    narrow = soxr.resample(wide, 16_000, 8_000).astype(np.float32)
    expected = soxr.resample(narrow, 8_000, 16_000)
    got = Upsampler().process(narrow).astype(float)[32:]
    expected = expected[: len(got)]
    error = got[400:-400] - expected[400:-400]
    assert 10 * np.log10((expected[400:-400] ** 2).mean() / (error**2).mean()) > 45


@pytest.mark.parametrize("hz", [300, 1000, 3400])
def test_a_tone_keeps_its_level_both_ways(hz: int) -> None:
    at = np.arange(16_000) / 16_000
    tone = np.asarray(10_000 * np.sin(2 * np.pi * hz * at), np.int16)
    narrow = Downsampler().process(tone)
    assert np.abs(narrow[1000:-1000].astype(int)).max() == pytest.approx(10_000, rel=0.02)
    wide = Upsampler().process(narrow.astype(np.float32))
    assert wide[1000:-1000].astype(float).std() == pytest.approx(10_000 / np.sqrt(2), rel=0.01)


@pytest.mark.parametrize("hz", [4600, 6000, 7500])
def test_what_8_khz_cannot_hold_is_removed(hz: int) -> None:
    at = np.arange(16_000) / 16_000
    tone = np.asarray(10_000 * np.sin(2 * np.pi * hz * at), np.int16)
    assert np.abs(Downsampler().process(tone)[1000:-1000].astype(int)).max() < 30


def test_peaks_are_clipped_not_wrapped() -> None:
    square = np.where(np.arange(400) // 4 % 2, 32_767.0, -32_768.0).astype(np.float32)
    wide = Upsampler().process(square)[64:-64]
    steps = np.abs(np.diff(wide.astype(int)))
    assert steps.max() < 65_536
    assert set(np.sign(wide[2::8])) == set(np.sign(wide[2::8])) - {0}
