import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.pauses import find_pauses


def speech(*lengths_s: float) -> Samples:
    """Noise and near silence by turns, beginning with noise."""
    chance = np.random.default_rng(1)
    parts = [
        chance.normal(0, 3000 if number % 2 == 0 else 20, round(length_s * RATE_HZ)).astype(np.int16)
        for number, length_s in enumerate(lengths_s)
    ]
    return np.concatenate(parts)


def test_pauses_are_found_where_they_are() -> None:
    first, second = find_pauses(speech(1.0, 0.3, 0.7, 0.2, 1.0), 10.0)
    assert first == pytest.approx((11.0, 11.3), abs=0.02)
    assert second == pytest.approx((12.0, 12.2), abs=0.02)


def test_short_gaps_and_steady_sound_have_none() -> None:
    assert find_pauses(speech(1.0, 0.08, 1.0), 0.0) == ()
    assert find_pauses(speech(2.0), 0.0) == ()
    assert find_pauses(np.zeros(RATE_HZ, np.int16), 0.0) == ()
    assert find_pauses(np.zeros(100, np.int16), 0.0) == ()


def test_the_pause_between_two_short_sentences_is_found(two_sentences: Samples) -> None:
    """ "Good morning." ends 1.45 s in."""
    pauses = find_pauses(two_sentences[round(0.7 * RATE_HZ) : round(3.1 * RATE_HZ)], 0.7)
    assert pauses[0] == pytest.approx((1.46, 1.64), abs=0.05)
