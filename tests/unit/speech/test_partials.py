import numpy as np

from earwitness.audio.pcm import RATE_HZ
from earwitness.speech.partials import Pace, PartialClock
from earwitness.speech.segmenter import Segmentation, Segmenter
from earwitness.speech.vad import WINDOW_SAMPLES

WINDOW_S = WINDOW_SAMPLES / RATE_HZ


def _asked_at(pace: Pace, probabilities: list[float]) -> list[float]:
    """Return the media times at which partials are asked for, window by window."""
    segmenter = Segmenter(Segmentation(max_s=60.0))
    clock = PartialClock(pace, 0.0)
    times = []
    for index, probability in enumerate(probabilities):
        window = np.zeros(WINDOW_SAMPLES, np.int16)
        segmenter.push(index * WINDOW_SAMPLES, window, np.array([probability], np.float32))
        if segmenter.is_open and clock.due(segmenter):
            clock.asked(segmenter)
            times.append(segmenter.at_s)
    return times


def test_the_first_comes_early_and_the_next_ones_at_intervals() -> None:
    times = _asked_at(Pace(first_s=0.6, interval_s=1.0, growth=0.0), [0.9] * 100)
    assert times[0] < 0.6 + WINDOW_S
    assert np.allclose(np.diff(times), 1.0, atol=WINDOW_S)


def test_intervals_grow_with_the_speech() -> None:
    times = _asked_at(Pace(interval_s=1.0, growth=0.2), [0.9] * 600)
    gaps = np.diff(times)
    assert gaps[0] < 1.0 + WINDOW_S
    assert gaps[-1] > 2.5
    assert (gaps <= np.maximum(1.0, 0.2 * np.array(times[:-1])) + WINDOW_S).all()


def test_a_pause_brings_one_partial_and_each_pause_its_own() -> None:
    pace = Pace(first_s=30.0, interval_s=30.0, pause_s=0.2)
    times = _asked_at(pace, [0.9] * 20 + [0.0] * 12 + [0.9] * 20 + [0.0] * 12)
    assert np.allclose(times, [27 * WINDOW_S, 59 * WINDOW_S])


def test_none_is_asked_for_between_the_end_of_speech_and_the_pause() -> None:
    times = _asked_at(Pace(first_s=0.6, interval_s=30.0, pause_s=0.2), [0.9] * 18 + [0.0] * 10)
    assert np.allclose(times, [25 * WINDOW_S])
