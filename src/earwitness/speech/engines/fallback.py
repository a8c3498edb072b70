"""Engines one behind the other: where one fails, the next decodes the same audio, so no words are lost."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from earwitness.audio.pcm import Samples
from earwitness.speech.engine import Decoded
from earwitness.speech.engines.slot import Slot
from earwitness.speech.seams import Capabilities, RecognizerError

_Result = TypeVar("_Result")


class Fallback:
    """An offline engine made of several; what it can do is what its first one can."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        """Take at least one engine, the wanted one first."""
        self._slots = tuple(slots)

    @property
    def capabilities(self) -> Capabilities:
        """Those of the first engine."""
        return self._slots[0].capabilities

    @property
    def is_loaded(self) -> bool:
        """Whether decoding can begin at once, by the engine whose turn it is."""
        return self._in_turn()[0].is_loaded

    def load(self) -> None:
        """Load the first engine that can be; blocks.

        Raises:
            RecognizerError: none can be.
        """
        self._first_of(lambda slot: slot.load())

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode 16 kHz mono audio by the first engine that works.

        Raises:
            RecognizerError: all failed; the error is the first engine's.
        """
        return self._first_of(lambda slot: slot.decode(samples, language))

    def decode_with(self, samples: Samples, language: str, words: tuple[str, ...]) -> Decoded:
        """Decode by the first engine that works, listening for words where it can.

        Raises:
            RecognizerError: all failed; the error is the first engine's.
        """
        return self._first_of(lambda slot: slot.decode(samples, language, words))

    def _in_turn(self) -> Sequence[Slot]:
        """Return the engines, those that rest last: better a doubtful one than no words."""
        return sorted(self._slots, key=lambda slot: slot.rests)

    def _first_of(self, work: Callable[[Slot], _Result]) -> _Result:
        first: RecognizerError | None = None
        for slot in self._in_turn():
            try:
                return work(slot)
            except RecognizerError as error:
                first = first or error
        assert first is not None, "a fallback has engines"
        raise first
