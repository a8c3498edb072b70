"""G.722 at 64 kbit/s: 16 kHz audio on an RTP clock of 8 kHz (RFC 3551 §4.5.2). FFmpeg's, through PyAV."""

from fractions import Fraction

import av
import numpy as np

from earwitness.audio.codec import DecodeError
from earwitness.audio.concealment import PitchRepeater
from earwitness.audio.pcm import RATE_HZ, Samples


class G722Decoder:
    """One stream of G.722."""

    __slots__ = ("_concealer", "_context")

    def __init__(self) -> None:
        self._context = av.CodecContext.create("g722", "r")
        self._concealer = PitchRepeater(RATE_HZ)

    def decode(self, payload: bytes) -> Samples:
        """Decode n octets to 2 n samples. Raises `DecodeError` where FFmpeg refuses them."""
        if not payload:
            # To FFmpeg an empty packet ends the stream: the decoder would give nothing ever again.
            return np.zeros(0, np.int16)
        try:
            frames = self._context.decode(av.Packet(payload))
        except av.FFmpegError as error:
            raise DecodeError(f"not G.722: {error}") from error
        samples: Samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
        self._concealer.remember(samples)
        return samples

    def conceal(self, lost_samples: int, next_payload: bytes | None) -> Samples:
        """Repeat the last pitch period, fading; the next payload is of no help."""
        return self._concealer.conceal(lost_samples).astype(np.int16)


class G722Encoder:
    """One stream of G.722."""

    __slots__ = ("_context", "_position")

    def __init__(self) -> None:
        self._context = av.CodecContext.create("g722", "w")
        self._context.sample_rate = RATE_HZ
        self._context.layout = "mono"
        self._context.format = "s16"
        self._context.time_base = Fraction(1, RATE_HZ)
        self._position = 0

    def encode(self, samples: Samples) -> bytes:
        """Encode 2 n samples to n octets."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples)[np.newaxis, :], "s16", "mono")
        frame.sample_rate = RATE_HZ
        frame.pts = self._position
        self._position += len(samples)
        return b"".join(bytes(packet) for packet in self._context.encode(frame))
