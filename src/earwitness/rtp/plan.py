"""What signalling decided about the media of one leg."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from earwitness.audio.codec import CodecSpec


@dataclass(frozen=True, slots=True)
class MediaPlan:
    """The outcome of offer and answer, in plain values."""

    remote_host: str
    """An IP address, as the peer's session description gives it; all zeros where that means hold."""
    remote_port: int
    codecs: Mapping[int, CodecSpec]
    """The payload types that may come in."""
    send_payload_type: int
    """The payload type we send, in the peer's numbering."""
    telephone_event: tuple[int, int] | None = None
    """Payload type and clock rate (Hz) of telephone events in both directions, where agreed."""
    send: bool = True
    """Whether the peer wants our media."""
    receive: bool = True
    """Whether the peer may send; what comes although it may not is not heard."""
    ptime_ms: int = 20
    """The length of the packets we send."""
    remote_rtcp_port: int | None = None
    """Where reports go; None for the port after `remote_port`, the same port for RTP and RTCP on one port."""
    send_codec: CodecSpec | None = None
    """What `send_payload_type` means to the peer; None where `codecs` says it."""

    csrc_audio_level: int | None = None
    """The id under which the levels of contributing sources come (RFC 6465), where agreed."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for what is no port, and a name: to look it up is not for the media path."""
        ipaddress.ip_address(self.remote_host)
        for port in (self.remote_port, self.remote_rtcp_port):
            if port is not None and not 1 <= port <= 65535:
                raise ValueError(f"media cannot go to port {port}; ports go from 1 to 65535")

    @property
    def is_held_by_address(self) -> bool:
        """Whether there is nowhere to send to (RFC 3264 §8.4)."""
        return self.remote_host in ("0.0.0.0", "::")

    def sent(self) -> CodecSpec:
        """The codec we send. Raises `ValueError` where the plan does not say it."""
        codec = self.send_codec or self.codecs.get(self.send_payload_type)
        if codec is None:
            raise ValueError(
                f"the plan sends payload type {self.send_payload_type}, which names no codec; "
                f"give send_codec, or one of the payload types {sorted(self.codecs)}"
            )
        return codec
