"""SIP over UDP: one socket that receives and sends datagrams, and hears when a port is closed."""

import asyncio
import errno
import logging
import socket
import struct
from collections.abc import Callable

from earwitness.sip.peer import Outgoing, Peer

logger = logging.getLogger(__name__)

_MAX_DATAGRAM = 65_535
_MAX_DATAGRAMS_A_TURN = 64
"""Read at once, so that a flood can't hold the event loop."""
_TRIES = 4
"""Of sending a datagram: one for itself, the others for errors of earlier ones that come in between."""
_OF_THE_DATAGRAM = (errno.EMSGSIZE, errno.ENOBUFS)
"""Errors that say nothing of the peer, to which other messages may be on their way."""

# Linux only and missing in Python's socket module before 3.14 (ip(7), ipv6(7)).
_IP_RECVERR = 11
_IPV6_RECVERR = 25
_MSG_ERRQUEUE = 0x2000
_SO_EE_ORIGIN_ICMP = (2, 3)
_ICMP_TIME_EXCEEDED = {2: 11, 3: 3}


class UdpTransport:
    """Hands datagrams to `received`, and addresses that refuse them to `failed`."""

    def __init__(self, received: Callable[[bytes, Peer], None], failed: Callable[[Peer], None]) -> None:
        self._received = received
        self._failed = failed
        self._socket: socket.socket | None = None
        self._has_erred = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self, host: str, port: int) -> int:
        """Bind the socket; returns the port.

        Raises:
            OSError: the address can't be bound.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            sock.bind((host, port))
            _ask_for_errors(sock)
        except OSError:
            sock.close()
            raise
        self._socket = sock
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._readable)
        return int(sock.getsockname()[1])

    def send(self, message: Outgoing) -> None:
        """Send a datagram; one that the system refuses is a failure of its peer, unless it is too long."""
        if self._socket is None or self._loop is None:
            return
        problem: int | None = None
        for _ in range(_TRIES):
            try:
                self._socket.sendto(message.data, (message.peer.host, message.peer.port))
                return
            except BlockingIOError:
                logger.debug("datagram to %s dropped: the send buffer is full", message.peer)
                return
            except OSError as error:
                # What ICMP said of an earlier datagram, whoever that was for, is told to the next one that
                # is sent, which stays behind. `_read_errors` finds out whose it was.
                self._has_erred = True
                problem = error.errno
                logger.debug("datagram to %s not sent: %s", message.peer, error)
        if problem in _OF_THE_DATAGRAM:
            return
        # The core is in the middle of sending: it hears of it in the next turn of the loop.
        self._loop.call_soon(self._failed, message.peer)

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None and self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _readable(self) -> None:
        count = self._receive()
        if self._read_errors() or self._has_erred or not count:
            self._watch_again()

    def _receive(self) -> int:
        """Hand on what has come; returns how many datagrams that was."""
        for count in range(_MAX_DATAGRAMS_A_TURN):
            if self._socket is None:
                return count
            try:
                data, address = self._socket.recvfrom(_MAX_DATAGRAM)
            except BlockingIOError:
                return count
            except OSError as error:
                logger.debug("receive error: %s", error)
                self._has_erred = True
                continue
            self._received(data, Peer("udp", address[0], address[1]))
        return _MAX_DATAGRAMS_A_TURN

    def _read_errors(self) -> bool:
        """Read what ICMP said of datagrams that we sent (RFC 3261 §18.4); False where it said nothing."""
        found = False
        while self._socket is not None:
            try:
                _, ancillary, _, address = self._socket.recvmsg(0, 512, _MSG_ERRQUEUE)
            except OSError:
                break
            found = True
            if address and any(_is_unreachable(data) for _, _, data in ancillary):
                self._failed(Peer("udp", address[0], address[1]))
        return found

    def _watch_again(self) -> None:
        """Have the loop look at the socket again: libuv, and so uvloop, stops at the first error of one."""
        self._has_erred = False
        if self._socket is not None and self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._loop.add_reader(self._socket, self._readable)


def _ask_for_errors(sock: socket.socket) -> None:
    if sock.family == socket.AF_INET6:
        level, option = socket.IPPROTO_IPV6, _IPV6_RECVERR
    else:
        level, option = socket.IPPROTO_IP, _IP_RECVERR
    try:
        sock.setsockopt(level, option, 1)
    except OSError as error:
        logger.debug("closed ports will not be noticed: %s", error)


def _is_unreachable(data: bytes) -> bool:
    """Read struct sock_extended_err: errno, origin, type, code … (linux/errqueue.h)."""
    if len(data) < 7:
        return False
    _, origin, kind = struct.unpack_from("=IBB", data)
    return origin in _SO_EE_ORIGIN_ICMP and kind != _ICMP_TIME_EXCEEDED[origin]
