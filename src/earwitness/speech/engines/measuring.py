"""How well an engine hears, and what it costs, by the pipeline that calls go through."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.speech.engine import Decoded, OfflineEngine
from earwitness.speech.engines.word_errors import word_errors
from earwitness.speech.seams import Heard
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.segmented_stream import SegmentedStream
from earwitness.speech.vad import SileroVad
from earwitness.speech.wording import as_tokens, worded

_PIECE_S = 1.0
_MOST_WAITING_S = 20.0
"""More audio would be dropped in the end."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Audio, 16 kHz mono, and what is said in it."""

    samples: Samples
    text: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found over some recordings."""

    audio_s: float
    wer: float
    """Word errors for each word said; see `word_errors`."""
    cost: float
    """CPU seconds for each second of audio, with voice activity detection, without partials."""


async def measure(
    engine: OfflineEngine, vad: SileroVad, recordings: Sequence[Recording], language: str
) -> Measured:
    """Hear recordings one after the other, on one thread.

    Raises:
        RecognizerError: the engine failed.
    """
    recognizer = SegmentedRecognizer(engine, vad, threads=1)
    errors = said = 0
    started = time.process_time()
    try:
        for recording in recordings:
            heard = await _hear(recognizer, recording.samples, language)
            found, count = word_errors(_as_written_here(recording.text, language), heard)
            errors, said = errors + found, said + count
    finally:
        spent_s = time.process_time() - started
        await recognizer.aclose()
    audio_s = sum(len(recording.samples) for recording in recordings) / RATE_HZ
    return Measured(audio_s, errors / max(said, 1), spent_s / audio_s)


def _as_written_here(text: str, language: str) -> str:
    """Return what was said as heard text is written: with digits for numbers, say."""
    return worded(as_tokens(Decoded(text)), language, punctuated=True).text


async def _hear(recognizer: SegmentedRecognizer, samples: Samples, language: str) -> str:
    stream = recognizer.open("bench", language, background=True)
    feeding = asyncio.create_task(_feed(stream, samples))
    try:
        finals = [
            event.utterance.text
            async for event in stream
            if isinstance(event, Heard) and event.utterance.is_final
        ]
        await feeding
    finally:
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        await stream.aclose()
    return " ".join(finals)


async def _feed(stream: SegmentedStream, samples: Samples) -> None:
    piece = round(_PIECE_S * RATE_HZ)
    for at in range(0, len(samples), piece):
        stream.push(Pcm(samples[at : at + piece], at / RATE_HZ))
        while stream.waiting_s > _MOST_WAITING_S:  # noqa: ASYNC110 - a live source is never told
            await asyncio.sleep(0.01)
    stream.end()
