"""Finding the servers of a SIP URI (RFC 3263): NAPTR, then SRV, then addresses.

NAPTR and SRV come from DNS, addresses from the system's resolver, which knows /etc/hosts too.
All first questions are asked at once, because a call waits for them.
"""

import asyncio
import logging
import random
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import dns.asyncresolver
    from dns.rdtypes.IN.NAPTR import NAPTR
    from dns.rdtypes.IN.SRV import SRV

from earwitness.sip.lookup import Lookup
from earwitness.sip.peer import DEFAULT_PORTS, Peer, Transport, is_numeric

logger = logging.getLogger(__name__)

MAX_PEERS = 8
"""Addresses tried for one request."""
TIMEOUT_S = 4.0
"""For one question to DNS."""

_SERVICES: dict[str, Transport] = {"SIP+D2U": "udp", "SIP+D2T": "tcp"}


@dataclass(frozen=True, slots=True)
class Service:
    """A NAPTR record that names a SIP service."""

    order: int
    preference: int
    transport: Transport
    name: str
    """The SRV name to ask next."""


@dataclass(frozen=True, slots=True)
class Server:
    """An SRV record."""

    priority: int
    weight: int
    port: int
    host: str


class Names(Protocol):
    """What the resolver asks; each returns nothing when there is no such record or no answer."""

    async def services(self, domain: str) -> Sequence[Service]:
        """NAPTR records of a domain."""

    async def servers(self, name: str) -> Sequence[Server]:
        """SRV records of a name."""

    async def addresses(self, host: str) -> Sequence[str]:
        """Addresses of a host."""


def located_at_once(lookup: Lookup) -> tuple[Peer, ...] | None:
    """Return the answer that needs no question: the host is an address; else none."""
    if not is_numeric(lookup.host):
        return None
    transport = lookup.transport or "udp"
    return (Peer(transport, lookup.host, lookup.port or DEFAULT_PORTS[transport]),)


async def locate(lookup: Lookup, names: Names) -> tuple[Peer, ...]:
    """Return where to send, in the order to try (RFC 3263 §4.1, §4.2)."""
    if (peers := located_at_once(lookup)) is not None:
        return peers
    if lookup.port is not None:
        return await _peers_of_host(lookup.host, lookup.port, lookup.transport or "udp", names)
    transports: tuple[Transport, ...] = (lookup.transport,) if lookup.transport else ("udp", "tcp")
    services, plain, srv = await asyncio.gather(
        names.services(lookup.host) if lookup.transport is None else _nothing(),
        names.addresses(lookup.host),
        asyncio.gather(*(names.servers(_srv_name(lookup.host, transport)) for transport in transports)),
    )
    found: list[Peer] = []
    for service in sorted(services, key=lambda s: (s.order, s.preference)):
        found += await _peers_of_servers(await names.servers(service.name), service.transport, names)
    if not found:
        for transport, servers in zip(transports, srv, strict=True):
            found += await _peers_of_servers(servers, transport, names)
    if not found:
        transport = lookup.transport or "udp"
        found = [Peer(transport, address, DEFAULT_PORTS[transport]) for address in plain]
    return tuple(dict.fromkeys(found))[:MAX_PEERS]


async def _nothing() -> Sequence[Service]:
    return ()


def _srv_name(domain: str, transport: Transport) -> str:
    return f"_sips._tcp.{domain}" if transport == "tls" else f"_sip._{transport}.{domain}"


async def _peers_of_servers(servers: Sequence[Server], transport: Transport, names: Names) -> list[Peer]:
    found: list[Peer] = []
    for server in in_order(servers)[:MAX_PEERS]:
        found += await _peers_of_host(server.host, server.port, transport, names)
    return found


async def _peers_of_host(host: str, port: int, transport: Transport, names: Names) -> tuple[Peer, ...]:
    addresses = [host] if is_numeric(host) else await names.addresses(host)
    return tuple(Peer(transport, address, port) for address in addresses)


def in_order(servers: Sequence[Server]) -> list[Server]:
    """Return the servers as they are to be tried: by priority, then at random by weight (RFC 2782)."""
    ordered: list[Server] = []
    for priority in sorted({server.priority for server in servers}):
        left = [server for server in servers if server.priority == priority]
        while left:
            # A weight of 0 still has a small chance.
            chosen = random.choices(left, [server.weight or 0.1 for server in left])[0]
            left.remove(chosen)
            ordered.append(chosen)
    return [server for server in ordered if server.host]


class SystemNames:
    """Asks the DNS servers and the resolver of this machine."""

    def __init__(self) -> None:
        self._resolver: dns.asyncresolver.Resolver | None = None

    async def services(self, domain: str) -> Sequence[Service]:
        """NAPTR records that lead to SRV names of transports we have."""
        records = cast("list[NAPTR]", await self._ask(domain, "NAPTR"))
        found = []
        for record in records:
            transport = _SERVICES.get(record.service.decode("ascii", "replace").upper())
            if transport is not None and record.flags.lower() == b"s":
                name = record.replacement.to_text(omit_final_dot=True)
                found.append(Service(record.order, record.preference, transport, name))
        return found

    async def servers(self, name: str) -> Sequence[Server]:
        """SRV records; a target of `.` says that there is no such service."""
        records = cast("list[SRV]", await self._ask(name, "SRV"))
        return [
            Server(record.priority, record.weight, record.port, record.target.to_text(omit_final_dot=True))
            for record in records
            if record.target.to_text() != "."
        ]

    async def addresses(self, host: str) -> Sequence[str]:
        """IPv4 addresses before IPv6 ones, as most SIP peers are reached by the former."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
        except (OSError, UnicodeError) as error:
            logger.debug("no address of %s: %s", host, error)
            return []
        pairs = sorted((family != socket.AF_INET, str(address[0])) for family, _, _, _, address in found)
        return list(dict.fromkeys(address for _, address in pairs))

    async def _ask(self, name: str, kind: str) -> list[object]:
        import dns.asyncresolver  # here, as most servers never need it and starting has to be quick
        import dns.exception
        import dns.resolver

        try:
            if self._resolver is None:
                self._resolver = dns.asyncresolver.Resolver()
                self._resolver.cache = dns.resolver.LRUCache(1000)
            answer = await self._resolver.resolve(name, kind, lifetime=TIMEOUT_S)
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            logger.debug("no %s of %s: %s", kind, name, error)
            return []
        return list(answer)
