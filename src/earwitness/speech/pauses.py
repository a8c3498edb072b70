"""Short pauses inside a segment, from its energy: too short to end it, yet that is where sentences end."""

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples

_FRAME = RATE_HZ // 50
_SHORTEST_S = 0.12
"""Shorter gaps are the closures of consonants."""
_LEAST_RANGE_DB = 15.0
"""Where speech is no further above the quietest frames, nothing can be told."""
_THRESHOLD = 0.35
"""Of the way from the quietest to the loudest frames, in decibels: below that nobody speaks."""


def find_pauses(samples: Samples, start_s: float) -> tuple[tuple[float, float], ...]:
    """Return start and end of the pauses in some speech, in order, in seconds where the samples start at
    `start_s`; accurate to 20 ms.
    """
    count = len(samples) // _FRAME
    if count < 3:
        return ()
    frames = samples[: count * _FRAME].reshape(count, _FRAME).astype(np.float32)
    level_db = 10 * np.log10(np.square(frames).mean(axis=1) + 1.0)
    quietest, loudest = np.percentile(level_db, (10, 95))
    if loudest - quietest < _LEAST_RANGE_DB:
        return ()
    quiet = level_db < quietest + _THRESHOLD * (loudest - quietest)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    frame_s = _FRAME / RATE_HZ
    return tuple(
        (start_s + int(first) * frame_s, start_s + int(after) * frame_s)
        for first, after in zip(edges[::2], edges[1::2], strict=True)
        if (after - first) * frame_s >= _SHORTEST_S
    )
