"""Questions to the resolver: the core asks, whoever owns it answers (RFC 3263)."""

from collections.abc import Callable
from dataclasses import dataclass

from earwitness.sip.peer import Peer, Transport
from earwitness.sip.uri import SipUri

Located = Callable[[tuple[Peer, ...], float], None]
"""Called with the addresses to try in order (none when there are none) and the time."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where does this lead?"""

    host: str
    """Name or address, without brackets."""
    port: int | None = None
    transport: Transport | None = None
    """None leaves the choice to the resolver."""


def lookup_for(uri: SipUri, transport: Transport | None = None) -> Lookup:
    """Return the question for a URI; `transport` overrides what the URI asks for."""
    host = uri.parameters.get("maddr") or uri.host
    return Lookup(host.lower(), uri.port, transport or uri.transport)


class Locator:
    """Questions without an answer yet, and who waits for each."""

    def __init__(self) -> None:
        self._waiting: dict[Lookup, list[Located]] = {}
        self._asked: list[Lookup] = []

    def find(self, lookup: Lookup, then: Located) -> None:
        """Ask where `lookup` leads; `then` is called at the answer, never before this returns."""
        if lookup not in self._waiting:
            self._waiting[lookup] = []
            self._asked.append(lookup)
        self._waiting[lookup].append(then)

    def wanted(self) -> list[Lookup]:
        """Return and clear the new questions; each must be answered once."""
        asked, self._asked = self._asked, []
        return asked

    def answer(self, lookup: Lookup, peers: tuple[Peer, ...], now: float) -> None:
        """Give everyone who waits for `lookup` its addresses."""
        for then in self._waiting.pop(lookup, ()):
            then(peers, now)
