"""What every part of the user agent stands on: identity, timers, transactions, look-ups, events out."""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from sipmessage import Parameters, Via

from earwitness.sip.dialog import DialogKey
from earwitness.sip.events import CallEvent
from earwitness.sip.lookup import Locator
from earwitness.sip.message import Request
from earwitness.sip.peer import Peer, bracketed
from earwitness.sip.server_transaction import MAGIC, ServerTransaction
from earwitness.sip.timers import Timers, TimerValues
from earwitness.sip.transactions import TransactionLayer

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, MESSAGE, NOTIFY"
"""Methods that we take, out of or inside a dialog."""


@dataclass(frozen=True, slots=True)
class Identity:
    """How we present ourselves."""

    port: int
    """Where we listen, over UDP and TCP."""
    host_for: Callable[[str], str]
    """Returns the address of ours that a peer at this address would see; must not block."""
    user_agent: str = "earwitness"
    from_user: str = "earwitness"
    tcp: bool = True
    """Whether a request that is too long for UDP may go over TCP."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A peer calls; answer by the number of the call."""

    call: int
    uri: str
    """The Request-URI."""
    from_uri: str
    offer: bytes | None
    headers: dict[str, str]
    """Every header, the first value of each."""


@dataclass(frozen=True, slots=True)
class CallNews:
    """Something happened to a call."""

    call: int
    event: CallEvent


class DialogUser(Protocol):
    """Who takes a peer's requests inside a dialog."""

    @property
    def peer(self) -> Peer:
        """By whom the dialog was heard of last."""

    def take_request(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        """Answer a request other than ACK and CANCEL."""

    def take_ack(self, request: Request, now: float) -> None:
        """Take the ACK of a 2xx."""


@dataclass(slots=True)
class Context:
    """One user agent's common ground; its parts hold it instead of each other."""

    identity: Identity
    values: TimerValues = field(default_factory=TimerValues)
    timers: Timers = field(default_factory=Timers)
    locator: Locator = field(default_factory=Locator)
    transactions: TransactionLayer = field(init=False)
    dialogs: dict[DialogKey, DialogUser] = field(default_factory=dict)
    events: deque[Invited | CallNews] = field(default_factory=deque)
    """Drained after every input; a call adds a few to it per input at most."""

    def __post_init__(self) -> None:
        self.transactions = TransactionLayer(self.timers, self.values)

    def via(self, peer: Peer, branch: str) -> str:
        """Return our Via for a request to `peer` (RFC 3261 §18.1.1, RFC 3581)."""
        host = bracketed(self.identity.host_for(peer.host))
        parameters = Parameters(rport=None, branch=branch)
        return str(Via(peer.transport.upper(), host, self.identity.port, parameters))

    def contact(self, peer: Peer) -> str:
        """Return our Contact as `peer` can reach it."""
        host = bracketed(self.identity.host_for(peer.host))
        transport = "" if peer.transport == "udp" else f";transport={peer.transport}"
        return f"<sip:{self.identity.from_user}@{host}:{self.identity.port}{transport}>"


def new_branch() -> str:
    """Return a fresh branch (§8.1.1.7)."""
    return MAGIC + secrets.token_hex(8)


def new_tag() -> str:
    """Return a fresh tag (§19.3)."""
    return secrets.token_hex(6)


def new_call_id() -> str:
    """Return a fresh Call-ID (§8.1.1.4)."""
    return secrets.token_hex(12)
