"""Any offline engine with its audio levelled and its text put right: the one place where both happen."""

from dataclasses import replace

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engine import Closeable, Decoded, OfflineEngine, decode_with
from earwitness.speech.level import levelled
from earwitness.speech.phantoms import is_phantom
from earwitness.speech.respelling import Respelling
from earwitness.speech.seams import Capabilities, VocabularyUse
from earwitness.speech.transcript import without_loops, without_sounds
from earwitness.speech.wording import as_tokens, worded


class ReadableEngine:
    """An `OfflineEngine` made of another one; live text and refined text both come out of it."""

    def __init__(self, engine: OfflineEngine, vocabulary: tuple[str, ...] = ()) -> None:
        """Take an engine, and the words that are likely to be said."""
        self._engine = engine
        self._vocabulary = vocabulary
        self._respelling = Respelling(vocabulary)

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine, and what is done here."""
        return with_vocabulary(self._engine.capabilities)

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode audio to a text that reads; see `OfflineEngine.decode`."""
        decoded = as_tokens(decode_with(self._engine, levelled(samples), language, self._vocabulary))
        for choose in (without_sounds, lambda words: without_loops(words, len(samples) / RATE_HZ)):
            kept = choose(decoded.text.split())
            decoded = _only(decoded, kept)
        decoded = worded(decoded, language, punctuated=self.capabilities.punctuation)
        if _is_english(language):
            decoded = self._respelling.applied(decoded)
        if is_phantom(decoded.text, samples):
            return replace(decoded, text="", words=None if decoded.words is None else ())
        return decoded

    def close(self) -> None:
        """Free what the engine holds."""
        if isinstance(self._engine, Closeable):
            self._engine.close()


def with_vocabulary(can: Capabilities) -> Capabilities:
    """Return the capabilities of an engine with what is made of a vocabulary around it."""
    own: tuple[VocabularyUse, ...] = tuple(use for use in can.vocabulary if use != "respelling")
    return replace(can, vocabulary=(*own, "respelling")) if {"en", "*"} & set(can.languages) else can


def _is_english(language: str) -> bool:
    return language.replace("_", "-").partition("-")[0].lower() == "en"


def _only(decoded: Decoded, kept: list[int]) -> Decoded:
    texts = decoded.text.split()
    words = None if decoded.words is None else tuple(decoded.words[index] for index in kept)
    return replace(decoded, text=" ".join(texts[index] for index in kept), words=words)
