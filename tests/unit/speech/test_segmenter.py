from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.segmenter import (
    MayClose,
    Segment,
    Segmentation,
    SegmentClosed,
    Segmenter,
    SegmentEvent,
    SegmentOpened,
    SegmentPaused,
)
from earwitness.speech.vad import WINDOW_SAMPLES

WINDOW_S = WINDOW_SAMPLES / RATE_HZ
MEASURES = Segmentation(
    start_probability=0.3,
    sure_probability=0.55,
    doubt_s=2.0,
    end_probability=0.2,
    min_speech_s=0.096,
    end_silence_s=0.48,
    hesitation_s=0.48,
    pad_before_s=0.2,
    pad_after_s=0.1,
    long_s=13.0,
    max_s=14.0,
    cut_s=7.0,
)


def _noise(windows: int) -> Samples:
    return np.random.default_rng(7).integers(-3000, 3000, windows * WINDOW_SAMPLES).astype(np.int16)


def _run(
    probabilities: Sequence[float], measures: Segmentation = MEASURES, samples: Samples | None = None
) -> list[SegmentEvent]:
    segmenter = Segmenter(measures)
    if samples is None:
        samples = _noise(len(probabilities))
    events = [*segmenter.push(0, samples, np.array(probabilities, np.float32)), *segmenter.close()]
    return [event for event in events if isinstance(event, SegmentOpened | SegmentClosed)]


def _segments(events: Sequence[SegmentEvent]) -> list[Segment]:
    return [event.segment for event in events if isinstance(event, SegmentClosed)]


def test_a_stretch_of_speech_is_a_segment_with_padding() -> None:
    samples = _noise(100)
    opened, closed = _run([0.0] * 20 + [0.9] * 30 + [0.0] * 50, samples=samples)
    assert opened == SegmentOpened(20 * WINDOW_S)
    assert isinstance(closed, SegmentClosed)
    segment = closed.segment
    assert segment.speech_start_s == pytest.approx(20 * WINDOW_S)
    assert segment.speech_end_s == pytest.approx(50 * WINDOW_S)
    assert segment.start_s == pytest.approx(20 * WINDOW_S - 0.2)
    assert segment.end_s == pytest.approx(50 * WINDOW_S + 0.1)
    expected = samples[round(segment.start_s * RATE_HZ) : round(segment.end_s * RATE_HZ)]
    assert np.array_equal(segment.samples, expected)


def test_it_closes_as_soon_as_the_silence_is_long_enough() -> None:
    segmenter = Segmenter(MEASURES)
    list(segmenter.push(0, _noise(10), np.full(10, 0.9, np.float32)))
    assert segmenter.is_open
    (paused,) = segmenter.push(10 * WINDOW_SAMPLES, _noise(14), np.zeros(14, np.float32))
    assert isinstance(paused, SegmentPaused)
    assert segmenter.silence_s == pytest.approx(14 * WINDOW_S)
    (closed,) = segmenter.push(24 * WINDOW_SAMPLES, _noise(1), np.zeros(1, np.float32))
    assert isinstance(closed, SegmentClosed)
    assert _key(closed) == _key(SegmentClosed(paused.segment))
    assert segmenter.open_audio() is None
    assert segmenter.silence_s == 0
    assert segmenter.close() == []


def test_a_pause_shorter_than_the_end_silence_is_inside() -> None:
    assert len(_segments(_run([0.9] * 10 + [0.0] * 14 + [0.9] * 10 + [0.0] * 30))) == 1


ASKING = replace(MEASURES, end_silence_s=0.4, hesitation_s=0.8, long_s=10.0)


def _closes_after(silence_windows: int, *answers: bool) -> list[float]:
    """Return how long after the speech each segment of ten windows and a silence closed."""
    segmenter = Segmenter(ASKING)
    windows = [0.9] * 10 + [0.0] * silence_windows
    left = iter(answers)
    lengths = []
    for event in segmenter.push(0, _noise(len(windows)), np.array(windows, np.float32)):
        if isinstance(event, MayClose):
            segmenter.settle(is_complete=next(left))
        elif isinstance(event, SegmentClosed):
            lengths.append(segmenter.at_s - event.segment.speech_end_s)
    assert next(left, None) is None, "it did not ask"
    return lengths


def test_a_complete_text_ends_a_segment_sooner_than_a_hesitation() -> None:
    assert _closes_after(60, True) == [pytest.approx(0.4, abs=WINDOW_S)]
    assert _closes_after(60, False) == [pytest.approx(0.8, abs=WINDOW_S)]
    assert _closes_after(12) == []


def test_the_longer_a_segment_the_sooner_it_asks() -> None:
    measures = replace(ASKING, long_s=6.0, max_s=14.0, pause_s=0.2)
    assert measures.asking_silence_s(3.0) == pytest.approx(0.4)
    assert measures.asking_silence_s(10.0) == pytest.approx(0.3)
    assert measures.asking_silence_s(20.0) == pytest.approx(0.2)


def test_each_pause_is_asked_about_anew() -> None:
    segmenter = Segmenter(ASKING)
    asked = 0
    windows = ([0.9] * 10 + [0.0] * 20) * 3 + [0.0] * 10
    closed = []
    for event in segmenter.push(0, _noise(len(windows)), np.array(windows, np.float32)):
        if isinstance(event, MayClose):
            asked += 1
            segmenter.settle(is_complete=False)
        elif isinstance(event, SegmentClosed):
            closed.append(event)
    assert asked == 3
    assert len(closed) == 1


def test_weak_speech_keeps_a_segment_open_but_opens_none() -> None:
    assert _run([0.25] * 60) == []
    (segment,) = _segments(_run([0.9] * 5 + [0.25] * 60 + [0.0] * 30))
    assert segment.speech_end_s == pytest.approx(65 * WINDOW_S)


def test_clicks_are_no_speech() -> None:
    assert _run(([0.9, 0.9] + [0.0] * 20) * 5) == []


def test_what_never_gets_sure_is_no_speech() -> None:
    assert _run([0.5] * 300) == []


def test_a_segment_begins_where_speech_got_probable_but_not_long_before_it_got_sure() -> None:
    (segment,) = _segments(_run([0.0] * 20 + [0.4] * 30 + [0.9] + [0.0] * 30))
    assert segment.speech_start_s == pytest.approx(20 * WINDOW_S)
    (segment,) = _segments(_run([0.0] * 20 + [0.4] * 300 + [0.9] + [0.0] * 30))
    assert segment.speech_start_s == pytest.approx(320 * WINDOW_S - 2.0)
    assert segment.start_s == pytest.approx(320 * WINDOW_S - 2.2)


def test_padding_never_reaches_into_the_neighbour() -> None:
    wide = replace(MEASURES, pad_before_s=0.5, pad_after_s=0.4, pause_s=0.4)
    first, second = _segments(_run(([0.9] * 10 + [0.0] * 16) * 2, wide))
    assert first.end_s == pytest.approx(10 * WINDOW_S + 0.4)
    assert second.start_s == pytest.approx(first.end_s)


def test_padding_stays_inside_the_audio() -> None:
    (segment,) = _segments(_run([0.9] * 10))
    assert segment.start_s == 0
    assert segment.end_s == pytest.approx(10 * WINDOW_S)


def test_a_long_segment_is_cut_at_its_quietest_point() -> None:
    samples = _noise(700)
    samples[300 * WINDOW_SAMPLES : 303 * WINDOW_SAMPLES] //= 10
    first, second, *_ = _segments(_run([0.9] * 700, samples=samples))
    assert first.end_s == second.start_s == pytest.approx(302 * WINDOW_S)
    assert second.speech_start_s == pytest.approx(302 * WINDOW_S)


def test_the_longer_a_segment_the_shorter_a_pause_closes_it() -> None:
    measures = replace(MEASURES, long_s=6.0, least_end_silence_s=0.1)
    assert measures.closing_silence_s(3.0) == pytest.approx(0.48)
    assert measures.closing_silence_s(10.0) == pytest.approx(0.29)
    assert measures.closing_silence_s(14.0) == pytest.approx(0.1)
    pause = [0.0] * 10
    for speech_windows, pieces in ((100, 1), (350, 2)):
        events = _run([0.9] * speech_windows + pause + [0.9] * 20, measures)
        assert len(_segments(events)) == pieces


def test_a_cut_loses_and_doubles_no_sample() -> None:
    samples = _noise(1500)
    segments = _segments(_run([0.9] * 1500, samples=samples))
    assert len(segments) > 3
    assert np.array_equal(np.concatenate([segment.samples for segment in segments]), samples)
    assert max(len(segment.samples) for segment in segments) <= 14.1 * RATE_HZ


def test_the_open_segment_can_be_heard_before_it_closes() -> None:
    segmenter = Segmenter(MEASURES)
    assert segmenter.open_audio() is None
    list(segmenter.push(0, _noise(30), np.array([0.0] * 10 + [0.9] * 10 + [0.0] * 10, np.float32)))
    so_far = segmenter.open_audio()
    (closed,) = _segments(segmenter.close())
    assert so_far is not None
    assert np.array_equal(so_far.samples, closed.samples)
    assert segmenter.open_audio() is None


def test_after_a_close_the_audio_may_go_on_later() -> None:
    segmenter = Segmenter(MEASURES)
    list(segmenter.push(0, _noise(10), np.full(10, 0.9, np.float32)))
    segmenter.close()
    later = 1000 * WINDOW_SAMPLES
    list(segmenter.push(later, _noise(10), np.full(10, 0.9, np.float32)))
    (segment,) = _segments(segmenter.close())
    assert segment.start_s == later / RATE_HZ


def test_a_gap_without_a_close_is_refused() -> None:
    segmenter = Segmenter(MEASURES)
    list(segmenter.push(0, _noise(1), np.zeros(1, np.float32)))
    with pytest.raises(ValueError, match="not at 512"):
        segmenter.push(1024, _noise(1), np.zeros(1, np.float32))


def test_probabilities_must_fit_the_samples() -> None:
    with pytest.raises(ValueError, match="2 probabilities for 512 samples"):
        Segmenter(MEASURES).push(0, _noise(1), np.zeros(2, np.float32))


def test_silences_that_are_not_in_order_are_refused() -> None:
    with pytest.raises(ValueError, match="silences must come in order"):
        Segmentation(end_silence_s=0.5, hesitation_s=0.4)


def test_measures_that_leave_nothing_to_cut_are_refused() -> None:
    with pytest.raises(ValueError, match=r"of at most 0\.5 s can't be cut"):
        Segmentation(max_s=0.5)


probabilities = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9]), st.integers(1, 40)), max_size=40
).map(lambda runs: [value for value, count in runs for _ in range(count)])


@given(probabilities, st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_segments_do_not_depend_on_the_pieces(values: list[float], sizes: list[int]) -> None:
    short = replace(MEASURES, long_s=1.0, max_s=2.0, cut_s=0.8)
    samples = _noise(len(values))
    whole = _run(values, short, samples)
    segmenter = Segmenter(short)
    events: list[SegmentEvent] = []
    at = 0
    while at < len(values):
        size = sizes[at % len(sizes)]
        piece = samples[at * WINDOW_SAMPLES : (at + size) * WINDOW_SAMPLES]
        events += segmenter.push(at * WINDOW_SAMPLES, piece, np.array(values[at : at + size], np.float32))
        at += size
    events += segmenter.close()
    events = [event for event in events if isinstance(event, SegmentOpened | SegmentClosed)]
    assert [_key(event) for event in events] == [_key(event) for event in whole]


@given(probabilities)
def test_segments_are_in_order_apart_and_hold_their_speech(values: list[float]) -> None:
    events = _run(values, replace(MEASURES, long_s=1.0, max_s=2.0, cut_s=0.8))
    kinds = [type(event) for event in events]
    assert kinds == [SegmentOpened, SegmentClosed] * (len(events) // 2)
    end_s = 0.0
    for segment in _segments(events):
        assert end_s <= segment.start_s <= segment.speech_start_s < segment.speech_end_s <= segment.end_s
        assert len(segment.samples) == round((segment.end_s - segment.start_s) * RATE_HZ)
        end_s = segment.end_s


def _key(event: SegmentEvent) -> tuple[float, ...]:
    if isinstance(event, SegmentOpened):
        return (event.at_s,)
    if isinstance(event, MayClose):
        return ()
    segment = event.segment
    return (segment.start_s, segment.end_s, segment.speech_start_s, segment.speech_end_s)
