"""The user agent core (RFC 3261): bytes, time and wishes in; bytes, deadlines and events out.

It owns no socket, task or clock. Whoever drives it calls `receive`, `on_deadline`, `answer_lookup`
or a verb of a call, and after each drains `lookups_wanted`, `messages_to_send` and `next_event`
and sets one timer to `next_deadline`. `now` is monotonic seconds.
"""

import logging
import re
import secrets
from collections import Counter
from functools import partial
from hashlib import blake2s

from earwitness.sip.context import ALLOW, CallNews, Context, DialogUser, Identity, Invited, new_tag
from earwitness.sip.digest import Authenticator
from earwitness.sip.events import CallEvent, Credentials, Ended
from earwitness.sip.fields import first_of_list, readable
from earwitness.sip.incoming import IncomingSession
from earwitness.sip.invite import CallRequest, OutgoingSession
from earwitness.sip.lookup import Lookup
from earwitness.sip.message import Fields, Request, Response, reply
from earwitness.sip.peer import DEFAULT_PORTS, Outgoing, Peer
from earwitness.sip.reading import MalformedMessageError, read_message
from earwitness.sip.screening import Answer, screen
from earwitness.sip.server_transaction import ServerState, ServerTransaction, server_key
from earwitness.sip.timers import TimerValues
from earwitness.sip.transaction import TransactionKey
from earwitness.sip.usage import OnOffer

logger = logging.getLogger(__name__)

_BARE_RPORT = re.compile(r";\s*rport\s*(?=;|$)", re.IGNORECASE)


class UserAgent:
    """Places and takes calls, and answers everything else by the book."""

    def __init__(self, identity: Identity, values: TimerValues | None = None) -> None:
        self.accepts_calls = False
        """Whether an INVITE becomes an `Invited` event; otherwise it gets 403."""
        self.dropped: Counter[str] = Counter()
        """Messages that were dropped, by problem."""
        self._context = Context(identity, values or TimerValues())
        self._sessions: dict[int, OutgoingSession | IncomingSession] = {}
        self._invitations: dict[TransactionKey, IncomingSession] = {}
        self._last_call = 0
        self._secret = secrets.token_bytes(16)

    # The network's side

    def receive(self, data: bytes, source: Peer, now: float) -> None:
        """Take one complete message. Never raises: what can't be used is answered or dropped."""
        try:
            message = read_message(data)
        except MalformedMessageError as error:
            self._refuse_malformed(error, source)
            return
        if isinstance(message, Response):
            self._context.transactions.receive_response(message, now)
        elif message is not None:
            self._receive_request(message, source, now)

    def answer_lookup(self, lookup: Lookup, peers: tuple[Peer, ...], now: float) -> None:
        """Answer one of `lookups_wanted`: addresses in the order to try, none when there are none."""
        self._context.locator.answer(lookup, peers, now)

    def transport_failed(self, peer: Peer, now: float) -> None:
        """Take it that nothing can be sent to `peer` (refused, unreachable, closed)."""
        self._context.transactions.transport_failed(peer, now)

    def on_deadline(self, now: float) -> None:
        """Do what is due."""
        self._context.timers.fire(now)

    def next_deadline(self) -> float | None:
        """Return when to call `on_deadline`."""
        return self._context.timers.next_deadline()

    def lookups_wanted(self) -> list[Lookup]:
        """Return the names to resolve since the last call."""
        return self._context.locator.wanted()

    def messages_to_send(self) -> list[Outgoing]:
        """Return the messages to send since the last call."""
        return self._context.transactions.messages_to_send()

    def next_event(self) -> Invited | CallNews | None:
        """Return the next event, none when there is none."""
        return self._context.events.popleft() if self._context.events else None

    # The user's side

    @property
    def calls(self) -> list[int]:
        """The calls that have not ended."""
        return list(self._sessions)

    @property
    def peers(self) -> set[Peer]:
        """Whom the calls that go on were heard of by last."""
        return {user.peer for user in self._context.dialogs.values()}

    @property
    def idle(self) -> bool:
        """Whether no call is open and no request of ours (a BYE, say) awaits its answer."""
        return not self._sessions and self._context.transactions.idle

    def call_id(self, call: int) -> str:
        """Return the Call-ID of a call that has not ended."""
        return self._sessions[call].call_id

    def invite(self, request: CallRequest, credentials: Credentials | None = None) -> int:
        """Place a call; returns its number."""
        number = self._next_number()
        authenticator = Authenticator(credentials, new_tag) if credentials is not None else None
        session = OutgoingSession(self._context, request, authenticator, partial(self._emit, number))
        self._sessions[number] = session
        session.start()
        return number

    def hang_up(self, call: int, reason: str | None, now: float) -> None:
        """End a call; harmless when it has ended."""
        if session := self._sessions.get(call):
            session.hang_up(reason, now)

    def ring(self, call: int, sdp: bytes | None, now: float) -> None:
        """Answer an incoming call with 180, or with 183 and early media."""
        if session := self._incoming(call):
            session.ring(sdp, now)

    def answer(
        self,
        call: int,
        sdp: bytes,
        on_offer: OnOffer | None,
        headers: tuple[tuple[str, str], ...],
        now: float,
    ) -> None:
        """Answer an incoming call with 200."""
        if session := self._incoming(call):
            session.on_offer = on_offer
            session.answer(sdp, headers, now)

    def reject(self, call: int, status: int, reason: str | None, now: float) -> None:
        """Refuse an incoming call."""
        if session := self._incoming(call):
            session.reject(status, reason, now)

    def _incoming(self, call: int) -> IncomingSession | None:
        session = self._sessions.get(call)
        return session if isinstance(session, IncomingSession) else None

    def _next_number(self) -> int:
        self._last_call += 1
        return self._last_call

    def _emit(self, call: int, event: CallEvent) -> None:
        self._context.events.append(CallNews(call, event))
        if isinstance(event, Ended):
            session = self._sessions.pop(call, None)
            if isinstance(session, IncomingSession):
                self._invitations.pop(session.key, None)

    # Requests from peers

    def _refuse_malformed(self, error: MalformedMessageError, source: Peer) -> None:
        logger.debug("message from %s: %s", source, error)
        if error.request is None:
            self.dropped[str(error)] += 1
            return
        response = reply(error.request, error.status, to_tag=new_tag())
        self._context.transactions.send(bytes(response), source)

    def _receive_request(self, request: Request, source: Peer, now: float) -> None:
        transactions = self._context.transactions
        peer = _stamp_via(request, source)
        known = transactions.find(request)
        if request.method == "ACK" and (known is None or known.state is ServerState.ACCEPTED):
            # With the branch of its INVITE, as peers of RFC 2543 and some others send it: RFC 6026 §7.1.
            self._take_ack(request, now)
        elif known is not None:
            known.receive_again(request, now)
        elif request.method == "CANCEL" and (invite := transactions.cancelled_by(request)) is not None:
            self._cancel(invite, request, peer, now)
        elif (user := self._dialog_of(request)) is not None:
            self._take_inside(user, request, peer, now)
        elif request.method == "INVITE" and not request.to_tag and self.accepts_calls:
            self._take_invite(request, peer, now)
        else:
            refusal = screen(request) if request.method != "CANCEL" else None
            self._answer_at_once(request, refusal or _answer_to_stranger(request), peer)

    def _answer_at_once(self, request: Request, answer: Answer, peer: Peer) -> None:
        """Answer without keeping state (§8.2.7): strangers can't fill our memory, and a forged sender gets
        one response and not eleven. The tag must be the same for each repetition.
        """
        tag = blake2s(
            "\n".join(server_key(request)).encode("utf-8", "replace"), key=self._secret, digest_size=6
        )
        response = reply(request, answer.status, to_tag=tag.hexdigest(), fields=answer.fields)
        self._context.transactions.send(bytes(response), peer)

    def _dialog_of(self, request: Request) -> DialogUser | None:
        return self._context.dialogs.get((request.call_id, request.to_tag, request.from_tag))

    def _take_ack(self, request: Request, now: float) -> None:
        user = self._dialog_of(request)
        if user is not None:
            user.take_ack(request, now)

    def _cancel(self, invite: ServerTransaction, request: Request, peer: Peer, now: float) -> None:
        transaction = self._context.transactions.accept(request, peer, now)
        _respond(transaction, 200, now)
        session = self._invitations.get(invite.key)
        if session is not None:
            session.cancelled(request, now)

    def _take_inside(self, user: DialogUser, request: Request, peer: Peer, now: float) -> None:
        if self._context.transactions.full(in_dialog=True):
            self._answer_at_once(request, Answer(503), peer)
            return
        transaction = self._context.transactions.accept(request, peer, now)
        if refusal := screen(request):
            _respond(transaction, refusal.status, now, refusal.fields)
        else:
            user.take_request(transaction, request, now)

    def _take_invite(self, request: Request, peer: Peer, now: float) -> None:
        transactions = self._context.transactions
        if refusal := screen(request):
            self._answer_at_once(request, refusal, peer)
        elif transactions.is_merged(request):
            self._answer_at_once(request, Answer(482), peer)
        elif transactions.full():
            self._answer_at_once(request, Answer(503), peer)
        else:
            self._invited(transactions.accept(request, peer, now), request, now)

    def _invited(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        number = self._next_number()
        try:
            emit = partial(self._emit, number)
            session = IncomingSession(self._context, transaction, request, emit, now)
        except ValueError as error:
            logger.debug("INVITE refused: %s", error)
            _respond(transaction, 400, now)
            return
        self._sessions[number] = session
        self._invitations[session.key] = session
        names = request.headers.keys()
        headers = {name: readable(request.headers[name]) for name in names}
        from_uri = readable(request.from_address.uri)
        self._context.events.append(Invited(number, request.uri, from_uri, session.offer, headers))


def _answer_to_stranger(request: Request) -> Answer:
    """Return what a sound request outside our dialogs gets."""
    match request.method:
        case _ if request.to_tag:
            return Answer(481)
        case "INVITE":
            return Answer(403)
        case "OPTIONS":
            return Answer(200, (("Allow", ALLOW), ("Accept", "application/sdp"), ("Supported", "timer")))
        case "MESSAGE":
            return Answer(405, (("Allow", ALLOW),))
        case "NOTIFY":
            return Answer(489)
        case _:
            return Answer(481)


def _respond(transaction: ServerTransaction, status: int, now: float, fields: Fields = ()) -> None:
    transaction.respond(reply(transaction.request, status, to_tag=new_tag(), fields=fields), now)


def _stamp_via(request: Request, source: Peer) -> Peer:
    """Note in the topmost Via where the request came from (RFC 3261 §18.2.1, RFC 3581); return where
    responses go (§18.2.2). It is always the host that sent the request, so no one else can be flooded.
    """
    via = request.via
    first, *others = request.headers.getlist("Via")
    top, rest = first_of_list(first)
    symmetric = "rport" in via.parameters
    if symmetric:
        top = _BARE_RPORT.sub(f";rport={source.port}", top)
    if symmetric or via.host != source.host:
        top += f";received={source.host}"
    request.headers.setlist("Via", [top, *([rest] if rest else []), *others])
    if source.reliable or symmetric:
        return source
    return Peer(source.transport, source.host, via.port or DEFAULT_PORTS[source.transport])
