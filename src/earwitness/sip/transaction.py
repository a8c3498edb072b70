"""What client and server transactions share (RFC 3261 §17)."""

from typing import Literal, Protocol

from earwitness.sip.message import Response
from earwitness.sip.peer import Peer
from earwitness.sip.timers import Timers, TimerValues

Failure = Literal["timeout", "transport"]
"""Why a request got no final response."""

TransactionKey = tuple[str, ...]


class Transaction(Protocol):
    """What the layer needs of every transaction."""

    @property
    def key(self) -> TransactionKey:
        """By what incoming messages find it."""

    @property
    def peer(self) -> Peer:
        """Where it sends."""


class Wire(Protocol):
    """What a transaction stands on: the transport below, the timers, and the layer that holds it."""

    timers: Timers
    values: TimerValues

    def send(self, data: bytes, peer: Peer) -> None:
        """Queue a message."""

    def forget(self, transaction: Transaction) -> None:
        """Drop a transaction that has terminated."""


class ClientUser(Protocol):
    """Who sent the request of a client transaction."""

    def received(self, response: Response, now: float) -> None:
        """A response arrived; for an INVITE every 2xx, also repeated and forked ones."""

    def failed(self, failure: Failure, now: float) -> None:
        """No final response will come."""
