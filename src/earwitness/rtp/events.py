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
class ContributorsChanged:
    """A mixer lets us hear other people than before (RFC 3550 §5.1, CSRC; RFC 6465)."""

    at_s: float
    """Since when, on the media clock."""
    csrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SourceNamed:
    """The peer says whose a source is (RTCP SDES)."""

    ssrc: int
    cname: str
    """What stays when a source begins anew; empty where it was not said."""
    name: str
    """For people; empty where it was not said."""


@dataclass(frozen=True, slots=True)
class ByeReceived:
    """The peer's media source said goodbye (RTCP BYE). Signalling decides what that means."""

    reason: str


@dataclass(frozen=True, slots=True)
class MediaFailed:
    """The session stopped: a sink of its audio raised, or its socket broke."""

    reason: str


MediaEvent = (
    MediaStarted
    | CodecChanged
    | SourceChanged
    | DtmfReceived
    | ContributorsChanged
    | SourceNamed
    | PlaybackFinished
    | ByeReceived
    | MediaFailed
)
