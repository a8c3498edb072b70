"""Any offline engine with its audio levelled and its text put right: the one place where both happen."""

from dataclasses import replace

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engine import Closeable, Decoded, OfflineEngine
from earwitness.speech.level import levelled
from earwitness.speech.phantoms import is_phantom
from earwitness.speech.seams import Capabilities
from earwitness.speech.transcript import without_loops, without_sounds
from earwitness.speech.wording import as_tokens, worded


class ReadableEngine:
    """An `OfflineEngine` made of another one; live text and refined text both come out of it."""

    def __init__(self, engine: OfflineEngine) -> None:
        self._engine = engine

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine."""
        return self._engine.capabilities

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode audio to a text that reads; see `OfflineEngine.decode`."""
        decoded = as_tokens(self._engine.decode(levelled(samples), language))
        for choose in (without_sounds, lambda words: without_loops(words, len(samples) / RATE_HZ)):
            kept = choose(decoded.text.split())
            decoded = _only(decoded, kept)
        decoded = worded(decoded, language, punctuated=self.capabilities.punctuation)
        if is_phantom(decoded.text, samples):
            return replace(decoded, text="", words=None if decoded.words is None else ())
        return decoded

    def close(self) -> None:
        """Free what the engine holds."""
        if isinstance(self._engine, Closeable):
            self._engine.close()


def _only(decoded: Decoded, kept: list[int]) -> Decoded:
    texts = decoded.text.split()
    words = None if decoded.words is None else tuple(decoded.words[index] for index in kept)
    return replace(decoded, text=" ".join(texts[index] for index in kept), words=words)
