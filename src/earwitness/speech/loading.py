"""A recogniser that loads while the server already answers."""

import asyncio
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from earwitness.speech.seams import Capabilities, Recognizer, RecognizerError, RecognizerStream, Standing
from earwitness.speech.stats import Measured, SpeechStats


@runtime_checkable
class HasStandings(Protocol):
    """A recogniser that tells how its engines stand."""

    @property
    def standings(self) -> tuple[Standing, ...]:
        """How each engine stands."""


class LoadingRecognizer:
    """Is the recogniser that `load` returns, once `load` has returned."""

    def __init__(self, load: Callable[[], Recognizer]) -> None:
        self._load = load
        self._recognizer: Recognizer | None = None
        self._failure: Exception | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def state(self) -> str | None:
        """None when it is loaded, else why it is not."""
        if self._failure is not None:
            return f"the recogniser could not be loaded: {self._failure}"
        return None if self._recognizer is not None else "the recogniser is still loading"

    def start(self) -> None:
        """Begin to load on a thread of its own."""
        self._task = asyncio.create_task(self._run(), name="load recogniser")

    async def wait(self) -> None:
        """Wait until it is loaded.

        Raises:
            RecognizerError: it could not be loaded.
        """
        if self._task is not None:
            await asyncio.shield(self._task)
        self._loaded()

    @property
    def capabilities(self) -> Capabilities:
        """See `Recognizer.capabilities`."""
        return self._loaded().capabilities

    @property
    def standings(self) -> tuple[Standing, ...]:
        """How each engine stands, once they are loaded; a recogniser that doesn't tell stands for itself."""
        recognizer = self._recognizer
        if recognizer is None:
            return ()
        if isinstance(recognizer, HasStandings):
            return recognizer.standings
        return (Standing(recognizer.capabilities, "ready"),)

    def open(
        self,
        leg: str,
        language: str = "en-US",
        *,
        model: str | None = None,
        background: bool = False,
        vocabulary: tuple[str, ...] = (),
    ) -> RecognizerStream:
        """See `Recognizer.open`."""
        return self._loaded().open(leg, language, model=model, background=background, vocabulary=vocabulary)

    @property
    def stats(self) -> SpeechStats | None:
        """What the recogniser measures of itself; None where it does not, or is not loaded."""
        return self._recognizer.stats if isinstance(self._recognizer, Measured) else None

    async def capacity(self) -> int | None:
        """Wait until it is loaded, then return how many live streams there is room for, if it can tell.

        Raises:
            RecognizerError: it could not be loaded or measured.
        """
        await self.wait()
        recognizer = self._recognizer
        return await asyncio.to_thread(recognizer.capacity) if isinstance(recognizer, Measured) else None

    async def aclose(self) -> None:
        """See `Recognizer.aclose`."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        if self._recognizer is not None:
            await self._recognizer.aclose()

    async def _run(self) -> None:
        try:
            self._recognizer = await asyncio.to_thread(self._load)
        except Exception as error:  # noqa: BLE001 - kept, and told by /readyz and to every caller
            self._failure = error

    @property
    def loaded(self) -> Recognizer:
        """The recogniser itself.

        Raises:
            RecognizerError: it isn't loaded.
        """
        return self._loaded()

    def _loaded(self) -> Recognizer:
        if self._recognizer is None:
            raise RecognizerError(self.state or "", retryable=self._failure is None)
        return self._recognizer
