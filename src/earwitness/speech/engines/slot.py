"""One engine of a set: known by what it can do, loaded when it is needed, rested when it fails."""

import logging
import threading
import time
from collections.abc import Callable

from earwitness.audio.pcm import Samples
from earwitness.speech.engine import (
    Closeable,
    Decoded,
    OfflineEngine,
    as_recognizer_error,
    decode_with,
)
from earwitness.speech.seams import Capabilities, EngineState, RecognizerError, Standing

logger = logging.getLogger(__name__)

_FIRST_REST_S = 15.0
_LONGEST_REST_S = 600.0
"""A failing engine is left alone for 15 s, then twice as long after each further failure, up to this.

One that can't be loaded is left alone for so long at once."""


class Slot:
    """An engine and its state; its methods may be called from any thread."""

    def __init__(
        self,
        capabilities: Capabilities,
        load: Callable[[], OfflineEngine],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`load` blocks, and may raise; `clock` gives seconds."""
        self.capabilities = capabilities
        self._load = load
        self._clock = clock
        self._loading = threading.Lock()
        self._state = threading.Lock()
        self._engine: OfflineEngine | None = None
        self._failures = 0
        self._failure: RecognizerError | None = None
        self._rests_until_s = 0.0

    @property
    def rests(self) -> bool:
        """Whether it failed so lately that it is not worth a try."""
        with self._state:
            return self._clock() < self._rests_until_s

    @property
    def is_loaded(self) -> bool:
        """Whether decoding can begin at once."""
        return self._engine is not None

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        with self._state:
            resting = self._clock() < self._rests_until_s
            state: EngineState = "resting" if resting else "ready" if self._engine else "unloaded"
            return Standing(
                self.capabilities, state, self._failures, str(self._failure) if self._failure else None
            )

    def load(self) -> OfflineEngine:
        """Return the engine, loaded by whoever needs it first; blocks.

        Raises:
            RecognizerError: it can't be loaded.
        """
        with self._loading:
            if self._engine is None:
                started = self._clock()
                try:
                    self._engine = self._load()
                except Exception as error:
                    # Files don't mend themselves, and every attempt costs seconds.
                    told = as_recognizer_error(error, "the engine cannot be loaded")
                    raise self._failed(told, _LONGEST_REST_S) from error
                logger.info("engine %s loaded in %.1f s", self.capabilities.name, self._clock() - started)
            return self._engine

    def decode(self, samples: Samples, language: str, words: tuple[str, ...] = ()) -> Decoded:
        """Decode, listening for words where the engine can, and keep in mind whether that went well.

        Raises:
            RecognizerError: the engine failed.
        """
        engine = self.load()
        try:
            decoded = decode_with(engine, samples, language, words)
        except Exception as error:
            rest_s = min(_FIRST_REST_S * 2.0**self._failures, _LONGEST_REST_S)
            raise self._failed(as_recognizer_error(error, "decoding failed"), rest_s) from error
        with self._state:
            recovered, self._failures, self._failure = self._failures, 0, None
            self._rests_until_s = 0.0
        if recovered:
            logger.warning("engine %s works again", self.capabilities.name)
        return decoded

    def close(self) -> None:
        """Free what the engine holds; it is loaded anew if it is needed again."""
        with self._loading:
            engine: object = self._engine
            self._engine = None
        if isinstance(engine, Closeable):
            engine.close()

    def _failed(self, error: RecognizerError, rest_s: float) -> RecognizerError:
        with self._state:
            self._failures += 1
            self._failure = error
            self._rests_until_s = self._clock() + rest_s
        logger.warning(
            "engine %s failed and is left alone for %.0f s: %s", self.capabilities.name, rest_s, error
        )
        return error
