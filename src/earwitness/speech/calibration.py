"""How many live streams a machine can hear, from a short measurement at the start.

What a stream needs follows from what its speech costs: every second of it is decoded once for its final and,
on the average, a fifth of it again at pauses; voice activity, media and events are the rest. Partials are not
counted, since they take what is left (`Governor`).
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engine import OfflineEngine

_SPEECH = Path(__file__).parent / "data" / "calibration.flac"
"""A sentence by a synthetic voice."""
_TURNS = 3
_AT_PAUSES = 1.2
_SPEECH_SHARE = 0.86
"""Of the time somebody speaks: a dense conversation."""
_BESIDES = 0.01
"""Seconds of a core that voice activity, media and events of a stream take each second."""
_CORES_SHARE = 0.8
"""Of the cores; the rest takes up that speech comes in bursts."""


@dataclass(frozen=True, slots=True)
class DecodingCost:
    """What a second of speech costs."""

    cpu_s: float
    """Of the thread that decodes; little where the work is done elsewhere."""
    wall_s: float


def english_speech() -> Samples:
    """Return a few seconds of clear speech."""
    return read_audio(_SPEECH)


def measure(engine: OfflineEngine, language: str) -> DecodingCost:
    """Decode a sentence a few times and take the best; blocks for about half a second.

    Raises:
        RecognizerError: the engine failed.
    """
    speech = english_speech()
    engine.decode(speech, language)
    costs = []
    for _ in range(_TURNS):
        cpu, wall = time.thread_time(), time.perf_counter()
        engine.decode(speech, language)
        costs.append((time.thread_time() - cpu, time.perf_counter() - wall))
    seconds = len(speech) / RATE_HZ
    return DecodingCost(min(cpu for cpu, _ in costs) / seconds, min(wall for _, wall in costs) / seconds)


def streams_for(cost: DecodingCost, threads: int, cores: int | None = None) -> int:
    """Return how many streams there is room for, at least one: the cores and the threads both set a limit."""
    decoded = _SPEECH_SHARE * _AT_PAUSES
    by_cores = _CORES_SHARE * (cores or os.cpu_count() or 1) / (decoded * cost.cpu_s + _BESIDES)
    by_threads = _CORES_SHARE * threads / (decoded * cost.wall_s)
    return max(int(min(by_cores, by_threads)), 1)
