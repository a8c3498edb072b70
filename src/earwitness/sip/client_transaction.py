"""Client transactions (RFC 3261 §17.1, with the Accepted state of RFC 6026).

One method per state. Timers are named as in the RFC:

    INVITE      A retransmit, doubling      B give up       D absorb 300–699   M absorb 2xx
    non-INVITE  E retransmit, up to T2      F give up       K absorb finals

Over a reliable transport A and E never start, D and K are zero.
"""

from enum import Enum, auto

from earwitness.sip.message import Request, Response, make_headers
from earwitness.sip.peer import Peer
from earwitness.sip.timers import Timer
from earwitness.sip.transaction import ClientUser, Failure, TransactionKey, Wire


class ClientState(Enum):
    """States of figures 5 and 6, and of RFC 6026 §8.4."""

    CALLING = auto()
    TRYING = auto()
    PROCEEDING = auto()
    ACCEPTED = auto()
    COMPLETED = auto()
    TERMINATED = auto()


class ClientTransaction:
    """What both kinds share: the request, where it goes, and the end."""

    _sending: frozenset[ClientState]
    """States in which a failing transport ends the transaction."""

    def __init__(self, request: Request, peer: Peer, wire: Wire, user: ClientUser) -> None:
        self.request = request
        self.peer = peer
        self.key: TransactionKey = client_key(request.via.parameters.get("branch") or "", request.method)
        self.state = ClientState.TRYING
        self._wire = wire
        self._user = user
        self._data = bytes(request)
        self._retransmit: Timer | None = None
        self._deadline: Timer | None = None

    @property
    def pending(self) -> bool:
        """Whether a final response is still awaited."""
        return self.state in (ClientState.CALLING, ClientState.TRYING, ClientState.PROCEEDING)

    def start(self, now: float) -> None:
        """Send the request."""
        raise NotImplementedError

    def receive(self, response: Response, now: float) -> None:
        """Take a response that belongs to this transaction."""
        raise NotImplementedError

    def transport_failed(self, now: float) -> None:
        """The transport can't reach the peer."""
        if self.state in self._sending:
            self._fail("transport", now)
        elif self.state is ClientState.COMPLETED:
            self.terminate()

    def terminate(self) -> None:
        """Stop, whatever the state; nothing more is told to the user."""
        self.state = ClientState.TERMINATED
        self._stop()
        self._wire.forget(self)

    def _fail(self, failure: Failure, now: float) -> None:
        self.terminate()
        self._user.failed(failure, now)

    def _timed_out(self, now: float) -> None:
        self._fail("timeout", now)

    def _expired(self, now: float) -> None:
        self.terminate()

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


class InviteClientTransaction(ClientTransaction):
    """An INVITE we sent (figure 5)."""

    _sending = frozenset({ClientState.CALLING})

    def start(self, now: float) -> None:
        """Send the INVITE and start timers A and B."""
        self.state = ClientState.CALLING
        self._deadline = self._wire.timers.start(now + self._wire.values.timeout_s, self._timed_out)
        self._wait = self._wire.values.t1_s
        if not self.peer.reliable:
            self._retransmit = self._wire.timers.start(now + self._wait, self._timer_a)
        self._wire.send(self._data, self.peer)

    def receive(self, response: Response, now: float) -> None:
        """Take a response."""
        match self.state:
            case ClientState.CALLING | ClientState.PROCEEDING:
                self._before_final(response, now)
            case ClientState.ACCEPTED:
                self._accepted(response, now)
            case ClientState.COMPLETED:
                self._completed(response)

    def _timer_a(self, now: float) -> None:
        self._wait *= 2
        self._retransmit = self._wire.timers.start(now + self._wait, self._timer_a)
        self._wire.send(self._data, self.peer)

    def _before_final(self, response: Response, now: float) -> None:
        if response.status < 200:
            self.state = ClientState.PROCEEDING
            self._stop()
        elif response.status < 300:
            self.state = ClientState.ACCEPTED
            self._linger(self._wire.values.timeout_s, now)
        else:
            self.state = ClientState.COMPLETED
            self._ack = bytes(self._make_ack(response))
            self._wire.send(self._ack, self.peer)
            self._linger(0 if self.peer.reliable else self._wire.values.completed_s, now)
        self._user.received(response, now)

    def _accepted(self, response: Response, now: float) -> None:
        if 200 <= response.status < 300:
            self._user.received(response, now)

    def _completed(self, response: Response) -> None:
        if response.status >= 300:
            self._wire.send(self._ack, self.peer)

    def _make_ack(self, response: Response) -> Request:
        """The ACK to a 300–699 belongs to the transaction (§17.1.1.3)."""
        headers = make_headers([("Via", self.request.headers["Via"])])
        headers.add("Max-Forwards", "70")
        for route in self.request.headers.getlist("Route"):
            headers.add("Route", route)
        headers.add("From", self.request.headers["From"])
        headers.add("To", response.headers["To"])
        headers.add("Call-ID", self.request.call_id)
        headers.add("CSeq", f"{self.request.cseq.sequence} ACK")
        return Request("ACK", self.request.uri, headers)


class NonInviteClientTransaction(ClientTransaction):
    """Any other request we sent (figure 6)."""

    _sending = frozenset({ClientState.TRYING, ClientState.PROCEEDING})

    def start(self, now: float) -> None:
        """Send the request and start timers E and F."""
        self._deadline = self._wire.timers.start(now + self._wire.values.timeout_s, self._timed_out)
        self._wait = self._wire.values.t1_s
        if not self.peer.reliable:
            self._retransmit = self._wire.timers.start(now + self._wait, self._timer_e)
        self._wire.send(self._data, self.peer)

    def receive(self, response: Response, now: float) -> None:
        """Take a response."""
        match self.state:
            case ClientState.TRYING | ClientState.PROCEEDING:
                self._before_final(response, now)

    def _timer_e(self, now: float) -> None:
        longest = self._wire.values.t2_s
        self._wait = longest if self.state is ClientState.PROCEEDING else min(2 * self._wait, longest)
        self._retransmit = self._wire.timers.start(now + self._wait, self._timer_e)
        self._wire.send(self._data, self.peer)

    def _before_final(self, response: Response, now: float) -> None:
        if response.status < 200:
            self.state = ClientState.PROCEEDING
        else:
            self.state = ClientState.COMPLETED
            self._linger(0 if self.peer.reliable else self._wire.values.t4_s, now)
        self._user.received(response, now)


def client_key(branch: str, method: str) -> TransactionKey:
    """Return by what a response finds its transaction (§17.1.3)."""
    return (branch, method)
