"""Voice activity: how probable speech is in each 32 ms of audio, by the Silero network (version 5).

The network is used at 8 kHz: in speech that came over a telephone, or is quiet, it misses far fewer words so
than at 16 kHz, and in wide-band speech no more.

The network is recurrent: every stream keeps a `VoiceActivity`, the network itself is shared. Streams that
have audio at the same time go through it side by side, which costs less than half of one after the other and
gives the same figures to the last bit.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.audio.resample import Downsampler

WINDOW_SAMPLES = 512
"""What the network judges at a time: 32 ms."""

_RATE_HZ = 8_000
_INPUT_SAMPLES = WINDOW_SAMPLES * _RATE_HZ // RATE_HZ
_CONTEXT_SAMPLES = 32
_STATE_SIZE = 128
_FULL_SCALE = np.float32(1 / 32768)

_SILENT_PEAK = 8
"""Windows that never exceed this (−72 dB of full scale) are silence without asking the network."""

_FORGET_WINDOWS = 16
"""After half a second of such silence the network starts afresh."""

_PEAK = 0.5
_MOST_GAIN = 10.0
_LEVEL_DECAY = 0.5 ** (WINDOW_SAMPLES / RATE_HZ / 8.0)
"""The network misses words in quiet speech: it hears a stream up to 20 dB louder, so that the loudest of late
comes near half of full scale. The memory of the loudest fades by half in 8 s."""

Probabilities = NDArray[np.float32]


class VoiceActivity:
    """What the network remembers of one stream."""

    __slots__ = ("context", "downsampler", "loudest", "silent_windows", "state")

    def __init__(self) -> None:
        self.loudest = _PEAK / _MOST_GAIN
        self.reset()

    def reset(self) -> None:
        """Forget what was heard, but not how loud the stream is."""
        self.downsampler = Downsampler()
        self.forget()

    def forget(self) -> None:
        """Let the network start afresh."""
        self.context = np.zeros(_CONTEXT_SAMPLES, np.float32)
        self.state = np.zeros((2, _STATE_SIZE), np.float32)
        self.silent_windows = 0


class SileroVad:
    """The network, loaded once. `run` may be called from any thread; for one stream one call at a time."""

    def __init__(self, model: Path) -> None:
        """Load the model file; takes about 0.1 s.

        Raises:
            RuntimeError: onnxruntime can't read the file.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._rate = np.array(_RATE_HZ, np.int64)

    def run(self, batch: Sequence[tuple[VoiceActivity, Samples]]) -> list[Probabilities]:
        """Return the speech probability of each window of each stream's next samples.

        The samples of a stream are whole windows; a shorter last one is judged as if silence followed.
        """
        jobs = [_Job(memory, samples) for memory, samples in batch]
        pending = [job for job in jobs if job.next_voiced()]
        while pending:
            self._step(pending)
            pending = [job for job in pending if job.next_voiced()]
        return [job.probabilities for job in jobs]

    def _step(self, jobs: Sequence["_Job"]) -> None:
        inputs = np.stack([job.input() for job in jobs])
        state = np.stack([job.memory.state for job in jobs], axis=1)
        output, state = self._session.run(None, {"input": inputs, "state": state, "sr": self._rate})
        for row, job in enumerate(jobs):
            job.take(float(output[row, 0]), state[:, row])


class _Job:
    """One stream's way through its windows."""

    __slots__ = ("_at", "_windows", "memory", "probabilities")

    def __init__(self, memory: VoiceActivity, samples: Samples) -> None:
        self.memory = memory
        count = -(-len(samples) // WINDOW_SAMPLES)
        whole = np.zeros(count * WINDOW_SAMPLES, np.int16)
        whole[: len(samples)] = samples
        self._windows = memory.downsampler.process(whole).reshape(-1, _INPUT_SAMPLES)
        self.probabilities: Probabilities = np.zeros(count, np.float32)
        self._at = 0

    def next_voiced(self) -> bool:
        """Pass over silent windows; return whether one is left for the network."""
        memory = self.memory
        while self._at < len(self._windows):
            window = self._windows[self._at]
            if window.max() > _SILENT_PEAK or window.min() < -_SILENT_PEAK:
                memory.silent_windows = 0
                return True
            memory.silent_windows += 1
            memory.context = window[-_CONTEXT_SAMPLES:] * _FULL_SCALE
            if memory.silent_windows == _FORGET_WINDOWS:
                memory.forget()
            self._at += 1
        return False

    def input(self) -> NDArray[np.float32]:
        memory = self.memory
        window = self._windows[self._at] * _FULL_SCALE
        memory.loudest = max(memory.loudest * _LEVEL_DECAY, float(np.abs(window).max()))
        gain = min(max(_PEAK / memory.loudest, 1.0), _MOST_GAIN)
        return np.concatenate((memory.context, window)) * np.float32(gain)

    def take(self, probability: float, state: NDArray[np.float32]) -> None:
        self.memory.state = state
        self.memory.context = self._windows[self._at, -_CONTEXT_SAMPLES:] * _FULL_SCALE
        self.probabilities[self._at] = probability
        self._at += 1
