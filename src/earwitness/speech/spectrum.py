"""Short-time spectra of one stream: 64 ms at a time, a new one each 32 ms, in step with voice activity."""

import numpy as np
from numpy.typing import NDArray

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.vad import WINDOW_SAMPLES

FRAME_SAMPLES = 2 * WINDOW_SAMPLES

BIN_HZ = RATE_HZ / FRAME_SAMPLES
"""15.6 Hz."""

BINS = 257
"""From 0 to 4 kHz: telephones carry no more, and neither tones nor music need more to be told."""

Power = NDArray[np.float32]
"""Shape (frames, bins); the bins of a sine wave of full scale sum up to 1."""

_HANN = np.hanning(FRAME_SAMPLES + 1)[:FRAME_SAMPLES].astype(np.float32)
_SCALE = np.float32(4 / (FRAME_SAMPLES * np.square(_HANN, dtype=np.float64).sum()))
_SHAPE = (_HANN / np.float32(32768)).astype(np.float32)


class Spectra:
    """Makes the spectra of one stream; each covers a window and the one before it."""

    def __init__(self) -> None:
        self._last = np.zeros(WINDOW_SAMPLES, np.int16)

    def take(self, samples: Samples) -> Power:
        """Return a spectrum for each window of the next samples; these are whole windows."""
        audio = np.concatenate((self._last, samples))
        self._last = audio[-WINDOW_SAMPLES:]
        frames = np.lib.stride_tricks.sliding_window_view(audio, FRAME_SAMPLES)[::WINDOW_SAMPLES]
        spectra = np.fft.rfft(frames * _SHAPE, axis=1)[:, :BINS]
        power: Power = (np.square(spectra.real) + np.square(spectra.imag)).astype(np.float32) * _SCALE
        return power


def decibels(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return dB of full scale, at least −120."""
    level: NDArray[np.float32] = 10 * np.log10(power + np.float32(1e-12))
    return level
