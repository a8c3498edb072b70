"""Server transactions (RFC 3261 §17.2, with the Accepted state of RFC 6026).

One method per input, one branch per state. Timers are named as in the RFC:

    INVITE      G retransmit 300–699, up to T2   H wait for ACK   I absorb ACKs   L absorb INVITEs after 2xx
    non-INVITE  J absorb retransmissions

Over a reliable transport G never starts, I and J are zero.
"""

from enum import Enum, auto

from earwitness.sip.message import Request, Response, reply
from earwitness.sip.peer import DEFAULT_PORTS, Peer
from earwitness.sip.timers import Timer
from earwitness.sip.transaction import TransactionKey, Wire

MAGIC = "z9hG4bK"
"""How branches of RFC 3261 begin (§8.1.1.7)."""


class ServerState(Enum):
    """States of figures 7 and 8, and of RFC 6026 §8.5."""

    TRYING = auto()
    PROCEEDING = auto()
    ACCEPTED = auto()
    COMPLETED = auto()
    CONFIRMED = auto()
    TERMINATED = auto()


class ServerTransaction:
    """What both kinds share: the request, where responses go, and the end."""

    def __init__(self, request: Request, peer: Peer, wire: Wire) -> None:
        self.request = Request(request.method, request.uri, request.headers)
        """The request without its body, which is used at once and may be long."""
        self.peer = peer
        self.key = server_key(request)
        self.state = ServerState.TRYING
        self._wire = wire
        self._last: bytes | None = None
        self._retransmit: Timer | None = None
        self._deadline: Timer | None = None

    @property
    def final_sent(self) -> bool:
        """Whether the request has been answered for good."""
        return self.state not in (ServerState.TRYING, ServerState.PROCEEDING)

    def receive_again(self, request: Request, now: float) -> None:
        """Take a retransmission of the request, or the ACK of an INVITE."""
        raise NotImplementedError

    def respond(self, response: Response, now: float) -> None:
        """Send a response; ignored once the request has been answered for good."""
        raise NotImplementedError

    def terminate(self) -> None:
        """Stop, whatever the state."""
        self.state = ServerState.TERMINATED
        self._stop()
        self._wire.forget(self)

    def _expired(self, now: float) -> None:
        self.terminate()

    def _send(self, response: Response) -> None:
        self._last = bytes(response)
        self._wire.send(self._last, self.peer)

    def _send_again(self) -> None:
        if self._last is not None:
            self._wire.send(self._last, self.peer)

    def _stop(self) -> None:
        for timer in (self._retransmit, self._deadline):
            if timer is not None:
                timer.cancel()

    def _linger(self, seconds: float, now: float) -> None:
        self._stop()
        if seconds == 0:
            self.terminate()
        else:
            self._deadline = self._wire.timers.start(now + seconds, self._expired)


class InviteServerTransaction(ServerTransaction):
    """An INVITE from a peer (figure 7)."""

    def __init__(self, request: Request, peer: Peer, wire: Wire, now: float) -> None:
        super().__init__(request, peer, wire)
        self.state = ServerState.PROCEEDING
        self._retransmit = wire.timers.start(now + wire.values.trying_s, self._trying)

    def receive_again(self, request: Request, now: float) -> None:
        """Take a retransmitted INVITE or an ACK."""
        if request.method == "ACK":
            if self.state is ServerState.COMPLETED:
                self.state = ServerState.CONFIRMED
                self._linger(0 if self.peer.reliable else self._wire.values.t4_s, now)
        elif self.state in (ServerState.PROCEEDING, ServerState.COMPLETED):
            self._send_again()

    def respond(self, response: Response, now: float) -> None:
        """Send a response; the user retransmits a 2xx itself (§13.3.1.4)."""
        if self.state is not ServerState.PROCEEDING:
            return
        self._stop()
        self._send(response)
        if 200 <= response.status < 300:
            self.state = ServerState.ACCEPTED
            self._linger(self._wire.values.timeout_s, now)
        elif response.status >= 300:
            self.state = ServerState.COMPLETED
            self._linger(self._wire.values.timeout_s, now)
            self._wait = self._wire.values.t1_s
            if not self.peer.reliable:
                self._retransmit = self._wire.timers.start(now + self._wait, self._timer_g)

    def _trying(self, now: float) -> None:
        self._send(reply(self.request, 100))

    def _timer_g(self, now: float) -> None:
        self._wait = min(2 * self._wait, self._wire.values.t2_s)
        self._retransmit = self._wire.timers.start(now + self._wait, self._timer_g)
        self._send_again()


class NonInviteServerTransaction(ServerTransaction):
    """Any other request from a peer (figure 8)."""

    def receive_again(self, request: Request, now: float) -> None:
        """Take a retransmitted request."""
        self._send_again()

    def respond(self, response: Response, now: float) -> None:
        """Send a response."""
        if self.final_sent:
            return
        self._send(response)
        if response.status < 200:
            self.state = ServerState.PROCEEDING
        else:
            self.state = ServerState.COMPLETED
            self._linger(0 if self.peer.reliable else self._wire.values.timeout_s, now)


def server_key(request: Request) -> TransactionKey:
    """Return by what a request finds its transaction (§17.2.3); an ACK has the key of its INVITE."""
    via = request.via
    branch = via.parameters.get("branch") or ""
    method = "INVITE" if request.method == "ACK" else request.method
    sent_by = f"{via.host.lower()}:{via.port or DEFAULT_PORTS.get(via.transport.lower(), 5060)}"
    if branch.startswith(MAGIC) and branch != MAGIC:
        return (branch, sent_by, method)
    # RFC 2543 peers give no unique branch: the whole request identifies it.
    sequence = str(request.cseq.sequence)
    return (branch, sent_by, method, request.uri, request.from_tag, request.call_id, sequence)
