"""What a media session tells besides audio."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaStarted:
    """The first audio came: media time 0."""

    at: float
    """Monotonic seconds."""
    codec: str


@dataclass(frozen=True, slots=True)
class CodecChanged:
    """The peer went on in another codec."""

    codec: str
    at_s: float
    """Where, on the media clock."""


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """Media comes from, and goes to, another address than before: the peer is behind a NAT, or moved."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class DtmfReceived:
    """The peer pressed a key (RFC 4733)."""

    digit: str
    at_s: float
    """When the key went down, on the media clock."""


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """The last of the audio given to `play` was sent."""


@dataclass(frozen=True, slots=True)
class ByeReceived:
    """The peer's media source said goodbye (RTCP BYE). Signalling decides what that means."""

    reason: str


@dataclass(frozen=True, slots=True)
class MediaFailed:
    """The session stopped: a sink of its audio raised, or its socket broke."""

    reason: str


MediaEvent = (
    MediaStarted | CodecChanged | SourceChanged | DtmfReceived | PlaybackFinished | ByeReceived | MediaFailed
)
