"""Steady tones: one or two sine waves that hold nearly all energy and stay where they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from earwitness.audio.pcm import RATE_HZ
from earwitness.speech.spectrum import BIN_HZ, Power, decibels
from earwitness.speech.vad import WINDOW_SAMPLES

_LOW = 13
"""From 203 Hz: no tone of a telephone network is lower, and a low voice has its loudest harmonics there."""

_HALF = 4
"""A tone fills its bin and this many on both sides; so two tones less than 60 Hz apart count as one."""

_LEAST_DB = -60.0
_PURITY = 0.8
"""The least part of all energy that the one or two tones must have."""

_SECOND = 0.05
"""A second tone counts when it has this part of the first one's energy."""

_TOLERANCE = 0.012
_TOLERANCE_HZ = 8.0
_LEAST_FRAMES = 2
_MOST_FRAMES = 32

_WINDOW_S = WINDOW_SAMPLES / RATE_HZ


@dataclass(frozen=True, slots=True)
class Tone:
    """A tone from its start to its end, or as far as it is known."""

    start_s: float
    end_s: float
    hertz: tuple[float, ...]
    """One or two frequencies, the lower one first."""
    purity: float
    """The part of all energy that is the tone's, 0 to 1."""
    twist: float
    """Energy of the weaker of two frequencies by that of the stronger one; 0 where there is one."""
    level_db: float
    """Of full scale."""

    @property
    def length_s(self) -> float:
        """How long it is on."""
        return self.end_s - self.start_s

    def is_at(self, *hertz: float, within_hz: float) -> bool:
        """Return whether these are its frequencies."""
        return len(hertz) == len(self.hertz) and all(
            abs(one - wanted) <= within_hz for one, wanted in zip(self.hertz, hertz, strict=True)
        )


@dataclass(frozen=True, slots=True)
class _Frame:
    hertz: tuple[float, ...]
    purity: float
    twist: float
    level_db: float


@dataclass(slots=True)
class _Run:
    first: int
    """Number of the first window whose spectrum has the tone."""
    count: int = 0
    frames: list[_Frame] = field(default_factory=list)
    """The first of them: the beginning of a long tone is like all of it."""

    def add(self, frame: _Frame) -> None:
        self.count += 1
        if len(self.frames) < _MOST_FRAMES:
            self.frames.append(frame)

    def fits(self, frame: _Frame) -> bool:
        hertz = self.frames[len(self.frames) // 2].hertz
        return len(hertz) == len(frame.hertz) and all(
            abs(one - other) <= max(_TOLERANCE * one, _TOLERANCE_HZ)
            for one, other in zip(hertz, frame.hertz, strict=True)
        )

    def tone(self) -> Tone:
        # A spectrum reaches back a window, so its tone begins with the first one's own window and ends
        # where the last one's own window begins.
        last = self.first + self.count - 1
        hertz = np.median([frame.hertz for frame in self.frames], axis=0)
        return Tone(
            self.first * _WINDOW_S,
            last * _WINDOW_S,
            tuple(float(one) for one in hertz),
            float(np.median([frame.purity for frame in self.frames])),
            float(np.median([frame.twist for frame in self.frames])),
            float(np.median([frame.level_db for frame in self.frames])),
        )


class Tones:
    """Finds the tones of one stream. Windows are numbered from the start of the media."""

    def __init__(self) -> None:
        self._run: _Run | None = None

    @property
    def current(self) -> Tone | None:
        """The tone that is on."""
        return self._run.tone() if self._run is not None and self._run.count >= _LEAST_FRAMES else None

    def take(self, first: int, power: Power) -> list[Tone]:
        """Take the spectra of the windows from number `first`; return the tones that ended."""
        ended: list[Tone] = []
        for index, frame in enumerate(_tonal(power)):
            run = self._run
            if frame is not None and run is not None and run.fits(frame):
                run.add(frame)
            else:
                ended += self.end()
                if frame is not None:
                    self._run = _Run(first + index)
                    self._run.add(frame)
        return ended

    def end(self) -> list[Tone]:
        """No more audio follows; return the tone that was on."""
        tone, self._run = self.current, None
        return [] if tone is None else [tone]


def _tonal(power: Power) -> Iterator[_Frame | None]:
    """Give for each spectrum the tones in it, or None."""
    band = power[:, _LOW:]
    total = band.sum(axis=1)
    first, first_hz, rest = _strongest(band)
    candidates = (decibels(total) > _LEAST_DB) & (first > 0.4 * _PURITY * total)
    if not candidates.any():
        yield from [None] * len(power)
        return
    second, second_hz, _ = _strongest(rest)
    for index in range(len(power)):
        frame = None
        if candidates[index]:
            one, two = float(first[index]), float(second[index])
            hertz: tuple[float, ...] = (float(first_hz[index]),)
            if two > _SECOND * one:
                hertz = (*hertz, float(second_hz[index]))
            else:
                two = 0.0
            purity = (one + two) / float(total[index])
            if purity >= _PURITY:
                level_db = 10 * float(np.log10(one + two))
                frame = _Frame(tuple(sorted(hertz)), purity, min(one, two) / max(one, two), level_db)
        yield frame


def _strongest(band: Power) -> tuple[NDArray[np.float64], NDArray[np.float64], Power]:
    """Return the energy and frequency of the strongest tone of each spectrum, and what is left without it."""
    rows = np.arange(len(band))[:, np.newaxis]
    around = np.argmax(band, axis=1)[:, np.newaxis] + np.arange(-_HALF, _HALF + 1)
    inside = (around >= 0) & (around < band.shape[1])
    around = np.clip(around, 0, band.shape[1] - 1)
    energies = np.where(inside, band[rows, around], 0).astype(np.float64)
    energy = energies.sum(axis=1)
    hertz = (energies * (around + _LOW)).sum(axis=1) / np.maximum(energy, 1e-20) * BIN_HZ
    rest = band.copy()
    rest[rows, around] = 0
    return energy, hertz, rest
