"""Gain control: speech at the loudness that models are trained on, whatever the line makes of it."""

import numpy as np
from numpy.typing import NDArray

from earwitness.audio.pcm import RATE_HZ, Samples

_FRAME = RATE_HZ // 50
_LOUD_PERCENTILE = 90
"""Of the loudness of 20 ms frames: the speech, without what is between the words. A click fills but few."""
_TARGET = 10 ** (-20 / 20)
"""Of full scale, RMS."""
_MOST_GAIN = 30.0
_KNEE = 0.7
"""Of full scale; what is louder is bent towards full scale instead of cut off."""


def levelled(samples: Samples) -> Samples:
    """Return 16 kHz audio with its speech at −20 dB of full scale, or 30 times louder at most.

    The peak says little: one click in quiet speech would keep it quiet.
    """
    gain = _gain(samples)
    if gain == 1.0:
        return samples
    audio = samples.astype(np.float32) * np.float32(gain / 32768)
    loudness = np.abs(audio)
    over = loudness > _KNEE
    room = 1 - _KNEE
    audio[over] = np.sign(audio[over]) * (_KNEE + room * np.tanh((loudness[over] - _KNEE) / room))
    return np.round(audio * 32767).astype(np.int16)


def loudness_of_frames(samples: Samples) -> NDArray[np.float64]:
    """Return the RMS of each whole 20 ms, 1 being full scale."""
    count = len(samples) // _FRAME
    frames = samples[: count * _FRAME].astype(np.float64).reshape(count, _FRAME) / 32768
    loudness: NDArray[np.float64] = np.sqrt(np.mean(np.square(frames), axis=1))
    return loudness


def _gain(samples: Samples) -> float:
    loudness = loudness_of_frames(samples)
    loud = float(np.percentile(loudness, _LOUD_PERCENTILE)) if len(loudness) else 0.0
    return min(_TARGET / loud, _MOST_GAIN) if loud else 1.0
