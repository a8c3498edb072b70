"""Sockets for media: a pair of ports, the even one for RTP, the odd one above it for RTCP (RFC 3550 §11)."""

import errno
import ipaddress
import random
import socket
import struct
import sys
import time
from typing import NamedTuple

_SO_TIMESTAMPNS = 35
"""Linux: the kernel notes when a datagram came, so a busy process does not blur it."""
_TIMESPEC = struct.Struct("@qq")
_LARGEST = 2048
"""Octets of the largest datagram taken; media ones stay below an Ethernet frame."""
_BUFFER = 1024 * 1024
"""Octets the kernel is asked to keep while nobody looks: some 25 s of packets. It may grant less."""
_TAKEN = (errno.EADDRINUSE, errno.EACCES)


class PortsExhaustedError(OSError):
    """No free pair of ports is left in the range."""


class Datagram(NamedTuple):
    """What came: a plain tuple for speed, one for every packet."""

    data: bytes
    address: tuple[str, int]
    """As the socket gives it: two parts, four for IPv6."""
    arrived: float
    """Monotonic seconds."""


def open_pair(host: str, ports: range | None = None) -> tuple[socket.socket, socket.socket]:
    """Bind an RTP and an RTCP socket on `host` (an IP address) to two adjacent ports.

    The first port is even and both are in `ports`; without a range the system chooses. Raises
    `PortsExhaustedError`, or `OSError` where the host is not an address of this machine.
    """
    family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    if ports is None:
        candidates = [0] * 64
    else:
        candidates = [port for port in range(ports.start, ports.stop - 1) if port % 2 == 0]
        # From a random place on: packets still under way to the call before must not reach the next one.
        start = random.randrange(len(candidates)) if candidates else 0
        candidates = candidates[start:] + candidates[:start]
    for port in candidates:
        pair = _bind_pair(family, host, port)
        if pair is not None:
            return pair
    if ports is None:
        raise PortsExhaustedError(errno.EADDRINUSE, "the system gave no two adjacent ports")
    raise PortsExhaustedError(
        errno.EADDRINUSE,
        f"all {len(candidates)} RTP port pairs from {ports.start} to {ports.stop - 1} on {host} are taken; "
        "end calls or widen the range of RTP ports",
    )


def _bind_pair(family: int, host: str, port: int) -> tuple[socket.socket, socket.socket] | None:
    rtp = _bind(family, host, port)
    if rtp is None:
        return None
    chosen: int = rtp.getsockname()[1]
    rtcp = _bind(family, host, chosen + 1) if chosen % 2 == 0 and chosen < 65535 else None
    if rtcp is None:
        rtp.close()
        return None
    return rtp, rtcp


def _bind(family: int, host: str, port: int) -> socket.socket | None:
    bound = socket.socket(family, socket.SOCK_DGRAM)
    bound.setblocking(False)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        if error.errno in _TAKEN:
            return None
        raise
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    if sys.platform == "linux":
        bound.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    return bound


def receive(bound: socket.socket, most: int) -> list[Datagram]:
    """Fetch what is in the socket, at most so many datagrams. Raises `OSError` where the socket is broken."""
    datagrams: list[Datagram] = []
    since_epoch = 0.0
    while len(datagrams) < most:
        try:
            data, ancillary, _, address = bound.recvmsg(_LARGEST, 64)
        except (BlockingIOError, InterruptedError):
            break
        except ConnectionError:
            # The echo of a packet of ours that nobody wanted (ICMP port unreachable).
            continue
        now = time.monotonic()
        arrived = now
        if ancillary:
            if since_epoch == 0.0:
                since_epoch = time.time() - now
            seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
            arrived = min(now, seconds + nanoseconds * 1e-9 - since_epoch)
        datagrams.append(Datagram(data, address, arrived))
    return datagrams
