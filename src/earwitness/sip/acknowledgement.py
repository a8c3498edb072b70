"""The ACK of a 2xx: a request of its own, repeated whenever the 2xx is (RFC 3261 §13.2.2.4)."""

from earwitness.sip.context import Context
from earwitness.sip.exchange import Draft, build
from earwitness.sip.message import Request
from earwitness.sip.peer import Outgoing, Peer


class Acknowledgement:
    """Finds the way once, then sends the same bytes as often as asked."""

    def __init__(self, context: Context, draft: Draft, invite: Request) -> None:
        """`invite` gives the sequence number and the credentials (§22.1)."""
        self.invite = invite
        self._context = context
        self._draft = draft
        self._asked = False
        self._outgoing: Outgoing | None = None

    def send(self) -> None:
        """Send, at once or as soon as the address is known."""
        if self._outgoing is not None:
            self._context.transactions.send(self._outgoing.data, self._outgoing.peer)
        elif not self._asked:
            self._asked = True
            self._context.locator.find(self._draft.hop, self._located)

    def _located(self, peers: tuple[Peer, ...], now: float) -> None:
        if not peers:
            # The peer repeats its 2xx: the next one asks again.
            self._asked = False
            return
        credentials = [
            (name, value)
            for name in ("Authorization", "Proxy-Authorization")
            for value in self.invite.headers.getlist(name)
        ]
        request = build(self._context, self._draft, peers[0], self.invite.cseq.sequence, credentials)
        self._outgoing = Outgoing(bytes(request), peers[0])
        self.send()
