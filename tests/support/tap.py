"""A recogniser that keeps what it was given to hear."""

import asyncio

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.speech.seams import Capabilities, Heard, Recognizer, RecognizerStream
from earwitness.speech.segmented_stream import SegmentedStream

_MOST_WAITING_S = 10.0


class TappedRecognizer:
    """Is another recogniser, and keeps the audio of every stream."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        self.tapes: list[list[Samples]] = []

    @property
    def capabilities(self) -> Capabilities:
        """Those of the recogniser."""
        return self.recognizer.capabilities

    def open(
        self,
        leg: str,
        language: str = "en-US",
        *,
        model: str | None = None,
        background: bool = False,
        vocabulary: tuple[str, ...] = (),
    ) -> RecognizerStream:
        """Open a stream and a tape."""
        stream = self.recognizer.open(
            leg, language, model=model, background=background, vocabulary=vocabulary
        )
        tape: list[Samples] = []
        self.tapes.append(tape)
        give = stream.push

        def push(audio: Pcm) -> None:
            tape.append(audio.samples.copy())
            give(audio)

        stream.push = push  # type: ignore[method-assign]
        return stream

    async def aclose(self) -> None:
        """Free the recogniser."""
        await self.recognizer.aclose()


async def hear_at_once(recognizer: Recognizer, samples: Samples) -> str:
    """Return what a recogniser makes of a recording from memory, all finals as one text.

    It is fed as fast as it hears: a stream drops the oldest audio when more than a minute waits.
    """
    stream = recognizer.open("in")
    assert isinstance(stream, SegmentedStream)
    finals = []

    async def feed() -> None:
        for at in range(0, len(samples), RATE_HZ):
            stream.push(Pcm(samples[at : at + RATE_HZ], at / RATE_HZ))
            while stream.waiting_s > _MOST_WAITING_S:  # noqa: ASYNC110 - a live source is never told
                await asyncio.sleep(0.005)
        stream.end()

    feeding = asyncio.create_task(feed())
    try:
        async for event in stream:
            if isinstance(event, Heard) and event.utterance.is_final:
                finals.append(event.utterance.text)
        await feeding
        assert stream.dropped_s == 0
    finally:
        feeding.cancel()
        await stream.aclose()
    return " ".join(finals)


def tape_of(pieces: list[Samples]) -> Samples:
    """Return a tape as one recording."""
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
