"""Where a message goes to or came from."""

import ipaddress
from dataclasses import dataclass
from typing import Literal

Transport = Literal["udp", "tcp", "tls"]

DEFAULT_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}
"""RFC 3261 §19.1.2."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One transport address of a neighbour; the host is numeric and without brackets."""

    transport: Transport
    host: str
    port: int

    @property
    def reliable(self) -> bool:
        """Whether the transport retransmits by itself."""
        return self.transport != "udp"

    def __str__(self) -> str:
        return f"{self.transport}:{join_host_port(self.host, self.port)}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way to the wire."""

    data: bytes
    peer: Peer


def is_numeric(host: str) -> bool:
    """Tell whether `host` (without brackets) is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def bracketed(host: str) -> str:
    """Return the host as it stands in a URI: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def join_host_port(host: str, port: int) -> str:
    """Return `host:port` with an IPv6 address in brackets."""
    return f"{bracketed(host)}:{port}"
