"""What a codec is to the rest of the system, and the four that are spoken here."""

from dataclasses import dataclass
from typing import Protocol

from earwitness.audio.pcm import Samples


class DecodeError(ValueError):
    """A payload that the codec cannot read; the decoder stays usable."""


class Decoder(Protocol):
    """Turns the payloads of one stream into 16 kHz mono audio. Holds state from packet to packet."""

    def decode(self, payload: bytes) -> Samples:
        """Decode a payload that follows the previous one.

        Raises `DecodeError` for a payload that is not of this codec.
        """

    def conceal(self, lost_samples: int, next_payload: bytes | None) -> Samples:
        """Make exactly `lost_samples` samples (16 kHz) that stand in for lost payloads.

        `next_payload` is the first one after the loss where it is there already: it may carry a copy of what
        was lost. It is still to be given to `decode` afterwards.
        """


class Encoder(Protocol):
    """Turns 16 kHz mono audio into the payloads of one stream."""

    def encode(self, samples: Samples) -> bytes:
        """Encode one packet's worth of audio (20 ms: 320 samples)."""


@dataclass(frozen=True, slots=True)
class CodecSpec:
    """An audio codec as it is written in an `a=rtpmap` line."""

    name: str
    """The encoding name as registered (RFC 3551, RFC 7587)."""
    clock_rate_hz: int
    """The rate of the RTP clock, which need not be the rate of the audio."""
    channels: int = 1
    """The channels of the `rtpmap`; Opus always says 2 (RFC 7587 §7), whatever is sent."""
    static_payload_type: int | None = None
    """The payload type of RFC 3551, table 4; None where it is dynamic."""
    fmtp: str = ""
    """The format parameters that are offered."""
    samples_per_octet: int | None = None
    """Samples at 16 kHz in one octet of payload; None where that is not fixed.

    Payloads of a fixed-rate codec placed end to end are one valid payload.
    """
    silent_octet: int | None = None
    """The octet that repeated is digital silence, for a fixed-rate codec."""

    @property
    def key(self) -> tuple[str, int]:
        """What tells two codecs apart: the upper-case name and the clock rate."""
        return self.name.upper(), self.clock_rate_hz


OPUS = CodecSpec("opus", 48_000, channels=2, fmtp="useinbandfec=1;stereo=0")
G722 = CodecSpec("G722", 8_000, static_payload_type=9, samples_per_octet=2, silent_octet=0xFC)
"""The clock is 8000 Hz although the audio is sampled at 16 kHz (RFC 3551 §4.5.2)."""
PCMU = CodecSpec("PCMU", 8_000, static_payload_type=0, samples_per_octet=2, silent_octet=0xFF)
PCMA = CodecSpec("PCMA", 8_000, static_payload_type=8, samples_per_octet=2, silent_octet=0xD5)

CODECS = (OPUS, G722, PCMU, PCMA)
"""Every codec, the one with the best sound first."""


def find_codec(name: str, clock_rate_hz: int) -> CodecSpec | None:
    """Look up a codec by its encoding name (any case) and RTP clock rate."""
    wanted = (name.upper(), clock_rate_hz)
    return next((codec for codec in CODECS if codec.key == wanted), None)


def preload() -> None:
    """Load the libraries of all codecs; takes some 0.2 s once in a process, so not on the event loop."""
    for codec in CODECS:
        open_decoder(codec)
        open_encoder(codec)


def open_decoder(codec: CodecSpec) -> Decoder:
    """Start to decode a stream. Raises `ValueError` for a codec that is not one of `CODECS`."""
    # Imported here: a process that never meets Opus or G.722 need not load their libraries.
    if codec.key == OPUS.key:
        from earwitness.audio.opus import OpusDecoder

        return OpusDecoder()
    if codec.key == G722.key:
        from earwitness.audio.g722 import G722Decoder

        return G722Decoder()
    if codec.key in (PCMU.key, PCMA.key):
        from earwitness.audio.g711 import G711Decoder

        return G711Decoder(codec.name)
    raise _unknown(codec)


def open_encoder(codec: CodecSpec) -> Encoder:
    """Start to encode a stream. Raises `ValueError` for a codec that is not one of `CODECS`."""
    if codec.key == OPUS.key:
        from earwitness.audio.opus import OpusEncoder

        return OpusEncoder()
    if codec.key == G722.key:
        from earwitness.audio.g722 import G722Encoder

        return G722Encoder()
    if codec.key in (PCMU.key, PCMA.key):
        from earwitness.audio.g711 import G711Encoder

        return G711Encoder(codec.name)
    raise _unknown(codec)


def _unknown(codec: CodecSpec) -> ValueError:
    known = ", ".join(f"{known.name}/{known.clock_rate_hz}" for known in CODECS)
    return ValueError(f"no codec {codec.name}/{codec.clock_rate_hz} here; there are {known}")
