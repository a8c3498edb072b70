"""Pieces of audio."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
"""The rate of all audio behind the decoders."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class Pcm:
    """Mono audio at 16 kHz with its place on the leg's media clock."""

    samples: Samples
    """16-bit signed, shape (n,)."""
    start_s: float
    """Seconds since the media started."""
    concealed: bool = False
    """True where the audio was lost and these samples stand in for it."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / RATE_HZ

    @property
    def end_s(self) -> float:
        """Where the piece ends on the media clock."""
        return self.start_s + self.duration_s


def as_floats(samples: Samples) -> NDArray[np.float32]:
    """Return the samples between −1 and 1."""
    return samples.astype(np.float32) / np.float32(32768)


def is_quiet(samples: Samples, level: int) -> bool:
    """Tell whether all samples (at least one) stay below a level (of 32768)."""
    return bool(samples.max() < level and samples.min() > -level)
