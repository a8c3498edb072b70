import math
import sys
from dataclasses import dataclass

import pytest

from earwitness.conversation.utterance import Word
from earwitness.speech.engines.faster_whisper import FasterWhisperEngine, capabilities, joined
from earwitness.speech.engines.languages import WHISPER
from earwitness.speech.seams import RecognizerError


@dataclass
class TimedWord:
    word: str
    start: float
    end: float
    probability: float


@dataclass
class Segment:
    text: str
    words: list[TimedWord] | None = None
    avg_logprob: float = -0.1
    no_speech_prob: float = 0.02


def test_segments_are_joined_with_their_words() -> None:
    first = Segment(
        " Good morning.", [TimedWord(" Good", 0.1, 0.4, 0.9), TimedWord(" morning.", 0.4, 1.0, 0.8)]
    )
    second = Segment(
        " We start.", [TimedWord(" We", 1.2, 1.4, 0.7), TimedWord(" start.", 1.4, 1.9, 0.6)], -0.3
    )
    decoded = joined([first, second])
    assert decoded.text == "Good morning. We start."
    assert decoded.words is not None
    assert decoded.words[1] == Word("morning.", 0.4, 1.0, 0.8)
    assert decoded.confidence == pytest.approx(math.exp(-0.2))


def test_what_is_no_speech_has_no_text() -> None:
    assert joined([]).text == ""
    assert joined([Segment(" Thank you.", [], -1.4, 0.8)]).text == ""
    assert joined([Segment(" Thank you.", [], -0.2, 0.8)]).text == "Thank you."


def test_loops_go_and_take_their_times_with_them() -> None:
    words = [TimedWord(" no", 0.1 * index, 0.1 * index + 0.1, 0.5) for index in range(9)]
    decoded = joined([Segment(" no" * 9, words)])
    assert decoded.text == "no"
    assert decoded.words is None


def test_a_model_in_english_alone_says_so() -> None:
    assert capabilities("small.en").languages == ("en",)
    assert capabilities("large-v3-turbo").languages == WHISPER


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(RecognizerError, match=r"pip install 'earwitness\[whisper\]'"):
        FasterWhisperEngine("tiny", capabilities("tiny"))


def test_with_the_extra_a_model_that_is_none_is_named(tmp_path: str) -> None:
    pytest.importorskip("faster_whisper", reason="the extra is not installed")
    with pytest.raises(RecognizerError, match="cannot be loaded"):
        FasterWhisperEngine(str(tmp_path), capabilities("tiny"))
