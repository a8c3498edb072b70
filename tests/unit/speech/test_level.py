import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.level import levelled, loudness_of_frames

TARGET = 10 ** (-20 / 20)


def _loud(samples: Samples) -> float:
    return float(np.percentile(loudness_of_frames(samples), 90))


def _quieter(samples: Samples, by_db: float) -> Samples:
    return np.round(samples * 10 ** (-by_db / 20)).astype(np.int16)


@pytest.mark.parametrize("by_db", [0, 10, 20, 30])
def test_speech_comes_to_the_same_loudness(two_sentences: Samples, by_db: float) -> None:
    assert _loud(levelled(_quieter(two_sentences, by_db))) == pytest.approx(TARGET, rel=0.1)


def test_a_click_keeps_no_speech_quiet(two_sentences: Samples) -> None:
    quiet = _quieter(two_sentences, 25)
    clicked = quiet.copy()
    clicked[20_000:20_040] = 30_000
    assert _loud(levelled(clicked)) == pytest.approx(TARGET, rel=0.1)


def test_next_to_nothing_stays_quiet() -> None:
    hiss = np.random.default_rng(1).normal(0, 3, RATE_HZ).astype(np.int16)
    assert np.abs(levelled(hiss)).max() < 500
    for count in (0, 1, 319):
        assert len(levelled(np.zeros(count, np.int16))) == count
    assert not levelled(np.zeros(RATE_HZ, np.int16)).any()


def test_the_loudest_is_bent_not_cut() -> None:
    audio = np.full(RATE_HZ, 30, np.int16)
    audio[100:110] = [10_000, 11_000, 12_000, 13_000, 14_000, -10_000, -11_000, -12_000, -13_000, -14_000]
    loud = levelled(audio)[100:110].astype(int)
    assert (np.diff(loud[:5]) >= 0).all()
    assert np.abs(loud).max() <= 32767
