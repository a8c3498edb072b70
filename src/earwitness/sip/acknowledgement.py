"""The ACK of a 2xx: a request of its own, repeated whenever the 2xx is (RFC 3261 §13.2.2.4)."""

from earwitness.sip.context import Context
from earwitness.sip.digest import Authenticator
from earwitness.sip.exchange import Draft, build, trusted
from earwitness.sip.message import Request
from earwitness.sip.peer import Outgoing, Peer


class Acknowledgement:
    """Finds the way once, then sends the same bytes as often as asked."""

    def __init__(
        self, context: Context, draft: Draft, invite: Request, authenticator: Authenticator | None
    ) -> None:
        """`invite` gives the sequence number and the credentials (§22.1), which go to whom they are for."""
        self.invite = invite
        self._context = context
        self._draft = draft
        self._authenticator = authenticator
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
        credentials = self._credentials(peers[0])
        request = build(self._context, self._draft, peers[0], self.invite.cseq.sequence, credentials)
        self._outgoing = Outgoing(bytes(request), peers[0])
        self.send()

    def _credentials(self, peer: Peer) -> list[tuple[str, str]]:
        if self._authenticator is None or not trusted(self._authenticator, self._draft, peer):
            return []
        return [
            (name, value)
            for name in ("Authorization", "Proxy-Authorization")
            for value in self.invite.headers.getlist(name)
        ]
