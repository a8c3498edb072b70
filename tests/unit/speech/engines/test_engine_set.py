from dataclasses import replace

import numpy as np
import pytest

from earwitness.audio.pcm import Samples
from earwitness.speech.engine import Decoded
from earwitness.speech.engines.choice import Candidate, Wish
from earwitness.speech.engines.engine_set import EngineSet, Member
from earwitness.speech.engines.slot import Slot
from earwitness.speech.seams import Capabilities, RecognizerError

SPEECH = np.zeros(16_000, np.int16)


class Saying:
    """Says its name and the language."""

    def __init__(self, name: str, languages: tuple[str, ...]) -> None:
        self.capabilities = Capabilities(
            name=name,
            languages=languages,
            streaming=False,
            partials=False,
            word_times=name == "parakeet",
            confidence=False,
            punctuation=True,
        )
        self.is_broken = False

    def decode(self, samples: Samples, language: str) -> Decoded:
        if self.is_broken:
            raise RuntimeError("broken")
        return Decoded(f"{self.capabilities.name} {language}")


BUNDLED = Saying("bundled", ("en",))
PARAKEET = Saying("parakeet", ("en",))
EUROPE = Saying("europe", ("de", "en"))
FIGURES = {"bundled": (12.7, 0.036), "parakeet": (6.05, 0.12), "europe": (6.34, 0.13)}


def _set(*engines: Saying, live: str | None = None, refine: str | None = None) -> EngineSet:
    members = []
    for engine in engines:
        wer_percent, cost = FIGURES[engine.capabilities.name]
        name, languages = engine.capabilities.name, engine.capabilities.languages
        slot = Slot(engine.capabilities, lambda engine=engine: engine)  # type: ignore[misc]
        members.append(Member(Candidate(name, languages, wer_percent, cost), slot))
    return EngineSet(members, {"live": Wish.parse(live), "refine": Wish.parse(refine)}, cores=2)


def test_the_best_engine_of_each_language_decodes_it() -> None:
    engines = _set(BUNDLED, PARAKEET, EUROPE)
    assert engines.decode(SPEECH, "en-US").text == "parakeet en-US"
    assert engines.decode(SPEECH, "de").text == "europe de"


def test_settings_choose_by_language_and_role() -> None:
    engines = _set(BUNDLED, PARAKEET, EUROPE, live="en=bundled", refine="europe")
    assert engines.choose("en").capabilities.name == "bundled"
    assert engines.choose("de").capabilities.name == "europe"
    assert engines.choose("en", role="refine").capabilities.name == "europe"


def test_a_request_chooses_over_the_settings() -> None:
    engines = _set(BUNDLED, PARAKEET, live="bundled")
    assert engines.choose("en", "parakeet").decode(SPEECH, "en").text == "parakeet en"
    assert engines.choose("en", "sherpa-onnx-parakeet").capabilities.name == "parakeet"


def test_what_cannot_be_is_said_with_what_there_is() -> None:
    engines = _set(BUNDLED, EUROPE)
    with pytest.raises(RecognizerError, match="no engine knows the language 'zh'; there is de, en"):
        engines.choose("zh")
    with pytest.raises(RecognizerError, match="there is no model 'x'; there is bundled, europe"):
        engines.choose("en", "x")
    with pytest.raises(RecognizerError, match="'bundled' doesn't know the language 'de', only en"):
        engines.choose("de", "bundled")
    with pytest.raises(RecognizerError, match="there is no model 'x'"):
        _set(BUNDLED, live="x")
    with pytest.raises(RecognizerError, match="'bundled' doesn't know the language 'de'"):
        _set(BUNDLED, live="de=bundled")


def test_it_can_do_what_its_first_engine_can_in_all_languages() -> None:
    capabilities = _set(BUNDLED, PARAKEET, EUROPE).capabilities
    assert (capabilities.name, capabilities.word_times) == ("parakeet", True)
    assert capabilities.languages == ("en", "de")
    assert [model.name for model in capabilities.models] == ["bundled", "parakeet", "europe"]
    assert replace(capabilities, models=()).hot_words is False


def test_a_broken_engine_is_stood_in_for_and_shown() -> None:
    broken = Saying("parakeet", ("en",))
    broken.is_broken = True
    engines = _set(BUNDLED, broken)
    assert engines.decode(SPEECH, "en").text == "bundled en"
    standings = {standing.capabilities.name: standing for standing in engines.standings}
    assert standings["parakeet"].state == "resting"
    assert standings["parakeet"].failure == "decoding failed: broken"
    assert standings["bundled"].state == "ready"


def test_what_calls_need_at_once_is_loaded() -> None:
    engines = _set(BUNDLED, PARAKEET, EUROPE, live="de=europe")
    engines.load()
    states = {standing.capabilities.name: standing.state for standing in engines.standings}
    assert states == {"bundled": "unloaded", "parakeet": "ready", "europe": "ready"}
    german = _set(Saying("europe", ("de",)))
    german.load()
    assert german.standings[0].state == "ready"
