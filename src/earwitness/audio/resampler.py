"""Streams of samples at any rate, brought to 16 kHz mono."""

from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.audio.resample import Upsampler


class Resampler(Protocol):
    """Turns one stream of mono samples into 16 kHz."""

    def process(self, samples: Samples) -> Samples:
        """Take the next samples at the stream's rate and give what they bring at 16 kHz."""

    def flush(self) -> Samples:
        """Give what is left at the end."""


def open_resampler(rate_hz: int) -> Resampler:
    """Start to resample a stream. What a telephone brings (8 kHz) sounds exactly as in a call."""
    if rate_hz == RATE_HZ:
        return _AsItIs()
    if rate_hz == RATE_HZ // 2:
        return _Doubled()
    return _SwResampler(rate_hz)


class _AsItIs:
    def process(self, samples: Samples) -> Samples:
        return samples

    def flush(self) -> Samples:
        return np.zeros(0, np.int16)


class _Doubled:
    def __init__(self) -> None:
        self._upsampler = Upsampler()

    def process(self, samples: Samples) -> Samples:
        return self._upsampler.process(samples.astype(np.float32))

    def flush(self) -> Samples:
        return np.zeros(0, np.int16)


class _SwResampler:
    """FFmpeg's libswresample."""

    def __init__(self, rate_hz: int) -> None:
        import av  # its libraries are large, and few streams need them

        self._av: Any = av
        self._rate_hz = rate_hz
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
        self._at = 0

    def process(self, samples: Samples) -> Samples:
        if not len(samples):
            return samples
        frame = self._av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = self._rate_hz
        frame.pts = self._at
        frame.time_base = Fraction(1, self._rate_hz)
        self._at += len(samples)
        return self._joined(self._resampler.resample(frame))

    def flush(self) -> Samples:
        return self._joined(self._resampler.resample(None)) if self._at else np.zeros(0, np.int16)

    @staticmethod
    def _joined(frames: list[Any]) -> Samples:
        pieces = [frame.to_ndarray()[0] for frame in frames]
        return np.concatenate(pieces).astype(np.int16) if pieces else np.zeros(0, np.int16)
