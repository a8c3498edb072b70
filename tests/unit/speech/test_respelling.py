from pathlib import Path

import pytest

from earwitness.audio.files import read_audio
from earwitness.audio.pcm import Samples
from earwitness.conversation.utterance import Word
from earwitness.conversation.vocabulary import vocabulary_of
from earwitness.speech.engine import Decoded
from earwitness.speech.engines.fallback import Fallback
from earwitness.speech.engines.slot import Slot
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.readable import ReadableEngine
from earwitness.speech.respelling import Respelling
from earwitness.speech.seams import Capabilities
from earwitness.speech.sounding import difference, sounds_of

VOCABULARY = ("earwitness", "Kubernetes", "Anna Karenina", "Zapier", "Terraform", "Acme", "Grafana")


def respelled(text: str) -> str:
    return Respelling(VOCABULARY).applied(Decoded(text)).text


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("We use ear witness now.", "We use earwitness now."),
        ("Ear witness is new.", "Earwitness is new."),
        ("The kubernetes cluster", "The Kubernetes cluster"),
        ("Deploy it on Cuba Netties, please.", "Deploy it on Kubernetes, please."),
        ("I read Ana Carenina's book.", "I read Anna Karenina's book."),
        ("Send it to zappier.", "Send it to Zapier."),
        ("We wrote it in terror form.", "We wrote it in Terraform."),
        ("The gravana dashboard", "The Grafana dashboard"),
    ],
)
def test_what_sounds_like_a_given_word_is_written_as_it_is(heard: str, written: str) -> None:
    assert respelled(heard) == written


@pytest.mark.parametrize(
    "text",
    [
        "Is the witness here?",
        "He bent an ear. Witness that.",
        "The zipper of my jacket is broken.",
        "A form of terror.",
        "We can reform it.",
        "It's an acme of taste, a graph on paper.",
        "Kubernetes and Anna Karenina.",
        "The Earwitness server",
        "",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert respelled(text) == text


def test_words_keep_their_times() -> None:
    words = tuple(
        Word(text, float(at), at + 1.0, confidence)
        for at, (text, confidence) in enumerate(
            [("Ask", 0.9), ("ana", 0.5), ("carenina,", 0.4), ("OK?", 0.8)]
        )
    )
    decoded = Respelling(VOCABULARY).applied(Decoded("Ask ana carenina, OK?", words))
    assert decoded.text == "Ask Anna Karenina, OK?"
    assert decoded.words is not None
    assert [word.text for word in decoded.words] == ["Ask", "Anna", "Karenina,", "OK?"]
    assert decoded.words[1].start_s == 1.0
    assert decoded.words[2].end_s == 3.0
    assert [word.confidence for word in decoded.words] == [0.9, 0.4, 0.4, 0.8]


def test_it_is_applied_once() -> None:
    once = Respelling(VOCABULARY).applied(Decoded("Ear witness and zappier."))
    assert Respelling(VOCABULARY).applied(once) == once
    assert Respelling(()).applied(Decoded("ear witness")).text == "ear witness"


def test_sounds() -> None:
    assert sounds_of("Knight") == sounds_of("nite")
    assert sounds_of("phone") == sounds_of("fone")
    assert difference(sounds_of("Kubernetes"), sounds_of("Cuba Netties"), 3.0) < 1.0
    assert difference(sounds_of("zipper"), sounds_of("terraform"), 3.0) == float("inf")
    assert sounds_of("123") == ""


def test_the_vocabulary_of_a_request() -> None:
    assert vocabulary_of({}) == ()
    assert vocabulary_of({"customVocabulary": None}) == ()
    assert vocabulary_of({"customVocabulary": "acme"}) == ()
    assert vocabulary_of({"customVocabulary": ["acme", " ", 7, " big  deal ", "acme"]}) == (
        "acme",
        "big deal",
    )
    assert vocabulary_of({"config": {"customVocabulary": [{"phrase": "acme"}]}}) == ("acme",)
    trackers = [{"name": "Rivals", "vocabulary": ["Globex", "we already have a vendor for this"]}]
    assert vocabulary_of({"customVocabulary": ["acme"], "trackers": trackers}) == ("acme", "Globex")
    assert len(vocabulary_of({"customVocabulary": [f"w{at}" for at in range(5000)]})) == 1000


def test_a_name_that_the_engine_does_not_know(engine: MoonshineEngine) -> None:
    """One sentence by a synthetic voice (flite, `slt`)."""
    spoken = read_audio(Path(__file__).parent / "data" / "unknown_name.flac")
    said = "Splunk will send the contract on Monday."
    assert ReadableEngine(engine).decode(spoken, "en-US").text == said.replace("Splunk", "Splink")
    assert ReadableEngine(engine, ("Globex", "Splunk")).decode(spoken, "en-US").text == said


class Listener:
    """An engine that can be told words, and writes those that it was told."""

    capabilities = Capabilities(
        "listener", ("en", "fr"), False, False, False, False, True, True, vocabulary=("hot_words",)
    )

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode without words."""
        return self.decode_with(samples, language, ())

    def decode_with(self, samples: Samples, language: str, words: tuple[str, ...]) -> Decoded:
        """Decode with words."""
        return Decoded(f"Told {', '.join(words) or 'nothing'} of zappier.")


def test_engines_that_can_are_told_the_words(two_sentences: Samples) -> None:
    listener = Listener()
    chosen = Fallback([Slot(listener.capabilities, lambda: listener)])
    told = ReadableEngine(chosen, ("Globex", "Zapier"))
    assert told.decode(two_sentences, "en-US").text == "Told Globex, Zapier of Zapier."
    assert told.decode(two_sentences, "fr-FR").text == "Told Globex, Zapier of zappier."
    assert told.capabilities.vocabulary == ("hot_words", "respelling")
    assert ReadableEngine(chosen).decode(two_sentences, "en").text == "Told nothing of zappier."
