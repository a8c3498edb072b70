"""Packet loss concealment for codecs that have none of their own.

The idea of ITU-T G.711 Appendix I without its overlap-add: repeat the last pitch period and let it fade.
"""

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SHORTEST_PITCH_S = 0.0025
_LONGEST_PITCH_S = 0.015
_COMPARED_S = 0.020
_FULL_S = 0.010
"""How long the repetition keeps its full level …"""
_FADED_S = 0.060
"""… and when it has faded to nothing: no voice stays the same for longer."""


class PitchRepeater:
    """Continues a signal from its recent past. Works at any sample rate and on any real sample type."""

    __slots__ = (
        "_faded",
        "_full",
        "_given",
        "_history",
        "_kept",
        "_longest",
        "_period",
        "_shortest",
        "_window",
    )

    def __init__(self, rate_hz: int) -> None:
        self._shortest = round(rate_hz * _SHORTEST_PITCH_S)
        self._longest = round(rate_hz * _LONGEST_PITCH_S)
        self._window = round(rate_hz * _COMPARED_S)
        self._full = round(rate_hz * _FULL_S)
        self._faded = round(rate_hz * _FADED_S)
        self._history: deque[NDArray[Any]] = deque()
        self._kept = 0
        self._given = 0
        """Samples made since the last real ones."""
        self._period: NDArray[Any] = np.zeros(1)

    def remember(self, samples: NDArray[Any]) -> None:
        """Note what was decoded last. Keeps the array, so it must not be changed afterwards."""
        self._given = 0
        self._history.append(samples)
        self._kept += len(samples)
        while self._kept - len(self._history[0]) >= self._window + self._longest:
            self._kept -= len(self._history.popleft())

    def conceal(self, count: int) -> NDArray[Any]:
        """Make `count` samples (float64) that go on from the last ones."""
        if self._given == 0:
            self._period = self._last_period()
        at = np.arange(self._given, self._given + count)
        self._given += count
        level = np.clip((self._faded - at) / (self._faded - self._full), 0.0, 1.0)
        continued: NDArray[Any] = self._period[at % len(self._period)] * level
        return continued

    def _last_period(self) -> NDArray[Any]:
        if self._kept < self._window + self._longest:
            return np.zeros(1)
        past = np.concatenate(self._history).astype(np.float64)[-(self._window + self._longest) :]
        recent = past[-self._window :]
        # likeness[k] compares the recent window with the one that begins k samples into the past.
        products = np.correlate(past, recent, "valid")
        energy = np.concatenate(([0.0], np.cumsum(past * past)))
        energies = energy[self._window :] - energy[: -self._window]
        likeness = products / np.sqrt(energies + 1.0)
        lags = self._longest - np.arange(len(likeness))
        likeness[lags < self._shortest] = -np.inf
        return past[-int(lags[int(np.argmax(likeness))]) :]
