"""What a call tells its user, and the values a user gives to a call."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are when a peer asks (digest authentication, RFC 3261 §22)."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndCause:
    """Why a call ended, or why it was never answered."""

    by: Literal["local", "remote", "timeout", "transport"]
    """Who ended it: we, the peer, silence of the peer, or the network."""
    status: int | None = None
    """Status of the response that refused the call; none when an answered call ended."""
    reason: str = ""
    """Phrase for people: the peer's `Reason` text, else the response's phrase, else ours."""
    q850: int | None = None
    """ITU-T Q.850 cause from a `Reason` header (RFC 3326)."""
    retry_after_s: float | None = None
    """From `Retry-After`: when the peer wants to be called again."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A provisional response (1xx); `sdp` opens early media."""

    status: int
    reason: str
    sdp: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The call is answered; comes at most once, before `Ended`."""

    sdp: bytes
    """The peer's description: its answer, or for an incoming call its offer (or answer in the ACK)."""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Reoffered:
    """The session changed: a re-INVITE or UPDATE was agreed."""

    sdp: bytes
    """The peer's description."""
    answer: bytes
    """Ours."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event of every call."""

    cause: EndCause


CallEvent = Progress | Answered | Reoffered | Ended


class OfferRefusedError(Exception):
    """Raised by an `on_offer` callback that can't accept an offer; the peer gets 488."""
