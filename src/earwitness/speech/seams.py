"""What the rest of the system asks of a recogniser."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

from earwitness.audio.pcm import Pcm
from earwitness.conversation.sound import Sound
from earwitness.conversation.utterance import Utterance


class RecognizerError(Exception):
    """A recogniser failed; `retryable` says whether another attempt may work."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do."""

    name: str
    languages: tuple[str, ...]
    """BCP-47 language tags, primary subtags only (`en`), or `*`."""
    streaming: bool
    """Whether the engine itself takes audio piece by piece."""
    partials: bool
    word_times: bool
    confidence: bool
    punctuation: bool
    hot_words: bool = False
    """Whether it can be told words to listen for."""
    vocabulary: "tuple[VocabularyUse, ...]" = ()
    """What is done with the words that a request says are likely; nothing where it is empty."""
    models: "tuple[Capabilities, ...]" = ()
    """Those that can be asked for by name, where there are several."""


VocabularyUse = Literal["hot_words", "respelling"]
"""`hot_words`: the engine itself listens for them; `respelling`: what sounds like one is written as it is."""

Role = Literal["live", "refine"]
"""`live` hears calls while they go on; `refine` hears them again when they are over."""

EngineState = Literal["unloaded", "ready", "resting"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an engine stands."""

    capabilities: Capabilities
    state: EngineState
    """`resting` is left alone for a while because it failed."""
    failures: int = 0
    """Since it last worked."""
    failure: str | None = None
    """Why it failed last; None when it works."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Someone began to speak."""

    leg: str
    at_s: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The speech that began last is over; its final utterance follows unless it held no words."""

    leg: str
    at_s: float


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """Nobody has begun to speak for a while since the speech that ended last (`JOINS_WITHIN_S`)."""

    leg: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A partial or final utterance."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class SoundHeard:
    """A sound that is not speech; one that lasts is told when it is known, and again when it has ended."""

    sound: Sound


SpeechEvent = SpeechStarted | SpeechEnded | SpeechPaused | Heard | SoundHeard


class RecognizerStream(Protocol):
    """One leg being heard. Events come in the order of media time; finals are never dropped."""

    @property
    def waiting_s(self) -> float:
        """Seconds of audio that were pushed and not heard yet."""

    def push(self, audio: Pcm) -> None:
        """Give the next piece of audio (16 kHz mono, contiguous on the leg's clock). Never blocks."""

    def flush(self) -> None:
        """End the open segment here, as if silence followed."""

    def end(self) -> None:
        """No more audio comes; the iteration ends after the last final."""

    def __aiter__(self) -> AsyncIterator[SpeechEvent]:
        """Iterate over the events."""

    async def aclose(self) -> None:
        """Drop what is left and free the stream; safe to call twice."""


class Recognizer(Protocol):
    """An engine that can hear many legs at once."""

    @property
    def capabilities(self) -> Capabilities:
        """What the engine can do."""

    def open(
        self,
        leg: str,
        language: str = "en-US",
        *,
        model: str | None = None,
        background: bool = False,
        vocabulary: tuple[str, ...] = (),
    ) -> RecognizerStream:
        """Start to hear a leg; must be called on a running event loop.

        `model` asks for one of `Capabilities.models` by name. What is heard in the `background` lets all that
        is live go first, and has no partials. Words and phrases of the `vocabulary` are likely to be said;
        `Capabilities.vocabulary` tells what is made of that.

        Raises:
            RecognizerError: nothing knows the language, or there is no such model.
        """

    async def aclose(self) -> None:
        """Free the engine; open streams end."""
