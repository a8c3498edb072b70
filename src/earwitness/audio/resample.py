"""Streams of samples between 8 and 16 kHz.

Half-band filters of our own, for one reason: each call gives exactly as many samples as its input stands for,
a fixed 2 ms late. A `soxr` stream gives the same sound, but hands its output over in lumps of up to 1732
samples (108 ms, measured with inputs of 20 ms at qualities MQ to VHQ), so a word could wait that long.
"""

import numpy as np
from numpy.typing import NDArray

from earwitness.audio.pcm import Samples

Floats = NDArray[np.float32]

_TAPS = 32
"""Taps of the non-trivial phase: flat to 3.4 kHz, images 60 dB down from 4.6 kHz."""

DELAY_S = _TAPS / 2 / 8_000
"""How late either stream gives its output, to the nearest sample: 2 ms."""


def _half_band_phase() -> Floats:
    """The odd phase of a half-band low-pass filter: a sinc sampled between its zeros, Kaiser-windowed."""
    distance = np.arange(_TAPS) - (_TAPS - 1) / 2
    phase = np.sinc(distance) * np.kaiser(_TAPS, 5.0)
    return np.asarray(phase / phase.sum(), np.float32)


_PHASE = _half_band_phase()


class Upsampler:
    """8 kHz to 16 kHz, packet by packet."""

    __slots__ = ("_history",)

    def __init__(self) -> None:
        self._history: Floats = np.zeros(_TAPS - 1, np.float32)

    def process(self, samples: Floats) -> Samples:
        """Take n samples at 8 kHz (in the range of int16) and give 2 n at 16 kHz, `DELAY_S` late."""
        count = len(samples)
        if count == 0:
            # To numpy the longer of two lines is the signal, and an empty one would swap them.
            return np.zeros(0, np.int16)
        line = np.concatenate((self._history, samples))
        self._history = line[count:]
        # The filter is symmetric, so correlation, which numpy does with less ado, is convolution.
        between = np.correlate(line, _PHASE, "valid")
        np.rint(between, out=between)
        np.minimum(between, 32767, out=between)
        np.maximum(between, -32768, out=between)
        output = np.empty(2 * count, np.int16)
        output[0::2] = line[_TAPS // 2 - 1 : _TAPS // 2 - 1 + count]
        output[1::2] = between
        return output


class Downsampler:
    """16 kHz to 8 kHz, packet by packet."""

    __slots__ = ("_even", "_odd")

    def __init__(self) -> None:
        self._even: Floats = np.zeros(_TAPS // 2 - 1, np.float32)
        self._odd: Floats = np.zeros(_TAPS - 1, np.float32)

    def process(self, samples: Samples) -> Samples:
        """Take 2 n samples at 16 kHz and give n at 8 kHz, `DELAY_S` late. The number must be even."""
        if len(samples) % 2:
            raise ValueError(f"{len(samples)} samples cannot be halved; give an even number")
        count = len(samples) // 2
        if count == 0:
            return np.zeros(0, np.int16)
        even = np.concatenate((self._even, samples[0::2].astype(np.float32)))
        odd = np.concatenate((self._odd, samples[1::2].astype(np.float32)))
        self._even = even[count:]
        self._odd = odd[count:]
        output = (even[:count] + np.correlate(odd, _PHASE, "valid")) / 2
        return np.clip(np.rint(output), -32768, 32767).astype(np.int16)
