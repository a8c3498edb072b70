"""Telling voices on one leg apart: which stretches of speech are the same person's.

Windows of the speech become points (see `voice_encoder`); those near each other are one voice. They are
grouped by average linkage until as many groups are left as there are voices, or, where nobody says how many,
until no two are alike; then each window goes to the voice whose middle is nearest. Grouping is cubic in time
and quadratic in memory, so of long recordings a sample of the windows is grouped.
"""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.conversation.by_voice import VoiceTurn
from earwitness.speech.voice_encoder import WINDOW_S, Floats, VoiceEncoder

_HOP_S = 0.8
_SHORTEST_S = 0.5
"""Less says too little about a voice."""
_AT_ONCE = 32
"""Windows whose audio is held together."""
_MOST_GROUPED = 1200
"""Windows that are grouped; the rest go to the group that they are nearest to."""
_ROUNDS = 3
_ALIKE = 0.65
"""Average cosine of the windows of two groups from which on they are one voice: on average it is 0.75 to 0.85
within a voice and 0.4 to 0.6 between two, through telephone codecs too."""
_LEAST_S = 3.0
"""A group with less speech is noise, a laugh, two people at once; not a voice of its own."""


_Span = tuple[float, float]
"""Start and end in seconds."""


def tell_apart(
    read: Callable[[float, float], Samples],
    stretches: Sequence[_Span],
    encoder: VoiceEncoder,
    count: int | None = None,
) -> list[VoiceTurn]:
    """Return who speaks when; blocks for about 1 % of the length of the speech.

    `read` gives the audio (16 kHz) from an instant on, so many seconds of it. `count` is the number of voices
    where it is known.
    """
    windows = list(_windows(stretches))
    if not windows:
        return []
    points = np.concatenate(
        [
            encoder.embed(np.stack([_filled(read(start_s, end_s - start_s)) for start_s, end_s in some]))
            for some in (windows[at : at + _AT_ONCE] for at in range(0, len(windows), _AT_ONCE))
        ]
    )
    lengths_s = np.array([end_s - start_s for start_s, end_s in windows], np.float32)
    labels = _voices(points, lengths_s, count)
    return list(_turns(windows, labels))


def _windows(stretches: Sequence[_Span]) -> Iterator[_Span]:
    for first_s, last_s in stretches:
        length_s = last_s - first_s
        if length_s < _SHORTEST_S:
            continue
        steps = max(round((length_s - WINDOW_S) / _HOP_S), 0)
        for step in range(steps + 1):
            start_s = max(first_s + (length_s - WINDOW_S) * (step / steps if steps else 0.0), first_s)
            yield start_s, min(start_s + WINDOW_S, last_s)


def _filled(samples: Samples) -> Samples:
    """Repeat what is shorter than a window until it fills one."""
    length = round(WINDOW_S * RATE_HZ)
    return np.resize(samples, length) if len(samples) else np.zeros(length, np.int16)


def _voices(points: Floats, lengths_s: Floats, count: int | None) -> list[int]:
    """Return the voice of each window."""
    step = -(-len(points) // _MOST_GROUPED)
    sample = points[::step]
    groups = _grouped(sample, lengths_s[::step] * (step * _HOP_S / WINDOW_S), count)
    middles = np.stack([_middle(sample[group]) for group in groups])
    for _ in range(_ROUNDS):
        nearest = np.argmax(points @ middles.T, axis=1)
        middles = np.stack(
            [
                _middle(points[nearest == voice]) if (nearest == voice).any() else middle
                for voice, middle in enumerate(middles)
            ]
        )
    order: dict[int, int] = {}
    return [order.setdefault(int(voice), len(order)) for voice in np.argmax(points @ middles.T, axis=1)]


def _grouped(points: Floats, lengths_s: Floats, count: int | None) -> list[list[int]]:
    """Merge the two groups whose windows are most alike on average, again and again, until one is left.

    Returns:
        The groups that are voices where merging had come to groups that are not alike: of all steps at which
        there were `count` of them, or nearest to it, the one that is nearest to that. At least one.
    """
    likeness = (points @ points.T).astype(np.float64)
    np.fill_diagonal(likeness, -np.inf)
    groups = {place: [place] for place in range(len(points))}
    speech_s = dict(enumerate(lengths_s.tolist()))
    best = [list(range(len(points)))]
    nearest = math.inf, math.inf
    reached = math.inf
    while True:
        one, other = divmod(int(np.argmax(likeness)), len(points))
        following = float(likeness[one, other])
        voices = [group for place, group in groups.items() if speech_s[place] >= _LEAST_S]
        if voices:
            off = max(following - _ALIKE, _ALIKE - reached, 0.0)
            rank = abs(len(voices) - count) if count is not None else 0, off
            if rank < nearest:
                best, nearest = voices, rank
        if len(groups) == 1:
            return best
        reached = min(reached, following)
        sizes = len(groups[one]), len(groups[other])
        joined = (likeness[one] * sizes[0] + likeness[other] * sizes[1]) / sum(sizes)
        joined[one] = -np.inf
        likeness[one], likeness[:, one] = joined, joined
        likeness[other], likeness[:, other] = -np.inf, -np.inf
        groups[one] = groups[one] + groups.pop(other)
        speech_s[one] += speech_s.pop(other)


def _middle(points: Floats) -> Floats:
    middle = points.mean(axis=0)
    return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-6), np.float32)


def _turns(windows: Sequence[_Span], labels: Sequence[int]) -> Iterator[VoiceTurn]:
    """Join windows of one voice; where another takes over in mid-speech, the border is halfway."""
    turn: VoiceTurn | None = None
    for (start_s, end_s), voice in zip(windows, labels, strict=True):
        if turn is None:
            turn = VoiceTurn(voice, start_s, end_s)
        elif start_s >= turn.end_s:
            yield turn
            turn = VoiceTurn(voice, start_s, end_s)
        elif voice == turn.voice:
            turn = VoiceTurn(voice, turn.start_s, end_s)
        else:
            border_s = (turn.end_s + start_s) / 2
            yield VoiceTurn(turn.voice, turn.start_s, border_s)
            turn = VoiceTurn(voice, border_s, end_s)
    if turn is not None:
        yield turn
