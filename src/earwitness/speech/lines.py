"""How steady the lines in a stream's spectrum are: those of music stay, those of a voice glide.

A line is a peak that stands out from its surroundings. It is steady when it is within 5 Hz of where it was
in each of the two spectra before. After K. Seyerlehner et al., "Automatic music detection in television
productions" (DAFx 2007), whose continuous frequency activations are such lines.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earwitness.speech.spectrum import BINS, Power, decibels

_LOW = 10
_BINS = BINS - 1 - _LOW
"""Judged from 156 to 4000 Hz; mains hum below is everywhere."""

_AROUND = 12
_CONTRAST_DB = 6.0
"""Above the mean of 190 Hz on both sides."""

_BELOW_LOUDEST_DB = 45.0
_LEAST_DB = -85.0
_TOLERANCE_BINS = 0.3
_NOWHERE = -9.0

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Steadiness:
    """Of each spectrum: the amplitudes of all lines together, and of the steady ones bin by bin."""

    lines: Rows
    """Shape (frames,)."""
    steady: Rows
    """Shape (frames, 246)."""


class Lines:
    """Follows the lines of one stream."""

    def __init__(self) -> None:
        self._places = np.full(_BINS + 2, _NOWHERE, np.float32)
        """Of the lines in the last spectrum, in bins, with a margin of one on both sides."""
        self._seen_twice = np.zeros(_BINS + 2, np.bool_)

    def take(self, power: Power) -> Steadiness:
        """Judge the next spectra."""
        level = decibels(power)
        is_line, offset = _peaks(level)
        places = np.where(is_line, np.arange(_BINS, dtype=np.float32) + offset, np.float32(_NOWHERE))
        margin = np.pad(places, ((0, 0), (1, 1)), constant_values=_NOWHERE)
        before = np.concatenate((self._places[np.newaxis], margin[:-1]))
        near = [
            is_line & (np.abs(before[:, shift : shift + _BINS] - places) < _TOLERANCE_BINS)
            for shift in range(3)
        ]
        twice = np.pad(near[0] | near[1] | near[2], ((0, 0), (1, 1)))
        twice_before = np.concatenate((self._seen_twice[np.newaxis], twice[:-1]))
        steady = np.zeros_like(is_line)
        for shift in range(3):
            steady |= near[shift] & twice_before[:, shift : shift + _BINS]
        self._places, self._seen_twice = margin[-1], twice[-1]
        amplitude = np.sqrt(power[:, _LOW : _LOW + _BINS])
        return Steadiness((amplitude * is_line).sum(axis=1), amplitude * steady)


def _peaks(level: Rows) -> tuple[NDArray[np.bool_], Rows]:
    """Return where lines are, and by how much of a bin each is off its bin (a parabola through three)."""
    below, here, above = (level[:, _LOW + by : _LOW + by + _BINS] for by in (-1, 0, 1))
    sums = np.cumsum(np.pad(level, ((0, 0), (_AROUND + 1, _AROUND)), mode="edge"), axis=1, dtype=np.float64)
    width = 2 * _AROUND + 1
    mean = ((sums[:, width:] - sums[:, :-width]) / width)[:, _LOW : _LOW + _BINS]
    loudest = here.max(axis=1, keepdims=True)
    is_line = (
        (here > below)
        & (here >= above)
        & (here > mean + _CONTRAST_DB)
        & (here > np.maximum(loudest - _BELOW_LOUDEST_DB, _LEAST_DB))
    )
    curve = np.where(is_line, below - 2 * here + above, np.float32(-1))
    offset: Rows = (0.5 * (below - above) / curve).astype(np.float32)
    return is_line, np.clip(offset, -0.5, 0.5)
