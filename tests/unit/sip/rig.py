"""A user agent on virtual time whose peer is the test, and a network that joins two of them."""

import heapq
from collections.abc import Callable
from itertools import count

from earwitness.sip.context import CallNews, Identity, Invited
from earwitness.sip.events import CallEvent, Credentials
from earwitness.sip.invite import CallRequest
from earwitness.sip.lookup import Lookup
from earwitness.sip.message import Fields, Request, Response, make_headers, reply
from earwitness.sip.peer import Outgoing, Peer, Transport
from earwitness.sip.reading import read_message
from earwitness.sip.redirect import anywhere
from earwitness.sip.uri import SipUri, read_target
from earwitness.sip.user_agent import UserAgent

OUR_HOST = "192.0.2.1"
PEER = Peer("udp", "192.0.2.2", 5060)
OFFER = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
ANSWER = OFFER.replace(b"192.0.2.1", b"192.0.2.2")
SDP = (("Content-Type", "application/sdp"),)
CONTACT = (("Contact", "<sip:bob@192.0.2.2:5060>"),)


class Rig:
    """One user agent; the test plays the network and the peer."""

    def __init__(self, *, tcp: bool = True) -> None:
        self.agent = UserAgent(Identity(5060, lambda host: OUR_HOST, tcp=tcp))
        self.now = 0.0
        self.offers: list[bytes | None] = []
        self.answer: Callable[[bytes | None], bytes] = lambda offer: OFFER
        self.peers: dict[str, tuple[Peer, ...]] = {}
        self.lookups: list[Lookup] = []
        self.outgoing: list[Outgoing] = []
        self._events: list[Invited | CallNews] = []

    def place(
        self,
        uri: str = "sip:bob@192.0.2.2",
        credentials: Credentials | None = None,
        transport: Transport | None = None,
        proxy: str | None = None,
        offer: bytes = OFFER,
        headers: tuple[tuple[str, str], ...] = (),
        may_follow: Callable[[SipUri], bool] = anywhere,
    ) -> int:
        """Call someone."""
        target = read_target(uri)
        request = CallRequest(
            target.uri,
            offer,
            self._on_offer,
            "sip:earwitness@192.0.2.1",
            headers=headers,
            transport=transport,
            proxy=read_target(proxy).uri if proxy else None,
            may_follow=may_follow,
        )
        number = self.agent.invite(request, credentials or target.credentials)
        self._pump()
        return number

    def _on_offer(self, offer: bytes | None) -> bytes:
        self.offers.append(offer)
        return self.answer(offer)

    def _pump(self) -> None:
        while True:
            lookups = self.agent.lookups_wanted()
            self.lookups += lookups
            for lookup in lookups:
                default = (Peer(lookup.transport or "udp", lookup.host, lookup.port or 5060),)
                self.agent.answer_lookup(lookup, self.peers.get(lookup.host, default), self.now)
            messages = self.agent.messages_to_send()
            self.outgoing += messages
            while (event := self.agent.next_event()) is not None:
                self._events.append(event)
            if not lookups and not messages:
                return

    def take(self) -> list[Request | Response]:
        """Return what was sent since the last call."""
        self._pump()
        outgoing, self.outgoing = self.outgoing, []
        return [message for message in (read_message(out.data) for out in outgoing) if message is not None]

    def take_peers(self) -> list[Peer]:
        """Return where it was sent since the last call."""
        self._pump()
        outgoing, self.outgoing = self.outgoing, []
        return [out.peer for out in outgoing]

    def request(self) -> Request:
        """Return the only message that was sent since the last call, a request."""
        (message,) = self.take()
        assert isinstance(message, Request)
        return message

    def response(self) -> Response:
        """Return the only message that was sent since the last call, a response."""
        (message,) = self.take()
        assert isinstance(message, Response)
        return message

    def receive(self, message: Request | Response, source: Peer = PEER) -> None:
        """Let the agent receive a message."""
        self.agent.receive(bytes(message), source, self.now)
        self._pump()

    def answer_with(
        self, request: Request, status: int, tag: str | None = "bob", fields: Fields = (), body: bytes = b""
    ) -> None:
        """Answer a request of the agent."""
        extra = [*fields, *(SDP if body else ())]
        if request.method == "INVITE" and 100 < status < 300 and not any(n == "Contact" for n, _ in extra):
            extra += CONTACT
        self.receive(reply(request, status, to_tag=tag, fields=extra, body=body))

    def advance(self, to: float) -> None:
        """Let time pass, deadline by deadline."""
        while (deadline := self.agent.next_deadline()) is not None and deadline <= to:
            self.now = max(self.now, deadline)
            self.agent.on_deadline(self.now)
            self._pump()
        self.now = to

    def invited(self) -> Invited:
        """Return the only event since the last call, an invitation."""
        self._pump()
        events, self._events = self._events, []
        (event,) = events
        assert isinstance(event, Invited)
        return event

    def events(self) -> list[CallEvent]:
        """Return what calls told since the last call."""
        self._pump()
        events, self._events = self._events, []
        return [event.event for event in events if isinstance(event, CallNews)]

    def hang_up(self, call: int, reason: str | None = None) -> None:
        """End a call."""
        self.agent.hang_up(call, reason, self.now)
        self._pump()

    def establish(self, fields: Fields = ()) -> tuple[int, Request]:
        """Place a call and have it answered; returns its number and its INVITE."""
        call = self.place()
        invite = self.request()
        self.answer_with(invite, 200, fields=fields, body=ANSWER)
        assert self.request().method == "ACK"
        self.events()
        return call, invite

    def peer_request(
        self, invite: Request, method: str, sequence: int, fields: Fields = (), body: bytes = b""
    ) -> Request:
        """Make a request of the peer inside the dialog of our INVITE that `bob` answered."""
        headers = make_headers(
            [
                ("Via", f"SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK{method}{sequence};rport"),
                ("Max-Forwards", "70"),
                ("From", f"{invite.headers['To']};tag=bob"),
                ("To", invite.headers["From"]),
                ("Call-ID", invite.call_id),
                ("CSeq", f"{sequence} {method}"),
                *(CONTACT if method in ("INVITE", "UPDATE") else ()),
                *(SDP if body else ()),
                *fields,
            ]
        )
        return Request(method, "sip:earwitness@192.0.2.1:5060", headers, body)


def peer_invite(
    fields: Fields = (), body: bytes = ANSWER, branch: str = "z9hG4bKin", cseq: int = 1
) -> Request:
    """Make an INVITE of a peer."""
    headers = make_headers(
        [
            ("Via", f"SIP/2.0/UDP 192.0.2.2:5060;branch={branch};rport"),
            ("Max-Forwards", "70"),
            ("From", "<sip:bob@192.0.2.2>;tag=bob"),
            ("To", "<sip:us@192.0.2.1>"),
            ("Call-ID", "incoming"),
            ("CSeq", f"{cseq} INVITE"),
            *CONTACT,
            *(SDP if body else ()),
            *fields,
        ]
    )
    return Request("INVITE", "sip:us@192.0.2.1", headers, body)


Fate = Callable[[int], list[float]]
"""What becomes of the n-th message: its delays in seconds; none when it is lost, two when it is doubled."""


class Network:
    """Carries messages between two user agents on virtual time."""

    def __init__(self, fate: Fate) -> None:
        self.now = 0.0
        self.hosts = {"192.0.2.1": self._agent("192.0.2.1"), "192.0.2.2": self._agent("192.0.2.2")}
        self.events: dict[str, list[Invited | CallNews]] = {host: [] for host in self.hosts}
        self._fate = fate
        self._sent = count()
        self._order = count()
        self._flying: list[tuple[float, int, str, Outgoing]] = []

    def _agent(self, host: str) -> UserAgent:
        return UserAgent(Identity(5060, lambda peer: host))

    def pump(self) -> None:
        """Take what both agents want to send."""
        for host, agent in self.hosts.items():
            while lookups := agent.lookups_wanted():
                for lookup in lookups:
                    agent.answer_lookup(lookup, (Peer("udp", lookup.host, 5060),), self.now)
            for message in agent.messages_to_send():
                for delay in self._fate(next(self._sent)):
                    heapq.heappush(self._flying, (self.now + delay, next(self._order), host, message))
            while (event := agent.next_event()) is not None:
                self.events[host].append(event)

    def run(self, until: float) -> None:
        """Let time pass."""
        while True:
            self.pump()
            deadlines = [agent.next_deadline() for agent in self.hosts.values()]
            times = [at for at in deadlines if at is not None] + [item[0] for item in self._flying[:1]]
            if not times or min(times) > until:
                self.now = until
                return
            self.now = max(self.now, min(times))
            while self._flying and self._flying[0][0] <= self.now:
                _, _, host, message = heapq.heappop(self._flying)
                self.hosts[message.peer.host].receive(message.data, Peer("udp", host, 5060), self.now)
            for agent in self.hosts.values():
                agent.on_deadline(self.now)
