import numpy as np

from earwitness.speech.partials import Pace, PartialClock
from earwitness.speech.segmenter import Segmentation, Segmenter
from earwitness.speech.vad import WINDOW_SAMPLES

WINDOW_S = WINDOW_SAMPLES / 16_000


def _asked_at(pace: Pace, room_s: float, probabilities: list[float]) -> list[float]:
    """Return the media times at which partials are asked for, window by window."""
    segmenter = Segmenter(Segmentation(max_s=60.0))
    clock = PartialClock(pace, 0.0, lambda: room_s)
    times = []
    for index, probability in enumerate(probabilities):
        window = np.zeros(WINDOW_SAMPLES, np.int16)
        for _ in segmenter.push(index * WINDOW_SAMPLES, window, np.array([probability], np.float32)):
            pass
        if segmenter.is_open and clock.due(segmenter):
            clock.asked(segmenter)
            times.append(segmenter.at_s)
    return times


def test_the_first_comes_early_and_the_next_ones_at_intervals() -> None:
    times = _asked_at(Pace(first_s=0.6, interval_s=1.0), 1.0, [0.9] * 100)
    assert times[0] < 0.6 + WINDOW_S
    assert np.allclose(np.diff(times), 1.0, atol=WINDOW_S)


def test_all_are_rarer_where_there_is_less_room() -> None:
    times = _asked_at(Pace(first_s=0.6, interval_s=1.0), 3.0, [0.9] * 600)
    assert 2.0 <= times[0] < 2.0 + WINDOW_S
    assert np.allclose(np.diff(times), 3.0, atol=WINDOW_S)


def test_none_is_asked_for_in_a_silence() -> None:
    times = _asked_at(Pace(first_s=0.6, interval_s=1.0), 1.0, [0.9] * 10 + [0.0] * 10 + [0.9] * 20)
    assert np.allclose(times, [21 * WINDOW_S])
