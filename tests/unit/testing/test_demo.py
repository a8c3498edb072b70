from itertools import pairwise

import numpy as np
import pytest

from earwitness.testing.demo import Demo, load_demo


@pytest.fixture(scope="module")
def demo() -> Demo:
    return load_demo()


def level_dbfs(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> float:
    return float(10 * np.log10(np.mean((samples / 32768.0) ** 2)))


def between(demo: Demo, start_s: float, end_s: float) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return demo.samples[round(start_s * demo.rate_hz) : round(end_s * demo.rate_hz)]


def test_recording_is_16_khz_mono_of_about_90_seconds(demo: Demo) -> None:
    assert demo.samples.dtype == np.int16
    assert demo.samples.ndim == 1
    assert demo.rate_hz == 16_000
    assert 85 <= demo.duration_s <= 95
    assert demo.duration_s == len(demo.samples) / 16_000
    assert np.abs(demo.samples.astype(np.int32)).max() < 32_000


def test_lines_follow_one_another_with_pauses_that_end_a_segment(demo: Demo) -> None:
    assert demo.lines[0].start_s >= 0.5
    assert all(line.start_s < line.end_s for line in demo.lines)
    assert all(0.5 <= after.start_s - before.end_s <= 0.95 for before, after in pairwise(demo.lines))
    assert demo.duration_s - demo.lines[-1].end_s >= 1.4


def test_each_line_is_heard_at_its_times_and_equally_loud(demo: Demo) -> None:
    for line in demo.lines:
        assert -27 < level_dbfs(between(demo, line.start_s, line.end_s)) < -20, line.text
        for edge_s in (line.start_s, line.end_s):
            assert level_dbfs(between(demo, edge_s - 0.02, edge_s + 0.02)) > -63, line.text


def test_pauses_hold_room_noise_and_no_digital_silence(demo: Demo) -> None:
    for before, after in pairwise(demo.lines):
        pause = between(demo, before.end_s + 0.05, after.start_s - 0.05)
        assert -68 < level_dbfs(pause) < -62
        assert np.count_nonzero(pause) > 0.9 * len(pause)


def test_two_speakers_with_addresses_both_speak(demo: Demo) -> None:
    assert [(s.name, s.user_id) for s in demo.speakers] == [
        ("Anna", "anna@example.com"),
        ("Mark", "mark@example.com"),
    ]
    assert {line.speaker for line in demo.lines} == set(demo.speakers)


def test_text_is_all_lines_in_order(demo: Demo) -> None:
    assert demo.text.startswith("Good morning, Mark")
    assert demo.text.count(".") + demo.text.count("?") == len(demo.lines)


def test_the_meeting_shows_every_kind_of_insight(demo: Demo) -> None:
    questions, action_items = demo.showing("question"), demo.showing("action_item")
    assert len(questions) >= 3
    assert len(action_items) >= 4
    assert demo.showing("follow_up")
    assert all(line.text.endswith("?") for line in questions)
    assert all(line.assignee is not None for line in action_items)
    assert all(line.due is not None and line.due in line.text for line in action_items)


def test_speaker_events_give_one_start_and_one_stop_for_each_turn(demo: Demo) -> None:
    events = list(demo.speaker_events())
    turns = [(started, stopped) for started, stopped in zip(events[::2], events[1::2], strict=True)]
    assert all(started[1] == "started_speaking" for started, _ in turns)
    assert all(stopped[1] == "stopped_speaking" for _, stopped in turns)
    assert all(started[2] == stopped[2] for started, stopped in turns)
    assert all(before[0][2] != after[0][2] for before, after in pairwise(turns))
    assert [at_s for at_s, _, _ in events] == sorted(at_s for at_s, _, _ in events)


def test_speaker_events_cover_every_line(demo: Demo) -> None:
    events = list(demo.speaker_events())
    for line in demo.lines:
        assert any(
            started[0] <= line.start_s and line.end_s <= stopped[0] and started[2] == line.speaker
            for started, stopped in pairwise(events)
            if started[1] == "started_speaking"
        ), line.text


def test_a_demo_without_lines_has_no_speaker_events() -> None:
    assert list(Demo(np.zeros(0, np.int16), 16_000, (), ()).speaker_events()) == []
