"""Whisper through the package faster-whisper (CTranslate2), which also runs on GPUs; an extra."""

import math
import os
from collections.abc import Iterable
from typing import Any, Protocol

from earwitness.audio.pcm import Samples, as_floats
from earwitness.conversation.utterance import Word
from earwitness.speech.engine import Decoded, as_recognizer_error
from earwitness.speech.engines.languages import WHISPER, primary
from earwitness.speech.seams import Capabilities, RecognizerError
from earwitness.speech.transcript import clean


class HeardWord(Protocol):
    """What is used of `faster_whisper.transcribe.Word`."""

    word: str
    start: float
    end: float
    probability: float


class HeardSegment(Protocol):
    """What is used of `faster_whisper.transcribe.Segment`."""

    text: str
    avg_logprob: float
    no_speech_prob: float
    words: list[Any] | None


_NO_SPEECH = 0.6
_UNSURE = -1.0
"""Whisper's own rule: a segment that is probably no speech and was decoded badly has no text."""


def capabilities(name: str) -> Capabilities:
    """Return what a Whisper model of this name can do: those that end in `.en` know English alone."""
    return Capabilities(
        name=name,
        languages=("en",) if name.endswith(".en") else WHISPER,
        streaming=False,
        partials=False,
        word_times=True,
        confidence=True,
        punctuation=True,
        hot_words=True,
        vocabulary=("hot_words",),
    )


class FasterWhisperEngine:
    """A Whisper model run by CTranslate2; one instance serves all threads."""

    def __init__(self, model: str, what: Capabilities, hot_words: tuple[str, ...] = ()) -> None:
        """Load a model: a folder, or a name that faster-whisper knows and downloads from Hugging Face.

        Raises:
            RecognizerError: the extra isn't installed, or the model can't be loaded.
        """
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise RecognizerError(
                "Whisper models for CTranslate2 need an extra; "
                "install it with: pip install 'earwitness[whisper]'",
                retryable=False,
            ) from error
        self.capabilities = what
        self._hot_words = hot_words
        try:
            self._model: Any = WhisperModel(model, cpu_threads=1, num_workers=os.cpu_count() or 1)
        except Exception as error:
            raise as_recognizer_error(error, f"the Whisper model {model} cannot be loaded") from error

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode 16 kHz mono audio."""
        return self.decode_with(samples, language, ())

    def decode_with(self, samples: Samples, language: str, words: tuple[str, ...]) -> Decoded:
        """Decode, and rather hear these words and those of the settings."""
        segments, _ = self._model.transcribe(
            as_floats(samples),
            language=primary(language),
            beam_size=1,
            word_timestamps=True,
            condition_on_previous_text=False,
            hotwords=" ".join((*self._hot_words, *words)) or None,
        )
        return joined(segments)


def joined(segments: Iterable[HeardSegment]) -> Decoded:
    """Return Whisper's segments as one text with words, and with the probability of a token as confidence."""
    spoken = [
        segment
        for segment in segments
        if not (segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNSURE)
    ]
    raw = " ".join(segment.text.strip() for segment in spoken)
    text = clean(raw)
    if not text:
        return Decoded("")
    heard = [_word(word) for segment in spoken for word in segment.words or ()]
    confidence = math.exp(sum(segment.avg_logprob for segment in spoken) / len(spoken))
    # Cleaning may take words away, whose times must go with them: then none are given.
    words = tuple(heard) if " ".join(word.text for word in heard) == text else None
    return Decoded(text, words, min(1.0, confidence))


def _word(word: HeardWord) -> Word:
    return Word(word.word.strip(), word.start, word.end, word.probability)
