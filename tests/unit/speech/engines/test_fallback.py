import logging
import threading
from collections.abc import Callable

import numpy as np
import pytest

from earwitness.audio.pcm import Samples
from earwitness.speech.engine import Decoded
from earwitness.speech.engines.fallback import Fallback
from earwitness.speech.engines.slot import Slot
from earwitness.speech.seams import Capabilities, RecognizerError

SPEECH = np.zeros(16_000, np.int16)


def _capabilities(name: str) -> Capabilities:
    return Capabilities(
        name=name,
        languages=("en",),
        streaming=False,
        partials=False,
        word_times=False,
        confidence=False,
        punctuation=True,
    )


class Saying:
    """Says its name, or raises what it is told to."""

    def __init__(self, name: str) -> None:
        self.capabilities = _capabilities(name)
        self.error: Exception | None = None
        self.asked = 0

    def decode(self, samples: Samples, language: str) -> Decoded:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return Decoded(self.capabilities.name)


class Clock:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def _slot(engine: Saying, clock: Callable[[], float]) -> Slot:
    return Slot(engine.capabilities, lambda: engine, clock=clock)


def test_a_failing_engine_gives_the_same_audio_to_the_next(caplog: pytest.LogCaptureFixture) -> None:
    clock, first, second = Clock(), Saying("first"), Saying("second")
    engine = Fallback([_slot(first, clock), _slot(second, clock)])
    assert engine.decode(SPEECH, "en").text == "first"
    first.error = RuntimeError("out of memory")
    with caplog.at_level(logging.WARNING):
        assert engine.decode(SPEECH, "en").text == "second"
    assert "engine first failed and is left alone for 15 s" in caplog.text
    assert "out of memory" in caplog.text


def test_a_failing_engine_is_left_alone_longer_and_longer_and_comes_back() -> None:
    clock, first, second = Clock(), Saying("first"), Saying("second")
    slot = _slot(first, clock)
    engine = Fallback([slot, _slot(second, clock)])
    first.error = RecognizerError("busy", retryable=True)
    for rest_s in (15, 30, 60):
        asked = first.asked
        assert engine.decode(SPEECH, "en").text == "second"
        assert slot.standing.state == "resting"
        clock.now_s += rest_s - 1
        assert engine.decode(SPEECH, "en").text == "second"
        assert first.asked == asked + 1
        clock.now_s += 1
    assert (slot.standing.failures, slot.standing.failure) == (3, "busy")
    first.error = None
    assert engine.decode(SPEECH, "en").text == "first"
    assert (slot.standing.state, slot.standing.failures, slot.standing.failure) == ("ready", 0, None)


def test_resting_engines_are_tried_before_words_are_lost() -> None:
    clock, only = Clock(), Saying("only")
    engine = Fallback([_slot(only, clock)])
    only.error = RecognizerError("busy", retryable=True)
    with pytest.raises(RecognizerError, match="busy"):
        engine.decode(SPEECH, "en")
    only.error = None
    assert engine.decode(SPEECH, "en").text == "only"


def test_when_all_fail_the_first_engine_tells() -> None:
    clock, first, second = Clock(), Saying("first"), Saying("second")
    first.error, second.error = ValueError("first is broken"), ValueError("second is broken")
    with pytest.raises(RecognizerError, match="first is broken"):
        Fallback([_slot(first, clock), _slot(second, clock)]).decode(SPEECH, "en")


def test_what_cannot_be_loaded_is_passed_over() -> None:
    clock, second = Clock(), Saying("second")

    def load() -> Saying:
        raise OSError("no such file")

    slots = [Slot(_capabilities("first"), load, clock=clock), _slot(second, clock)]
    slots[1].load()
    engine = Fallback(slots)
    assert not engine.is_loaded  # whose turn it is comes first
    engine.load()
    assert engine.is_loaded
    assert engine.decode(SPEECH, "en").text == "second"
    clock.now_s += 599  # no attempt meanwhile: each costs seconds
    assert slots[0].standing.state == "resting"


def test_an_engine_is_loaded_once_whoever_needs_it() -> None:
    loaded: list[Saying] = []
    together = threading.Barrier(4)

    def load() -> Saying:
        loaded.append(Saying("first"))
        return loaded[-1]

    slot = Slot(_capabilities("first"), load)
    assert slot.standing.state == "unloaded"

    def decode() -> None:
        together.wait()
        slot.decode(SPEECH, "en")

    threads = [threading.Thread(target=decode) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 1
    assert loaded[0].asked == 4
