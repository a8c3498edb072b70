import csv
from pathlib import Path

import numpy as np
import pytest

from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.conversation.utterance import Word
from earwitness.conversation.word_times import estimate_words
from earwitness.speech.engine import Decoded
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.phantoms import voiced_s
from earwitness.speech.readable import ReadableEngine
from earwitness.speech.seams import Capabilities
from earwitness.speech.transcript import without_loops
from tests.bench.material import SHARED


class Engine:
    """Gives one answer and keeps the audio it was given."""

    def __init__(self, answer: Decoded, *, punctuation: bool = True) -> None:
        self.capabilities = Capabilities("one", ("en",), False, False, False, False, punctuation)
        self._answer = answer
        self.given: list[Samples] = []

    def decode(self, samples: Samples, language: str) -> Decoded:
        self.given.append(samples)
        return self._answer


def test_audio_is_levelled_and_text_put_right(two_sentences: Samples) -> None:
    engine = Engine(Decoded("[Music] so it is is is is is is twenty five percent"), punctuation=False)
    text = ReadableEngine(engine).decode((two_sentences / 30).astype(np.int16), "en-US").text
    assert text == "So it is 25%."
    assert np.abs(engine.given[0]).max() > 5_000


def test_words_stay_with_the_text(two_sentences: Samples) -> None:
    said = "hello [Music] there ♪ mister twenty five"
    engine = Engine(Decoded(said, estimate_words(said, 0.0, 7.0)))
    decoded = ReadableEngine(engine).decode(two_sentences, "en-US")
    assert decoded.words is not None
    assert decoded.text.split() == [word.text for word in decoded.words] == "Hello there mister 25".split()


def test_a_text_that_nobody_said_is_none() -> None:
    engine = Engine(Decoded("Thank you.", (Word("Thank", 0.0, 0.5), Word("you.", 0.5, 1.0))))
    assert ReadableEngine(engine).decode(np.zeros(RATE_HZ, np.int16), "en") == Decoded("", ())


@pytest.mark.shared
def test_nothing_that_is_said_counts_as_a_loop_or_a_phantom(engine: MoonshineEngine) -> None:
    """The references themselves and the shortest utterances of the recordings and of the call pass."""
    if not (SHARED / "speech").is_dir():
        pytest.skip("the shared recordings are not there")
    with (SHARED / "speech" / "references.tsv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            words = row["reference"].split()
            assert without_loops(words, float(row["seconds"])) == list(range(len(words)))
            assert voiced_s(read_audio(SHARED / "speech" / row["file"])) > 0.2
    readable = ReadableEngine(engine)
    thanks = read_audio(SHARED / "speech" / "leopard_diarization_test.wav")
    assert "hank you" in readable.decode(thanks[-RATE_HZ * 3 // 2 :], "en").text
    caller = read_audio(_call("caller"))
    assert readable.decode(caller[int(31.5 * RATE_HZ) : int(32.5 * RATE_HZ)], "en").text
    agent = read_audio(_call("agent"))
    assert "Ok" in readable.decode(agent[int(65.4 * RATE_HZ) : int(66.1 * RATE_HZ)], "en").text


def _call(leg: str) -> Path:
    return SHARED / "calls" / f"auto_repairs_40_{leg}.wav"
