"""Opus (RFC 6716, RFC 7587) straight from libopus.

FFmpeg's decoder neither conceals losses nor reads the in-band copies of lost frames, so libopus is called
itself, through ctypes, in the copy that PyAV's wheel carries. Decoders and encoders are opened at 16 kHz
mono: libopus then resamples and mixes down inside, and the decoded audio is 6.5 ms (the encoder's
look-ahead, RFC 6716 §2.1.2 at 16 kHz) behind its time stamp.
"""

import ctypes
import functools
from ctypes.util import find_library
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from earwitness.audio.codec import DecodeError
from earwitness.audio.pcm import RATE_HZ, Samples

_LONGEST_PACKET = RATE_HZ * 120 // 1000
"""Samples in the longest packet (RFC 6716 §3.2.5), which is also the longest loss concealed at once."""
_SHORTEST_FRAME = RATE_HZ // 400
"""libopus conceals in multiples of 2.5 ms."""
_LARGEST_PACKET_OCTETS = 1275 * 6

# opus_defines.h
_OK = 0
_APPLICATION_VOIP = 2048
_SET_BITRATE = 4002
_SET_VBR = 4006
_SET_COMPLEXITY = 4010
_SET_INBAND_FEC = 4012
_SET_PACKET_LOSS_PERC = 4014


class OpusUnavailableError(RuntimeError):
    """No libopus could be loaded."""


@functools.cache
def _library() -> ctypes.CDLL:
    """Load libopus once. Raises `OpusUnavailableError`."""
    tried: list[str] = []
    for name in _candidates():
        try:
            library = ctypes.CDLL(name)
            _declare(library)
        except (OSError, AttributeError) as error:
            tried.append(f"{name}: {error}")
        else:
            return library
    raise OpusUnavailableError(
        "libopus was not found, so Opus cannot be decoded. It comes with the wheel of the `av` package or "
        f"with the system (Debian: libopus0). Tried: {'; '.join(tried) or 'no file of that name'}"
    )


def _candidates() -> list[str]:
    names: list[str] = []
    # The package is found but not imported: its own libraries are large.
    spec = find_spec("av")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        for folder in (package.parent / "av.libs", package / ".dylibs"):
            names += [str(path) for path in sorted(folder.glob("*opus*"))]
    system = find_library("opus") if not names else None
    return [*names, system] if system else names


def _declare(library: ctypes.CDLL) -> None:
    c_int, pointer, octets = ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p
    signatures: dict[str, tuple[type, list[type]]] = {
        "opus_strerror": (octets, [c_int]),
        "opus_decoder_get_size": (c_int, [c_int]),
        "opus_decoder_init": (c_int, [pointer, ctypes.c_int32, c_int]),
        "opus_decode": (c_int, [pointer, octets, ctypes.c_int32, pointer, c_int, c_int]),
        "opus_encoder_get_size": (c_int, [c_int]),
        "opus_encoder_init": (c_int, [pointer, ctypes.c_int32, c_int, c_int]),
        "opus_encode": (c_int, [pointer, pointer, c_int, pointer, ctypes.c_int32]),
        # Variadic: only what comes before the dots may be declared.
        "opus_encoder_ctl": (c_int, [pointer, c_int]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments


def _reason(code: int) -> str:
    text: bytes = _library().opus_strerror(code)
    return text.decode("ascii", "replace")


class OpusDecoder:
    """One stream of Opus at any rate and number of channels."""

    __slots__ = ("_address", "_decode", "_output", "_state")

    def __init__(self) -> None:
        library = _library()
        self._decode = library.opus_decode
        # The state lives in memory of ours: nothing to free by hand.
        self._state = ctypes.create_string_buffer(library.opus_decoder_get_size(1))
        code = library.opus_decoder_init(self._state, RATE_HZ, 1)
        if code != _OK:
            raise OpusUnavailableError(f"libopus cannot decode to 16 kHz mono: {_reason(code)}")
        self._output: Samples = np.zeros(_LONGEST_PACKET, np.int16)
        self._address = self._output.ctypes.data

    def decode(self, payload: bytes) -> Samples:
        """Decode a packet of 2.5 to 120 ms. Raises `DecodeError` where libopus refuses it."""
        if not payload:
            return np.zeros(0, np.int16)
        count = self._decode(self._state, payload, len(payload), self._address, _LONGEST_PACKET, 0)
        if count < 0:
            raise DecodeError(f"not Opus: {_reason(count)}")
        return self._output[:count].copy()

    def conceal(self, lost_samples: int, next_payload: bytes | None) -> Samples:
        """Recover the frame before `next_payload` from the copy in it (in-band FEC), extrapolate the rest.

        libopus divides the time between the two by itself; without a copy it extrapolates all. What is
        longer than 120 ms, or no multiple of 2.5 ms, ends in silence.
        """
        concealed = np.zeros(lost_samples, np.int16)
        wanted = min(lost_samples, _LONGEST_PACKET) // _SHORTEST_FRAME * _SHORTEST_FRAME
        if wanted == 0:
            return concealed
        helpful = next_payload if next_payload and lost_samples <= _LONGEST_PACKET else None
        size = len(helpful) if helpful is not None else 0
        count = self._decode(self._state, helpful, size, self._address, wanted, 1 if helpful else 0)
        if count > 0:
            concealed[:count] = self._output[:count]
        return concealed


class OpusEncoder:
    """One stream of Opus for speech: VBR, in-band FEC for 10 % loss."""

    __slots__ = ("_encode", "_output", "_state")

    def __init__(self, bitrate_bps: int = 24_000) -> None:
        library = _library()
        self._encode = library.opus_encode
        self._state = ctypes.create_string_buffer(library.opus_encoder_get_size(1))
        code = library.opus_encoder_init(self._state, RATE_HZ, 1, _APPLICATION_VOIP)
        if code != _OK:
            raise OpusUnavailableError(f"libopus cannot encode 16 kHz mono: {_reason(code)}")
        for request, value in (
            (_SET_BITRATE, bitrate_bps),
            (_SET_VBR, 1),
            (_SET_COMPLEXITY, 5),
            (_SET_INBAND_FEC, 1),
            (_SET_PACKET_LOSS_PERC, 10),
        ):
            code = library.opus_encoder_ctl(self._state, request, ctypes.c_int(value))
            if code != _OK:
                raise ValueError(f"libopus refuses the setting {request}={value}: {_reason(code)}")
        self._output = ctypes.create_string_buffer(_LARGEST_PACKET_OCTETS)

    def encode(self, samples: Samples) -> bytes:
        """Encode 2.5, 5, 10, 20, 40 or 60 ms. Raises `ValueError` for another number of samples."""
        samples = np.ascontiguousarray(samples, np.int16)
        count = self._encode(
            self._state, samples.ctypes.data, len(samples), self._output, _LARGEST_PACKET_OCTETS
        )
        if count < 0:
            raise ValueError(f"libopus cannot encode {len(samples)} samples as one packet: {_reason(count)}")
        return self._output.raw[:count]
