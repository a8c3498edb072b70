"""What a voice sounds like: speech becomes points that lie near each other where the voice is the same.

The network of Wan et al., "Generalized end-to-end loss for speaker verification" (ICASSP 2018): 40 mel bands
every 10 ms, three LSTM layers, a projection to 256 values of length 1. Its weights come from Resemblyzer; see
docs/models/voice-encoder.md.
"""

from functools import lru_cache
from importlib.resources import files
from typing import cast

import numpy as np
from numpy.typing import NDArray

from earwitness.audio.pcm import RATE_HZ, Samples

Floats = NDArray[np.float32]

WINDOW_S = 1.6
"""The network was trained on so much at a time."""
_HOP = RATE_HZ // 100
_FFT = RATE_HZ // 40
_BANDS = 40
_LAYERS = 3
_UNITS = 256
_LOUDNESS = 10 ** (-30 / 20)
"""Root mean square of the speech it was trained on, of full scale; its bands aren't logarithms."""


class VoiceEncoder:
    """The network; `embed` may be called from several threads."""

    def __init__(self) -> None:
        """Load the weights, about 30 ms."""
        with np.load(str(files("earwitness.speech") / "data" / "voice_encoder.npz")) as stored:
            weights = {name: stored[name].astype(np.float32) for name in stored.files}
        self._layers = [
            (
                np.ascontiguousarray(weights[f"lstm.weight_ih_l{layer}"].T),
                np.ascontiguousarray(weights[f"lstm.weight_hh_l{layer}"].T),
                weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"],
            )
            for layer in range(_LAYERS)
        ]
        self._projection = np.ascontiguousarray(weights["linear.weight"].T)
        self._offset = weights["linear.bias"]

    def embed(self, windows: Samples) -> Floats:
        """Return a point of length 1 for each window of 16 kHz speech: (n, samples) → (n, 256); blocks."""
        values = _mel_bands(_leveled(windows))
        for from_input, from_state, bias in self._layers:
            values = _lstm(values @ from_input + bias, from_state)
        points = np.maximum(values[:, -1] @ self._projection + self._offset, 0.0)
        return cast(Floats, points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-6))


def _lstm(gates: Floats, from_state: Floats) -> Floats:
    """Run one layer (Hochreiter & Schmidhuber 1997): (n, steps, 4 · units) of inputs → (n, steps, units)."""
    count, steps, _ = gates.shape
    state = np.zeros((count, _UNITS), np.float32)
    cell = np.zeros((count, _UNITS), np.float32)
    out = np.empty((count, steps, _UNITS), np.float32)
    for step in range(steps):
        now = gates[:, step] + state @ from_state
        take, keep, new, show = np.split(now, 4, axis=1)
        cell = _sigmoid(keep) * cell + _sigmoid(take) * np.tanh(new)
        state = _sigmoid(show) * np.tanh(cell)
        out[:, step] = state
    return out


def _sigmoid(values: Floats) -> Floats:
    return cast(Floats, 0.5 * (np.tanh(0.5 * values) + 1.0))


def _leveled(windows: Samples) -> Floats:
    speech = windows.astype(np.float32) / 32768
    level = np.sqrt(np.mean(speech**2, axis=1, keepdims=True))
    return cast(Floats, speech * (_LOUDNESS / np.maximum(level, 1e-5)))


def _mel_bands(speech: Floats) -> Floats:
    """Return the energies in the bands: (n, samples) → (n, frames, 40)."""
    padded = np.pad(speech, ((0, 0), (_FFT // 2, _FFT // 2)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT, axis=1)[:, ::_HOP]
    hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FFT) / _FFT)).astype(np.float32)
    power = np.abs(np.fft.rfft(frames * hann, axis=2)) ** 2
    return (power @ _filters()).astype(np.float32)


@lru_cache(maxsize=1)
def _filters() -> Floats:
    """Return triangles of equal area, evenly apart on the mel scale of Slaney's Auditory Toolbox (1998)."""
    edges_hz = _hz(np.linspace(0.0, _mel(RATE_HZ / 2), _BANDS + 2))
    bins_hz = np.fft.rfftfreq(_FFT, 1 / RATE_HZ)[:, None]
    low_hz, middle_hz, high_hz = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    rising = (bins_hz - low_hz) / (middle_hz - low_hz)
    falling = (high_hz - bins_hz) / (high_hz - middle_hz)
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * 2.0 / (high_hz - low_hz)).astype(np.float32)


_LINEAR_HZ = 200 / 3
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ
_STEP = np.log(6.4) / 27


def _mel(hz: float) -> float:
    return float(_BREAK_MEL + np.log(hz / _BREAK_HZ) / _STEP) if hz >= _BREAK_HZ else hz / _LINEAR_HZ


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    logarithmic = _BREAK_HZ * np.exp(_STEP * (np.maximum(mel, _BREAK_MEL) - _BREAK_MEL))
    return np.where(mel < _BREAK_MEL, mel * _LINEAR_HZ, logarithmic)
