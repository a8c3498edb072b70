"""Phantom texts: what speech models write when they hear something that isn't speech.

They write words for noise, clicks and breath, favourites of them learnt from captions of silence and music.
People say those too, so no text is dropped for its wording: what decides is whether the audio holds a voice
that could have said it. Speech over the telephone has at least 0.14 s of it in every "okay"; noise has none.
"""

import re

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.level import loudness_of_frames

_FAVOURITES = frozenset(
    """you|thank you|thank you so much|thank you very much|thank you for watching|thanks for watching|thanks
    |bye|bye bye|please subscribe|like and subscribe|subscribe|the end|oh|so|okay|huh|hmm|mm|uh|um|ah|music
    |applause|silence|the|i""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_NOT_LETTERS = re.compile(r"[^\w\s]+")

_LEAST_VOICE_S = 0.04
_LEAST_SHARE = 0.04
"""Of the audio; speech with its pauses has 0.2 and more, a keyboard's clicks now and then look periodic."""
_LEAST_VOICE_OF_FAVOURITES_S = 0.1
"""Shorter than the vowel of a "thanks"."""

_QUIETEST = 10 ** (-80 / 20)
_BELOW_LOUD = 10 ** (-25 / 20)
"""A frame that counts is at most 25 dB below the loud ones."""
_FRAME = RATE_HZ // 25
_STEP = RATE_HZ // 50
_MOST_FRAMES = 150
"""Of longer audio so many frames are looked at, evenly spread."""
_LAGS = np.arange(RATE_HZ // 400, RATE_HZ // 70)
"""Of the pitch of voices, 70 to 400 Hz, in samples."""
_PERIODIC = 0.5
"""Correlation of a voiced frame with itself one period later; of noise it is near 0 (Rabiner, "On the Use of
Autocorrelation Analysis for Pitch Detection", 1977)."""


def is_phantom(text: str, samples: Samples) -> bool:
    """Return whether the audio holds no voice that could have said a text."""
    said = " ".join(_NOT_LETTERS.sub(" ", text.casefold()).split())
    least_s = _LEAST_VOICE_OF_FAVOURITES_S if said in _FAVOURITES else _LEAST_VOICE_S
    return bool(said) and voiced_s(samples) < max(least_s, _LEAST_SHARE * len(samples) / RATE_HZ)


def voiced_s(samples: Samples) -> float:
    """Return for how long 16 kHz audio sounds like a voice: loud in it, and periodic with a pitch."""
    loudness = loudness_of_frames(samples)
    if not len(loudness):
        return 0.0
    least = max(_QUIETEST, float(np.percentile(loudness, 95)) * _BELOW_LOUD)
    starts = np.flatnonzero(loudness >= least) * _STEP
    starts = starts[starts + _FRAME <= len(samples)]
    if not len(starts):
        return 0.0
    chosen = starts[np.linspace(0, len(starts) - 1, min(len(starts), _MOST_FRAMES)).astype(int)]
    frames = samples.astype(np.float64)[chosen[:, None] + np.arange(_FRAME)]
    frames -= frames.mean(axis=1, keepdims=True)
    correlation = np.fft.irfft(np.square(np.abs(np.fft.rfft(frames, 2 * _FRAME))))
    energy = np.maximum(correlation[:, :1], 1e-9)
    # Fewer samples overlap at longer lags: unbiased, so that a low voice counts like a high one.
    periodic = correlation[:, _LAGS] / energy * (_FRAME / (_FRAME - _LAGS))
    share = float(np.count_nonzero(periodic.max(axis=1) >= _PERIODIC)) / len(chosen)
    return share * len(starts) * _STEP / RATE_HZ
