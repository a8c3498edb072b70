"""Models of sherpa-onnx that take a whole segment at once."""

import threading
from pathlib import Path
from typing import Any

from earwitness.audio.pcm import RATE_HZ, Samples, as_floats
from earwitness.speech.engine import Decoded
from earwitness.speech.engines.folder import ModelFolder
from earwitness.speech.engines.hot_words import hot_word_options, listening_options, spelled_for
from earwitness.speech.engines.languages import primary
from earwitness.speech.engines.word_times import words_of
from earwitness.speech.transcript import clean

_MOST_LANGUAGES = 4
"""A model that is told its language when it is loaded is loaded for so many at once; the one unused for
longest goes."""


class SherpaOfflineEngine:
    """A model folder decoded by `sherpa_onnx.OfflineRecognizer`; one instance serves all threads.

    A model that can't be read ends the whole process, so load what isn't bundled in a child process first;
    see `probe`.
    """

    def __init__(
        self, model: ModelFolder, hot_words: tuple[str, ...] = (), scratch: Path | None = None
    ) -> None:
        """Load the model for its first language; `scratch` holds the list of hot words.

        Raises:
            OSError: the scratch folder can't be written.
        """
        self.capabilities = model.capabilities
        self._model = model
        self._hot_words = hot_words
        self._options = hot_word_options(model, hot_words, scratch)
        self._lock = threading.Lock()
        self._recognizers: dict[tuple[str, bool], Any] = {}
        """By language, and by whether the streams may have words to listen for."""
        self._recognizer(self._spoken(next(iter(model.languages), "")))

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode 16 kHz mono audio."""
        return self.decode_with(samples, language, ())

    def decode_with(self, samples: Samples, language: str, words: tuple[str, ...]) -> Decoded:
        """Decode, and rather hear these words; a model that takes none is loaded but once."""
        spoken = self._spoken(language)
        looked_for = bool(words) and self._model.family.hot_words == "file" and self._model.hears_hot_words
        recognizer = self._recognizer(spoken, listening=looked_for)
        if looked_for:
            stream = recognizer.create_stream(hotwords="/".join(spelled_for(self._model, words)))
        else:
            stream = recognizer.create_stream()
        if words and self._model.family.hot_words == "option":
            stream.set_option("hotwords", ",".join((*self._hot_words, *words)))
        if self._model.family.language_option:
            stream.set_option(self._model.family.language_option, spoken)
        stream.accept_waveform(RATE_HZ, as_floats(samples))
        recognizer.decode_stream(stream)
        result = stream.result
        return as_decoded(
            result.text, result.tokens, result.timestamps, result.durations, end_s=len(samples) / RATE_HZ
        )

    def _spoken(self, language: str) -> str:
        """Return what the model calls a language; empty where it is not told."""
        return primary(language) if self._model.family.language else ""

    def _recognizer(self, spoken: str, *, listening: bool = False) -> Any:
        key = "" if self._model.family.language_option else spoken, listening
        with self._lock:
            recognizer = self._recognizers.pop(key, None)
            if recognizer is None:
                recognizer = self._load(spoken, listening_options(self._model) if listening else {})
                while len(self._recognizers) >= _MOST_LANGUAGES:
                    self._recognizers.pop(next(iter(self._recognizers)))
            self._recognizers[key] = recognizer  # at the end: used last
            return recognizer

    def _load(self, spoken: str, options: dict[str, Any]) -> Any:
        import sherpa_onnx  # slow to import

        family = self._model.family
        arguments: dict[str, Any] = {part: str(path) for part, path in self._model.files.items()}
        arguments |= dict.fromkeys(family.language.split(), spoken) | dict(family.options)
        arguments |= options | self._options
        return getattr(sherpa_onnx.OfflineRecognizer, family.factory)(**arguments, num_threads=1)


def as_decoded(
    text: str,
    tokens: list[str],
    starts_s: list[float],
    durations_s: list[float],
    *,
    end_s: float,
) -> Decoded:
    """Return a result of sherpa-onnx as ours, with the times of its words where they can be told.

    Models that know no case write capitals throughout, which nobody likes to read: small letters instead.
    """
    text = clean(text)
    if text.isupper():
        text = text.lower()
    return Decoded(text, words_of(text, tokens, starts_s, durations_s, end_s))
