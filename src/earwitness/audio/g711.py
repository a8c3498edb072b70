"""G.711: µ-law (PCMU) and A-law (PCMA) at 8 kHz, brought to and from 16 kHz."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from earwitness.audio.concealment import PitchRepeater
from earwitness.audio.pcm import Samples
from earwitness.audio.resample import Downsampler, Upsampler

_RATE_HZ = 8_000


def _mu_law_levels() -> NDArray[np.int16]:
    """The 256 output values of ITU-T G.711, table 2a/2b, scaled to 16 bits."""
    code = ~np.arange(256, dtype=np.uint8)
    magnitude = (((code & 0x0F).astype(np.int32) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _mu_law_codes() -> NDArray[np.uint8]:
    """The code of each 16-bit value, indexed by the value taken as unsigned."""
    value = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    biased = np.minimum(np.abs(value), 32635) + 0x84
    segment = np.floor(np.log2(biased)).astype(np.int32) - 7
    mantissa = (biased >> (segment + 3)) & 0x0F
    sign = np.where(value < 0, 0x80, 0)
    return np.asarray(~(sign | segment << 4 | mantissa) & 0xFF, np.uint8)


def _a_law_levels() -> NDArray[np.int16]:
    """The 256 output values of ITU-T G.711, table 1a/1b, scaled to 16 bits."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    segment = ((code & 0x70) >> 4).astype(np.int32)
    magnitude = ((code & 0x0F).astype(np.int32) << 4) + np.where(segment == 0, 8, 0x108)
    magnitude <<= np.maximum(segment - 1, 0)
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _a_law_codes() -> NDArray[np.uint8]:
    """The code of each 16-bit value, indexed by the value taken as unsigned."""
    value = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.where(value >= 0, value, -value - 1) >> 4
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 3, 0)
    segment = np.where(magnitude < 16, 0, segment)
    mantissa = (magnitude >> np.maximum(segment - 1, 0)) & 0x0F
    sign = np.where(value >= 0, 0x80, 0)
    return np.asarray((sign | segment << 4 | mantissa) ^ 0x55, np.uint8)


_LEVELS = {"PCMU": _mu_law_levels(), "PCMA": _a_law_levels()}
_CODES = {"PCMU": _mu_law_codes(), "PCMA": _a_law_codes()}


class G711Decoder:
    """One stream of µ-law or A-law. Every octet string is a valid payload."""

    __slots__ = ("_concealer", "_table", "_upsampler")

    def __init__(self, name: str) -> None:
        self._table: NDArray[np.float32] = _LEVELS[name.upper()].astype(np.float32)
        self._upsampler = Upsampler()
        self._concealer = PitchRepeater(_RATE_HZ)

    def decode(self, payload: bytes) -> Samples:
        """Decode n octets to 2 n samples."""
        narrow = self._table[np.frombuffer(payload, np.uint8)]
        self._concealer.remember(narrow)
        return self._upsampler.process(narrow)

    def conceal(self, lost_samples: int, next_payload: bytes | None) -> Samples:
        """Repeat the last pitch period, fading; the next payload is of no help."""
        narrow = self._concealer.conceal((lost_samples + 1) // 2)
        return self._upsampler.process(narrow.astype(np.float32))[:lost_samples]


class G711Encoder:
    """One stream of µ-law or A-law."""

    __slots__ = ("_downsampler", "_table")

    def __init__(self, name: str) -> None:
        self._table: NDArray[Any] = _CODES[name.upper()]
        self._downsampler = Downsampler()

    def encode(self, samples: Samples) -> bytes:
        """Encode 2 n samples to n octets."""
        octets: bytes = self._table[self._downsampler.process(samples).view(np.uint16)].tobytes()
        return octets
