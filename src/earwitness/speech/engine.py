"""What the decoding pool asks of an offline engine: whole segments in, text out."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from earwitness.audio.pcm import Samples
from earwitness.conversation.clauses import seems_complete
from earwitness.conversation.utterance import Word, moved
from earwitness.speech.seams import Capabilities, RecognizerError, Role, Standing


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of one piece of audio."""

    text: str
    """Empty where nothing was said."""
    words: tuple[Word, ...] | None = None
    """With times in seconds since the start of the audio; None where the engine doesn't measure them."""
    confidence: float | None = None
    """0 to 1; None where the engine gives none."""


def joined(before: Decoded, after: Decoded, after_at_s: float) -> Decoded:
    """Return two stretches of one segment as one; the second begins `after_at_s` into it.

    A full stop that the engine put where the first one only paused goes.
    """
    head, tail = before.text, after.text
    if tail and head and not seems_complete(head):
        head = head.rstrip(".…")
        tail = tail[0].lower() + tail[1:] if not tail.startswith(("I ", "I'")) else tail
    words = None
    if before.words is not None and after.words is not None:
        words = before.words + tuple(moved(word, after_at_s) for word in after.words)
    return Decoded(f"{head} {tail}".strip(), words)


class OfflineEngine(Protocol):
    """A model that turns one piece of speech into text."""

    @property
    def capabilities(self) -> Capabilities:
        """What the engine can do; `streaming` and `partials` are about the engine alone."""

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode 16 kHz mono audio in a language (BCP-47 tag); blocks, and is called from many threads.

        Raises:
            RecognizerError: the engine failed.
        """


@runtime_checkable
class HotWordEngine(Protocol):
    """An engine that can listen for other words in each piece of audio."""

    def decode_with(self, samples: Samples, language: str, words: tuple[str, ...]) -> Decoded:
        """Decode as `OfflineEngine.decode` does, and rather hear these words."""


def decode_with(engine: OfflineEngine, samples: Samples, language: str, words: tuple[str, ...]) -> Decoded:
    """Decode, and have the engine listen for words where it can."""
    if words and isinstance(engine, HotWordEngine):
        return engine.decode_with(samples, language, words)
    return engine.decode(samples, language)


class ChosenEngine(OfflineEngine, Protocol):
    """An engine that may have to be loaded first."""

    @property
    def is_loaded(self) -> bool:
        """Whether decoding can begin at once."""

    def load(self) -> None:
        """Load it; blocks.

        Raises:
            RecognizerError: that is not possible.
        """


@runtime_checkable
class EngineChooser(Protocol):
    """Several engines, of which each stream gets the one for its language and request."""

    def choose(self, language: str, model: str | None = None, role: Role = "live") -> ChosenEngine:
        """Return the engine for a language (BCP-47 tag), or the one that is asked for by name.

        Raises:
            RecognizerError: there is none, or it doesn't know the language.
        """

    @property
    def standings(self) -> tuple[Standing, ...]:
        """How each engine stands."""


@runtime_checkable
class Closeable(Protocol):
    """An engine that holds more than memory."""

    def close(self) -> None:
        """Free it; called once nothing is decoded any more."""


def as_recognizer_error(error: Exception, what: str) -> RecognizerError:
    """Return the error of a library as one of ours, its cause kept; one of ours as it is."""
    if isinstance(error, RecognizerError):
        return error
    ours = RecognizerError(f"{what}: {str(error) or type(error).__name__}", retryable=False)
    ours.__cause__ = error
    return ours
