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
        """Whether decoding can begin at once."""
        return any(slot.is_loaded for slot in self._slots if not slot.rests)

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

    def _first_of(self, work: Callable[[Slot], _Result]) -> _Result:
        first: RecognizerError | None = None
        # Engines that rest come last: better a doubtful one than no words.
        for slot in sorted(self._slots, key=lambda slot: slot.rests):
            try:
                return work(slot)
            except RecognizerError as error:
                first = first or error
        assert first is not None, "a fallback has engines"
        raise first
