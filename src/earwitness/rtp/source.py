"""Whose packets are heard: symmetric RTP that cannot be stolen.

Behind a NAT the peer's packets come from another address than its session description says, so the first
source is accepted and answered. An attacker who floods our ports must not become that source (CVE-2025-53399,
AST-2017-005), so learning is short and has an order of trust: the described address always wins; its host on
another port wins over other hosts; and `LEARNING_S` after the first packet nobody else is let in until the
signalling says that the media moved.
"""

from collections.abc import Hashable

LEARNING_S = 5.0
QUALIFYING_PACKETS = 3
"""Our own media follows a learned source only after this many packets, so one forged packet moves nothing."""

Address = tuple[str, int]


class SourceGuard:
    """Decides for one leg which source addresses are the peer's."""

    def __init__(self, host: str, port: int) -> None:
        self.strangers = 0
        """Packets turned away."""
        self.described: Address = (host, port)
        self._current: Address | None = None
        self._trust = 0
        self._packets = 0
        self._closes_at: float | None = None
        """When learning ends; None before the first packet."""
        self._accepted: Hashable = None
        """The socket's own form of the current address: the common case is one comparison."""

    @property
    def destination(self) -> Address:
        """Where our packets go."""
        if self._current is not None and self._packets >= QUALIFYING_PACKETS:
            return self._current
        return self.described

    def move(self, host: str, port: int) -> None:
        """The signalling gives another address: learn anew. The same address again changes nothing."""
        if (host, port) == self.described:
            return
        self.described = (host, port)
        self._current = self._closes_at = self._accepted = None
        self._trust = self._packets = 0

    def accepts(self, address: tuple[str, int] | tuple[str, int, int, int], now: float) -> bool:
        """Tell whether a well-formed packet from `address`, as the socket gives it, is the peer's."""
        if address == self._accepted:
            self._packets += 1
            return True
        source = address[0], address[1]
        trust = self._trust_of(source)
        if self._closes_at is None:
            self._closes_at = now + LEARNING_S
        elif not self._may_take_over(trust, now, self._closes_at):
            self.strangers += 1
            return False
        self._current, self._accepted, self._trust = source, address, trust
        # The described address needs no proof.
        self._packets = QUALIFYING_PACKETS if trust == 2 else 1
        return True

    def _may_take_over(self, trust: int, now: float, closes_at: float) -> bool:
        if trust == 2:
            return True
        if now >= closes_at or trust < self._trust:
            return False
        return trust > self._trust or self._packets < QUALIFYING_PACKETS

    def _trust_of(self, source: Address) -> int:
        if source == self.described:
            return 2
        return 1 if source[0] == self.described[0] else 0
