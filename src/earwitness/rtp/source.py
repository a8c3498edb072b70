"""Whose packets are heard: symmetric RTP that cannot be stolen (RFC 7362 §4).

Behind a NAT the peer's packets come from another address than its session description says, so the source is
learned and answered. An attacker who floods our ports must not become that source (CVE-2025-53399,
AST-2017-005), and whoever sends a stray packet must not keep the peer out:

- A source is *sure* after `QUALIFYING_PACKETS` packets, the described address after one. Until one is sure,
  all are heard. Then the others are turned away, until one of them has as many packets and may succeed it.
- That may the described address at any time, and its host on another port while we learn.
- After `SILENT_S` without a packet anybody may while we learn, and later the same host on another port: a NAT
  forgets what is not used.
- We learn until the sure source is still heard `LEARNING_S` after it became sure, and for as long again
  whenever the signalling describes the media.
"""

import socket
from collections.abc import Hashable

LEARNING_S = 5.0
SILENT_S = 5.0
QUALIFYING_PACKETS = 3
"""Our own media follows a learned source only after this many packets, so one forged packet moves nothing."""
EARLY_S = 2.0
"""What came so long before the answer is heard, for signalling may take longer (RFC 3264 §5.1), but teaches
nothing."""
_STILL_COMING_S = 1.0
"""For so long after the media moved, packets of the source before are under way, and teach nothing either."""
_TOGETHER_S = 1.0
"""Packets that make a source sure are not further apart than this."""
_MOST_CANDIDATES = 64
"""Sources that are not sure yet; of more, the one that came first is forgotten."""

Address = tuple[str, int]
SocketAddress = tuple[str, int] | tuple[str, int, int, int]


class SourceGuard:
    """Decides for one leg which source addresses are the peer's."""

    def __init__(self, host: str, port: int, since: float = float("-inf")) -> None:
        """Guard from `since` on, for a peer that is described by an IP address and a port."""
        self.strangers = 0
        """Packets turned away."""
        self.described: Address = (_as_sockets_give(host), port)
        self._since = since
        self._sure: Address | None = None
        self._accepted: Hashable = None
        """The socket's own form of it: the common case is one comparison."""
        self._trust = 0
        self._heard_at = since
        self._learning_until = since
        self._candidates: dict[Address, tuple[int, float]] = {}
        """Packets in a row of others, and when the last of them came."""
        self._former: Address | None = None
        self._former_until = since

    @property
    def destination(self) -> Address:
        """Where our packets go."""
        return self._sure or self.described

    def move(self, host: str, port: int, now: float) -> None:
        """The signalling describes the media: learn for a while, from the beginning where they have moved."""
        self._learning_until = now + LEARNING_S
        self._candidates.clear()
        described = _as_sockets_give(host), port
        if described != self.described:
            self.described = described
            self._former, self._former_until = self._sure, now + _STILL_COMING_S
            self._sure = self._accepted = None

    def is_host(self, address: SocketAddress) -> bool:
        """Tell whether this is the peer's host, on whatever port."""
        host = _without_scope(address[0])
        return host == self.described[0] or (self._sure is not None and host == _without_scope(self._sure[0]))

    def accepts(self, address: SocketAddress, now: float, *, learning: bool = True) -> bool:
        """Tell whether a well-formed packet from `address`, as the socket gives it, is the peer's.

        With `learning` off, as where nothing is expected to come, nobody becomes sure.
        """
        if address == self._accepted:
            self._heard_at = now
            return True
        if now < self._since:
            accepted = now >= self._since - EARLY_S
        else:
            accepted = self._accepts_other(address, now, learning=learning)
        self.strangers += not accepted
        return accepted

    def _accepts_other(self, address: SocketAddress, now: float, *, learning: bool) -> bool:
        source = address[0], address[1]
        trust = self._trust_of(source)
        if self._sure is None:
            if learning and not self._is_former(source, trust, now) and self._qualifies(source, trust, now):
                self._learn(source, address, trust, now)
            return True
        if not (learning and self._may_succeed(self._sure, source, trust, now)):
            return False
        # Against one that is sure even the described address has to prove itself: a packet is soon forged.
        if not self._qualifies(source, 0, now):
            return False
        self._learn(source, address, trust, now)
        return True

    def _may_succeed(self, sure: Address, source: Address, trust: int, now: float) -> bool:
        learns = self._heard_at < self._learning_until
        if trust > self._trust and (trust == 2 or learns):
            return True
        return now - self._heard_at >= SILENT_S and (learns or source[0] == sure[0])

    def _is_former(self, source: Address, trust: int, now: float) -> bool:
        return trust < 2 and source == self._former and now < self._former_until

    def _qualifies(self, source: Address, trust: int, now: float) -> bool:
        count, last_at = self._candidates.pop(source, (0, now))
        count = count + 1 if now - last_at <= _TOGETHER_S else 1
        if trust == 2 or count >= QUALIFYING_PACKETS:
            return True
        if len(self._candidates) >= _MOST_CANDIDATES:
            del self._candidates[next(iter(self._candidates))]
        self._candidates[source] = count, now
        return False

    def _learn(self, source: Address, address: SocketAddress, trust: int, now: float) -> None:
        self._sure, self._accepted, self._trust = source, address, trust
        self._heard_at, self._learning_until = now, now + LEARNING_S
        self._candidates.clear()

    def _trust_of(self, source: Address) -> int:
        host = _without_scope(source[0])
        if host != self.described[0]:
            return 0
        return 2 if source[1] == self.described[1] else 1


def _without_scope(host: str) -> str:
    """Leave out the scope that sockets add to the address of a link (RFC 4007 §11)."""
    return host.partition("%")[0]


def _as_sockets_give(host: str) -> str:
    """Write an address as sockets do: IPv6 has many forms (RFC 5952 §4)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.inet_ntop(family, socket.inet_pton(family, _without_scope(host)))
