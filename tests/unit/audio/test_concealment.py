import numpy as np
import pytest

from earwitness.audio.concealment import PitchRepeater


def _vowel(hz: float, count: int, rate_hz: int = 8_000) -> "np.typing.NDArray[np.float64]":
    at = np.arange(count) / rate_hz
    return sum((np.sin(2 * np.pi * k * hz * at + k) * 3_000 / k for k in range(1, 8)), np.zeros(count))


@pytest.mark.parametrize("rate_hz", [8_000, 16_000])
@pytest.mark.parametrize("hz", [80, 125, 200, 320])
def test_a_vowel_goes_on(hz: int, rate_hz: int) -> None:
    vowel = _vowel(hz, rate_hz, rate_hz)
    repeater = PitchRepeater(rate_hz)
    half, ten_ms = rate_hz // 2, rate_hz // 100
    for at in range(0, half, ten_ms * 2):
        repeater.remember(vowel[at : at + ten_ms * 2])
    made = repeater.conceal(ten_ms)
    assert np.corrcoef(made, vowel[half : half + ten_ms])[0, 1] > 0.85


def test_it_fades_to_silence_over_several_calls() -> None:
    repeater = PitchRepeater(8_000)
    repeater.remember(_vowel(125, 800))
    made = np.concatenate([repeater.conceal(160) for _ in range(5)])
    loudness = np.abs(made).reshape(5, 160).max(axis=1)
    assert (np.diff(loudness[:4]) < 0).all()
    assert made[480:].max() == 0


def test_real_audio_begins_anew() -> None:
    repeater = PitchRepeater(8_000)
    repeater.remember(_vowel(125, 800))
    first = repeater.conceal(160)
    repeater.conceal(800)
    repeater.remember(_vowel(125, 800))
    assert np.array_equal(repeater.conceal(160), first)


def test_without_a_past_there_is_silence() -> None:
    repeater = PitchRepeater(8_000)
    assert not repeater.conceal(160).any()
    repeater.remember(np.ones(100))
    assert not repeater.conceal(160).any()


def test_silence_goes_on_as_silence() -> None:
    repeater = PitchRepeater(8_000)
    repeater.remember(np.zeros(800))
    assert not repeater.conceal(160).any()


def test_keeps_no_more_than_it_compares() -> None:
    repeater = PitchRepeater(8_000)
    for _ in range(1000):
        repeater.remember(np.zeros(160))
    assert repeater._kept <= 480
