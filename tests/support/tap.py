"""A recogniser that keeps what it was given to hear."""

import numpy as np

from earwitness.audio.pcm import Pcm, Samples
from earwitness.speech.seams import Capabilities, Heard, Recognizer, RecognizerStream


class TappedRecognizer:
    """Is another recogniser, and keeps the audio of every stream."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        self.tapes: list[list[Samples]] = []

    @property
    def capabilities(self) -> Capabilities:
        """Those of the recogniser."""
        return self.recognizer.capabilities

    def open(self, leg: str, language: str = "en-US") -> RecognizerStream:
        """Open a stream and a tape."""
        stream = self.recognizer.open(leg, language)
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
    """Return what a recogniser makes of a recording that it gets from memory, all finals as one text."""
    stream = recognizer.open("in")
    try:
        for at in range(0, len(samples), 16_000):
            stream.push(Pcm(samples[at : at + 16_000], at / 16_000))
        stream.end()
        return " ".join(
            [
                event.utterance.text
                async for event in stream
                if isinstance(event, Heard) and event.utterance.is_final
            ]
        )
    finally:
        await stream.aclose()


def tape_of(pieces: list[Samples]) -> Samples:
    """Return a tape as one recording."""
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
