"""Voices told apart on the demo's meeting of two people."""

import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.voice_encoder import WINDOW_S, VoiceEncoder
from earwitness.speech.voices import tell_apart
from earwitness.testing.demo import load_demo
from tests.support.meeting import part_of

PART = part_of(load_demo(), 0, 7)


@pytest.fixture(scope="module")
def encoder() -> VoiceEncoder:
    return VoiceEncoder()


def read(start_s: float, seconds: float) -> Samples:
    start = round(start_s * RATE_HZ)
    return PART.samples[start : start + round(seconds * RATE_HZ)]


@pytest.mark.parametrize("count", [2, None])
def test_lines_of_one_speaker_are_one_voice(encoder: VoiceEncoder, count: int | None) -> None:
    turns = tell_apart(read, [(line.start_s, line.end_s) for line in PART.lines], encoder, count)
    voices: dict[str, set[int]] = {}
    for line in PART.lines:
        middle_s = (line.start_s + line.end_s) / 2
        (voice,) = (turn.voice for turn in turns if turn.start_s <= middle_s < turn.end_s)
        voices.setdefault(line.speaker.name, set()).add(voice)
    assert sorted(voices.values(), key=min) == [{0}, {1}]
    assert [turn.start_s for turn in turns] == sorted(turn.start_s for turn in turns)


def test_where_nobody_speaks_long_enough_there_are_no_turns(encoder: VoiceEncoder) -> None:
    assert tell_apart(read, [], encoder) == []
    assert tell_apart(read, [(1.0, 1.3)], encoder) == []


def test_a_little_speech_is_one_voice_however_many_there_should_be(encoder: VoiceEncoder) -> None:
    line = PART.lines[0]
    turns = tell_apart(read, [(line.start_s, line.start_s + 1.0)], encoder, 3)
    assert [(turn.voice, turn.start_s, turn.end_s) for turn in turns] == [
        (0, line.start_s, line.start_s + 1.0)
    ]


def test_points_have_length_one_whatever_the_level(encoder: VoiceEncoder) -> None:
    line = PART.lines[0]
    window = read(line.start_s, WINDOW_S)
    points = encoder.embed(np.stack([window, window // 8, np.zeros_like(window)]))
    assert points.shape == (3, 256)
    assert np.linalg.norm(points[:2], axis=1) == pytest.approx([1.0, 1.0], abs=1e-4)
    assert float(points[0] @ points[1]) > 0.99
    assert np.isfinite(points).all()
