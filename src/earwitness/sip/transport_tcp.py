"""SIP over TCP: connections in both directions, found by the peer's address and reused (RFC 3261 §18)."""

import asyncio
import logging
import socket
from collections.abc import Callable, Set
from typing import cast

from earwitness.sip.peer import Outgoing, Peer
from earwitness.sip.reading import FramingError, StreamFramer

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 3.0
MAX_CONNECTIONS = 512
"""With more, the incoming one that was idle longest and carries no call is closed, else the new one."""
FIRST_MESSAGE_WITHIN_S = 32.0
"""An incoming connection that brought no whole message by then is closed: as long as transactions last."""
MAX_UNSENT_BYTES = 1024 * 1024
"""A peer that reads slower than this is given up."""
MAX_WAITING = 64
"""Messages kept while a connection is being made; beyond it the oldest is dropped."""


class _Connection(asyncio.Protocol):
    """One connection, cut into messages."""

    def __init__(self, owner: "TcpTransport", peer: Peer | None = None) -> None:
        """`peer` is whom we connect to; of an incoming connection it is learned."""
        self._owner = owner
        self._framer = StreamFramer()
        self.transport: asyncio.Transport | None = None
        self.peer = peer
        self.incoming = peer is None
        self.used_at = 0.0
        """When a message last went through, in the loop's time."""
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes, though they have their methods.
        self.transport = cast(asyncio.Transport, transport)
        if self.peer is None:
            name = transport.get_extra_info("peername")
            if name is None:
                self.abort()
                return
            self.peer = Peer("tcp", name[0], name[1])
            self._deadline = asyncio.get_running_loop().call_later(FIRST_MESSAGE_WITHIN_S, self.abort)
        self._used()
        self._owner.opened(self)

    def data_received(self, data: bytes) -> None:
        try:
            messages = self._framer.feed(data)
        except FramingError as error:
            logger.debug("connection to %s closed: %s", self.peer, error)
            self.abort()
            return
        for message in messages:
            self._forget_deadline()
            self._used()
            if self.peer is not None:
                self._owner.received(message, self.peer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        self._owner.closed(self)

    def write(self, data: bytes) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        self._used()
        self.transport.write(data)
        if self.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            logger.debug("connection to %s closed: it does not read", self.peer)
            self.abort()

    def abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def _used(self) -> None:
        self.used_at = asyncio.get_running_loop().time()

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class TcpTransport:
    """Hands messages to `received`, and addresses that can't be reached or went away to `failed`."""

    def __init__(
        self,
        received: Callable[[bytes, Peer], None],
        failed: Callable[[Peer], None],
        in_calls: Callable[[], Set[Peer]],
    ) -> None:
        """`in_calls` returns the peers whose connections are not closed for others."""
        self.received = received
        self._failed = failed
        self._in_calls = in_calls
        self._connections: dict[Peer, _Connection] = {}
        self._waiting: dict[Peer, list[bytes]] = {}
        self._connecting: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._closing = False

    async def open(self, host: str, port: int) -> None:
        """Listen.

        Raises:
            OSError: the address can't be bound.
        """
        loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._server = await loop.create_server(lambda: _Connection(self), host, port, family=family)

    def send(self, message: Outgoing) -> None:
        """Send on the connection to the peer; makes one when there is none."""
        if self._closing:
            return
        peer = message.peer
        if connection := self._connections.get(peer):
            connection.write(message.data)
        elif peer in self._waiting:
            waiting = self._waiting[peer]
            waiting.append(message.data)
            del waiting[:-MAX_WAITING]
        else:
            self._waiting[peer] = [message.data]
            task = asyncio.get_running_loop().create_task(self._connect(peer))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def aclose(self) -> None:
        """Stop listening and close every connection, after what was written has left."""
        self._closing = True
        if self._server is not None:
            self._server.close()
        for task in self._connecting:
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        for connection in list(self._connections.values()):
            if connection.transport is not None:
                connection.transport.close()

    async def _connect(self, peer: Peer) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await loop.create_connection(lambda: _Connection(self, peer), peer.host, peer.port)
        except OSError as error:
            logger.debug("no connection to %s: %s", peer, error)
            self._waiting.pop(peer, None)
            self._failed(peer)

    def opened(self, connection: _Connection) -> None:
        """Take a new connection in either direction, and send what waited for it."""
        peer = connection.peer
        assert peer is not None, "a connection knows its peer once it is made"
        if self._closing or (connection.incoming and not self._has_room()):
            logger.debug("connection from %s closed: there are too many", peer)
            connection.abort()
            return
        self._connections[peer] = connection
        for data in self._waiting.pop(peer, []):
            connection.write(data)

    def _has_room(self) -> bool:
        """Tell whether one more connection may come in; makes room where an idle one can be spared."""
        if len(self._connections) < MAX_CONNECTIONS:
            return True
        in_calls = self._in_calls()
        spare = [c for c in self._connections.values() if c.incoming and c.peer not in in_calls]
        if not spare:
            return False
        idlest = min(spare, key=lambda connection: connection.used_at)
        logger.debug("connection from %s closed: others are waiting", idlest.peer)
        self.closed(idlest)
        idlest.abort()
        return True

    def closed(self, connection: _Connection) -> None:
        """Forget a connection that is gone."""
        peer = connection.peer
        if peer is not None and self._connections.get(peer) is connection:
            del self._connections[peer]
            if not self._closing:
                self._failed(peer)
