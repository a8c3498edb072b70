"""Audio as clients stream it: octets in pieces of any size, to 16 kHz mono."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Protocol

import numpy as np

from earwitness.audio.codec import PCMU, DecodeError, open_decoder
from earwitness.audio.ogg import MAGIC, OggReader
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.audio.resampler import open_resampler

ENCODINGS = ("LINEAR16", "FLAC", "MULAW", "OPUS")
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 8_000, 48_000
LONGEST_S = 120.0
"""Of audio that one piece may bring, about what the largest socket frame of µ-law does: a few octets of Opus
or FLAC can stand for hours."""

_NOTHING: Samples = np.zeros(0, np.int16)


class StreamDecoder(Protocol):
    """Decodes one stream. Holds state from piece to piece."""

    def decode(self, data: bytes) -> Samples:
        """Decode the next piece.

        Raises:
            DecodeError: it is not of this encoding, or is compressed and brings more than `LONGEST_S`;
                nothing of it is given, and the decoder stays usable.
        """

    def flush(self) -> Samples:
        """Give what is left at the end of the stream, `LONGEST_S` at most."""


def open_stream_decoder(encoding: str, rate_hz: int) -> StreamDecoder:
    """Start to decode a stream of an encoding of `ENCODINGS`, in any case.

    Raises:
        ValueError: there is no such encoding, or it is not possible at that rate.
    """
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise ValueError(f"{rate_hz} Hz is not possible; there is {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ}")
    match encoding.upper():
        case "LINEAR16":
            return Linear16Decoder(rate_hz)
        case "MULAW":
            if rate_hz != PCMU.clock_rate_hz:
                raise ValueError(f"MULAW is only possible at {PCMU.clock_rate_hz} Hz")
            return MuLawDecoder()
        case "FLAC":
            return FlacDecoder()
        case "OPUS":
            return OpusStreamDecoder()
    raise ValueError(f"there is no encoding {encoding!r}; there are {', '.join(ENCODINGS)}")


class Linear16Decoder:
    """16-bit signed samples, low octet first; a sample may be split between two pieces."""

    def __init__(self, rate_hz: int) -> None:
        self._resampler = open_resampler(rate_hz)
        self._half = b""

    def decode(self, data: bytes) -> Samples:
        """Decode octets."""
        data = self._half + data
        whole = len(data) // 2 * 2
        self._half = data[whole:]
        return self._resampler.process(np.frombuffer(data[:whole], "<i2").astype(np.int16))

    def flush(self) -> Samples:
        """Give what is left."""
        return self._resampler.flush()


class MuLawDecoder:
    """µ-law (ITU-T G.711), as in calls."""

    def __init__(self) -> None:
        self._decoder = open_decoder(PCMU)

    def decode(self, data: bytes) -> Samples:
        """Decode octets."""
        return self._decoder.decode(data)

    def flush(self) -> Samples:
        """Nothing is left."""
        return _NOTHING


class OpusStreamDecoder:
    """Opus (RFC 6716): one packet a piece, or the octets of an Ogg stream (RFC 7845)."""

    def __init__(self) -> None:
        from earwitness.audio.opus import OpusDecoder

        self._decoder = OpusDecoder()
        self._ogg: OggReader | None = None
        self._begun = False

    def decode(self, data: bytes) -> Samples:
        """Decode a piece."""
        if not self._begun and data:
            self._begun = True
            self._ogg = OggReader() if data.startswith(MAGIC) else None
        if self._ogg is None:
            return self._decoder.decode(data)
        packets = [
            packet
            for packet in self._ogg.read(data)
            if packet and not packet.startswith((b"OpusHead", b"OpusTags"))
        ]
        return np.concatenate([_NOTHING, *_bounded(self._decoder.decode(packet) for packet in packets)])

    def flush(self) -> Samples:
        """Nothing is left."""
        return _NOTHING


class FlacDecoder:
    """A FLAC stream (RFC 9639), mixed down to mono.

    FFmpeg looks ten frames ahead to tell frames from look-alikes, so the audio comes that much later.
    """

    def __init__(self) -> None:
        import av

        self._av: Any = av
        self._codec: Any = av.CodecContext.create("flac", "r")
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)

    def decode(self, data: bytes) -> Samples:
        """Decode octets."""
        if not data:
            return _NOTHING  # to the parser no octets are the end
        try:
            return np.concatenate([_NOTHING, *_bounded(self._resampled(self._frames(data)))])
        except DecodeError:
            raise
        except (self._av.FFmpegError, ValueError) as error:
            raise DecodeError(f"not FLAC: {error}") from error

    def flush(self) -> Samples:
        """Give the last frames; those of a broken end are lost."""
        pieces = [_NOTHING]
        with suppress(self._av.FFmpegError, ValueError):  # the end is broken, or too long
            pieces.extend(_bounded(self._resampled(self._last_frames())))
        return np.concatenate(pieces)

    def _frames(self, data: bytes) -> Iterator[Any]:
        for packet in self._codec.parse(data):
            yield from self._codec.decode(packet)

    def _last_frames(self) -> Iterator[Any]:
        """The parser gives those that it held back one at a time."""
        while packets := self._codec.parse(None):
            for packet in packets:
                yield from self._codec.decode(packet)
        yield from self._codec.decode(None)

    def _resampled(self, frames: Iterable[Any]) -> Iterator[Samples]:
        """A frame names its rate itself, and at 1 Hz a single one would be 18 hours."""
        for frame in frames:
            if not LOWEST_RATE_HZ <= frame.sample_rate <= HIGHEST_RATE_HZ:
                raise ValueError(f"a frame at {frame.sample_rate} Hz")
            for piece in self._resampler.resample(frame):
                yield piece.to_ndarray()[0].astype(np.int16)


def _bounded(pieces: Iterable[Samples]) -> Iterator[Samples]:
    """Yield pieces, no more of them than a decoder may give at once.

    Raises:
        DecodeError: there are more.
    """
    room = round(LONGEST_S * RATE_HZ)
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            raise DecodeError(f"it brings more than {LONGEST_S:.0f} s of audio at once")
        yield piece
