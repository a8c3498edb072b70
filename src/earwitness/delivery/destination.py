"""Where the server may send requests that clients ask for: not into the network that it stands in.

A client could else have the server read or trigger what only the server can reach (server-side request
forgery). The address that was checked is the one that is used: a name that is resolved twice could lead
elsewhere the second time.
"""

import asyncio
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_RESOLVED_WITHIN_S = 10.0
"""How long a name may take; the system's own limit can be minutes where several name servers are silent."""

_RESOLVING_THREADS = 8
"""Of their own, as a lookup that hangs keeps its thread: the event loop's have other work to do."""

_CARRIES_IPV4 = tuple(
    map(
        ipaddress.ip_network,
        ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"),
    )
)
"""IPv6 addresses that stand for IPv4 ones, which may be private (RFC 4291, RFC 2765 §2.1, RFC 6052, RFC 8215,
RFC 3056)."""

_SITE_LOCAL = ipaddress.ip_network("fec0::/10")
"""Private addresses of old (RFC 3879 §4), which Python takes for public ones."""


class DestinationError(ValueError):
    """A URL may not be used, or its name cannot be resolved now (`retryable`)."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL whose address was checked; send the request with all three."""

    url: "httpx.URL"
    """With the address in place of the name."""
    headers: dict[str, str]
    extensions: dict[str, Any]


class Destinations:
    """Checks URLs: public addresses, and those of networks that are allowed besides."""

    def __init__(self, allowed: str = "") -> None:
        """Take networks (CIDR) that may be reached although they are private, separated by commas.

        Raises:
            ValueError: one is no network.
        """
        self._allowed: tuple[_Network, ...] = tuple(
            ipaddress.ip_network(part.strip()) for part in allowed.split(",") if part.strip()
        )
        self._threads = ThreadPoolExecutor(_RESOLVING_THREADS, "resolve")

    def close(self) -> None:
        """Resolve no more names."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def resolve(self, url: str) -> Destination:
        """Return where a URL leads.

        Raises:
            DestinationError: it leads nowhere, or to where no client may send us.
        """
        import httpx

        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, TypeError) as error:
            raise DestinationError(f"the URL cannot be read: {error}") from None
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise DestinationError("the URL must begin with http:// or https:// and name a host")
        address = await self._address_of(
            parsed.host, parsed.port or (443 if parsed.scheme == "https" else 80)
        )
        host = f"[{parsed.host}]" if ":" in parsed.host else parsed.host
        return Destination(
            parsed.copy_with(host=str(address)),
            {"Host": f"{host}:{parsed.port}" if parsed.port else host},
            {"sni_hostname": parsed.host},
        )

    async def _address_of(self, host: str, port: int) -> _Address:
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            async with asyncio.timeout(_RESOLVED_WITHIN_S):
                found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        except (OSError, UnicodeError):  # a TimeoutError is an OSError
            raise DestinationError(f"the name {host} cannot be resolved", retryable=True) from None
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        for address in addresses:
            if not self._is_allowed(address):
                raise DestinationError(
                    f"{host} is at {address}, which is no public address; "
                    "the server's owner can allow its network in EARWITNESS_URL_ALLOW"
                )
        return addresses[0]

    def _is_allowed(self, address: _Address) -> bool:
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address.version == network.version and address in network for network in self._allowed):
            return True
        never = (*_CARRIES_IPV4, _SITE_LOCAL)
        if any(address.version == network.version and address in network for network in never):
            return False
        return address.is_global and not address.is_multicast
