"""One request of ours until its final answer: address look-up, failover, size, digest.

The addresses of a URI are tried in order when one does not answer or answers 503 (RFC 3263 §4.3);
a request over 1300 bytes tries TCP before UDP where nothing fixes the transport (RFC 3261 §18.1.1);
a 401 or 407 is answered with credentials (§22).
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from earwitness.sip.client_transaction import ClientState, ClientTransaction
from earwitness.sip.context import Context, new_branch
from earwitness.sip.digest import Authenticator
from earwitness.sip.lookup import Lookup
from earwitness.sip.message import Request, Response, make_headers
from earwitness.sip.peer import Peer
from earwitness.sip.timers import Timer
from earwitness.sip.transaction import Failure

MAX_UDP_BYTES = 1300
MAX_CHALLENGES = 5
"""Rounds of 401 and 407: a proxy and a server, each with one stale nonce, and one to spare."""

ExchangeFailure = Literal["timeout", "transport", "unresolved"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A request before its way is known: all but Via, CSeq, Contact and credentials."""

    method: str
    uri: str
    hop: Lookup
    """Where it goes first."""
    fields: tuple[tuple[str, str], ...]
    """From, To, Call-ID, Route and the rest, in order."""
    next_sequence: Callable[[], int]
    contact: bool = False
    """Whether it carries our Contact."""
    body: bytes = b""


class ExchangeUser(Protocol):
    """Who wants the answer."""

    def progressed(self, exchange: "Exchange", response: Response, now: float) -> None:
        """A 1xx arrived."""

    def answered(self, exchange: "Exchange", response: Response, now: float) -> None:
        """A final response arrived; an INVITE may get several 2xx."""

    def unanswered(self, exchange: "Exchange", failure: ExchangeFailure, now: float) -> None:
        """No final response will come."""


def build(
    context: Context, draft: Draft, peer: Peer, sequence: int, credentials: list[tuple[str, str]]
) -> Request:
    """Make the request that goes to `peer`, in a transaction of its own."""
    headers = make_headers([("Via", context.via(peer, new_branch())), ("Max-Forwards", "70"), *draft.fields])
    headers.add("CSeq", f"{sequence} {draft.method}")
    if draft.contact:
        headers.add("Contact", context.contact(peer))
    for name, value in credentials:
        headers.add(name, value)
    if draft.body:
        headers.add("Content-Type", "application/sdp")
    return Request(draft.method, draft.uri, headers, draft.body)


def trusted(authenticator: Authenticator, draft: Draft, peer: Peer) -> bool:
    """Tell whether a request to `peer` may prove the credentials."""
    return authenticator.trusts(draft.hop.host) or authenticator.trusts(peer.host)


class Exchange:
    """Carries one draft to its final answer."""

    def __init__(
        self, context: Context, draft: Draft, user: ExchangeUser, authenticator: Authenticator | None = None
    ) -> None:
        self._context = context
        self._draft = draft
        self._user = user
        self._authenticator = authenticator
        self._peers: deque[Peer] = deque()
        self._tried_over_tcp: set[Peer] = set()
        self._sequence = 0
        self._challenges = 0
        self._transaction: ClientTransaction | None = None
        self._cancel_wanted: tuple[tuple[str, str], ...] | None = None
        self._guard: Timer | None = None
        self.finished = False

    @property
    def method(self) -> str:
        """The request's method."""
        return self._draft.method

    @property
    def request(self) -> Request:
        """The request as it was sent last."""
        assert self._transaction is not None, "nothing is answered before something is sent"
        return self._transaction.request

    @property
    def peer(self) -> Peer:
        """Where it was sent last."""
        assert self._transaction is not None, "nothing is answered before something is sent"
        return self._transaction.peer

    def start(self) -> None:
        """Ask where the request goes; it is sent at the answer."""
        self._context.locator.find(self._draft.hop, self._located)

    def cancel(self, now: float, fields: tuple[tuple[str, str], ...] = ()) -> None:
        """Give an INVITE up: CANCEL as soon as a provisional response allows it (RFC 3261 §9.1).

        A final response still reaches the user; when nothing has been sent yet, nothing will be.
        """
        if self.finished or self._cancel_wanted is not None:
            return
        self._cancel_wanted = fields
        if self._transaction is None:
            self.finished = True
        elif self._transaction.state is ClientState.PROCEEDING:
            self._send_cancel(now)

    def outlast(self, now: float) -> None:
        """Take a final response for 64 T1 more, then none: the dialog is over (RFC 3261 §15.1.2)."""
        if self.finished or self._guard is not None:
            return
        if self._transaction is None:
            self.finished = True
            return
        # As after a CANCEL, which would ask for what the BYE has asked for.
        self._cancel_wanted = ()
        self._guard = self._context.timers.start(now + self._context.values.timeout_s, self._abandon)

    def _located(self, peers: tuple[Peer, ...], now: float) -> None:
        if self.finished:
            return
        if not peers:
            self._finish_unanswered("unresolved", now)
            return
        if self._authenticator is not None:
            self._authenticator.introduce([self._draft.hop.host, *(peer.host for peer in peers)])
        self._peers.extend(peers)
        self._sequence = self._draft.next_sequence()
        self._send(now)

    def _send(self, now: float) -> None:
        peer = self._peers.popleft()
        credentials = self._credentials(peer)
        request = build(self._context, self._draft, peer, self._sequence, credentials)
        if self._prefers_tcp(peer, request):
            self._tried_over_tcp.add(peer)
            self._peers.appendleft(peer)
            peer = replace(peer, transport="tcp")
            request = build(self._context, self._draft, peer, self._sequence, credentials)
        self._transaction = self._context.transactions.request(request, peer, self, now)

    def _credentials(self, peer: Peer) -> list[tuple[str, str]]:
        if self._authenticator is None or not trusted(self._authenticator, self._draft, peer):
            return []
        return self._authenticator.fields(self._draft.method, self._draft.uri)

    def _prefers_tcp(self, peer: Peer, request: Request) -> bool:
        free = peer.transport == "udp" and self._draft.hop.transport is None and self._context.identity.tcp
        return free and peer not in self._tried_over_tcp and len(bytes(request)) > MAX_UDP_BYTES

    def received(self, response: Response, now: float) -> None:
        """Take a response from the transaction."""
        if response.status < 200:
            if self._cancel_wanted is not None:
                self._send_cancel(now)
            self._user.progressed(self, response, now)
        elif response.status in (401, 407) and self._retry_with_credentials(response, now):
            return
        elif response.status == 503 and self._peers and self._cancel_wanted is None:
            self._send(now)
        else:
            if self._authenticator is not None and response.status not in (401, 407):
                self._authenticator.accepted()
            self._finish()
            self._user.answered(self, response, now)

    def failed(self, failure: Failure, now: float) -> None:
        """Try the next address, or give up."""
        if self._peers and self._cancel_wanted is None:
            self._send(now)
        else:
            self._finish_unanswered(failure, now)

    def _retry_with_credentials(self, response: Response, now: float) -> bool:
        if self._authenticator is None or self._cancel_wanted is not None:
            return False
        if not trusted(self._authenticator, self._draft, self.peer):
            return False
        self._challenges += 1
        if self._challenges > MAX_CHALLENGES or not self._authenticator.learn(response):
            return False
        self._peers.appendleft(self.peer)
        self._sequence = self._draft.next_sequence()
        self._send(now)
        return True

    def _send_cancel(self, now: float) -> None:
        """CANCEL goes where the INVITE went, with its Via and Route (§9.1)."""
        if self._guard is not None:
            return
        invite = self.request
        headers = make_headers([("Via", invite.headers["Via"]), ("Max-Forwards", "70")])
        for route in invite.headers.getlist("Route"):
            headers.add("Route", route)
        for name in ("From", "To", "Call-ID"):
            headers.add(name, invite.headers[name])
        headers.add("CSeq", f"{invite.cseq.sequence} CANCEL")
        for name, value in self._cancel_wanted or ():
            headers.add(name, value)
        cancel = Request("CANCEL", invite.uri, headers)
        self._guard = self._context.timers.start(now + self._context.values.timeout_s, self._abandon)
        self._context.transactions.request(cancel, self.peer, _Unheard(), now)

    def _abandon(self, now: float) -> None:
        """The peer never ended what it was asked to (§9.1)."""
        if self._transaction is not None:
            self._transaction.terminate()
        self._finish_unanswered("timeout", now)

    def _finish_unanswered(self, failure: ExchangeFailure, now: float) -> None:
        self._finish()
        self._user.unanswered(self, failure, now)

    def _finish(self) -> None:
        self.finished = True
        if self._guard is not None:
            self._guard.cancel()


class _Unheard:
    """The user of a CANCEL: what counts is the final response to the INVITE."""

    def received(self, response: Response, now: float) -> None:
        """Nothing follows from it."""

    def failed(self, failure: Failure, now: float) -> None:
        """Nothing follows from it."""
