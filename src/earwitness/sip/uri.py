"""SIP and SIPS URIs (RFC 3261 §19.1): read tolerantly from the wire, strictly from a user.

A URI from the wire is kept as text wherever it goes back on the wire, because peers compare it
byte for byte; `SipUri` says where it leads.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote, unquote

from earwitness.sip.events import Credentials
from earwitness.sip.peer import Transport, bracketed, is_numeric

MAX_LENGTH = 1000
"""Characters of a URI to call; it stands in the INVITE twice."""

_URI = re.compile(
    r"(?P<scheme>sips?):"
    r"(?:(?P<user>[^@\s<>]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9_.\-]+)"
    r"(?::(?P<port>[0-9]{1,6}))?"
    r"(?P<parameters>;[^?\s<>]*)?"
    r"(?:\?(?P<headers>[^\s<>]*))?",
    re.IGNORECASE,
)
_HOSTNAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_\-]+)*\.?")
_USER_SAFE = "-_.!~*'()&=+$,;?/%"


@dataclass(frozen=True, slots=True)
class SipUri:
    """Where a SIP URI leads."""

    scheme: str
    host: str
    """Name or address, an IPv6 address without brackets."""
    user: str | None = None
    """As written, still escaped."""
    password: str | None = field(default=None, repr=False)
    port: int | None = None
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    """Names in lower case."""
    headers: str | None = None
    """What follows `?`, as written."""

    @property
    def transport(self) -> Transport | None:
        """The transport that the URI asks for; `tls` for SIPS, none when it leaves the choice."""
        if self.scheme == "sips":
            return "tls"
        named = (self.parameters.get("transport") or "").lower()
        return cast(Transport, named) if named in ("udp", "tcp", "tls") else None

    @property
    def loose(self) -> bool:
        """Whether it names a loose router (`;lr`)."""
        return "lr" in self.parameters

    def __str__(self) -> str:
        userinfo = "" if self.user is None else self.user
        if self.password is not None:
            userinfo += ":" + self.password
        text = f"{self.scheme}:{userinfo}@" if userinfo else f"{self.scheme}:"
        text += bracketed(self.host)
        if self.port is not None:
            text += f":{self.port}"
        for name, value in self.parameters.items():
            text += f";{name}" if value is None else f";{name}={value}"
        return text if self.headers is None else f"{text}?{self.headers}"


def read_uri(text: str) -> SipUri:
    """Read a URI that a peer sent.

    Raises:
        ValueError: it is no SIP or SIPS URI.
    """
    match = _URI.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a SIP URI: {text[:80]!r}")
    user, password = match["user"], None
    if user is not None and ":" in user:
        user, password = user.split(":", 1)
    port = int(match["port"]) if match["port"] else None
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"port {port} of a SIP URI is not between 1 and 65535")
    return SipUri(
        scheme=match["scheme"].lower(),
        host=match["host"].strip("[]"),
        user=user,
        password=password,
        port=port,
        parameters=_parameters(match["parameters"]),
        headers=match["headers"],
    )


def _parameters(text: str | None) -> Mapping[str, str | None]:
    found: dict[str, str | None] = {}
    for part in (text or "").split(";"):
        name, equals, value = part.partition("=")
        if name:
            found[name.lower()] = value if equals else None
    return found


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to call, as a user wrote it, without the password."""

    uri: SipUri
    credentials: Credentials | None = None
    """From `sip:user:password@host`."""


def read_target(text: str) -> Target:
    """Read whom to call, written by a user.

    Characters that may not stand in a user part (`#` of a dial string) are escaped.

    Raises:
        ValueError: what is wrong with the URI and what to write instead.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a SIP URI of {len(text)} characters is too long; use at most {MAX_LENGTH}")
    if any(ord(char) < 0x21 or ord(char) == 0x7F for char in text):
        raise ValueError("a SIP URI may not hold spaces or control characters; remove them")
    if text.lower().startswith("tel:"):
        raise ValueError("a tel: URI needs a trunk; write sip:NUMBER@TRUNK-HOST instead")
    scheme, colon, rest = text.partition(":")
    if not colon or scheme.lower() not in ("sip", "sips"):
        raise ValueError(f"{text[:80]!r} is no SIP URI; write sip:USER@HOST or sip:USER@HOST:PORT")
    userinfo, at, place = rest.rpartition("@")
    user, colon, password = userinfo.partition(":")
    try:
        uri = read_uri(f"{scheme}:{place}")
    except ValueError as error:
        raise ValueError(f"{place[:80]!r} is no host of a SIP URI; write sip:USER@HOST[:PORT]") from error
    if not is_numeric(uri.host) and not _HOSTNAME.fullmatch(uri.host):
        raise ValueError(f"{uri.host[:80]!r} is neither a host name nor an IP address")
    if uri.headers is not None:
        raise ValueError("a SIP URI to call may not carry headers; remove everything from '?' on")
    transport = uri.parameters.get("transport")
    if "transport" in uri.parameters and (transport or "").lower() not in ("udp", "tcp", "tls"):
        raise ValueError(f"transport {transport!r} is not known; use ;transport=udp or ;transport=tcp")
    user = quote(user, safe=_USER_SAFE)
    clean = SipUri(uri.scheme, uri.host, user if at else None, None, uri.port, uri.parameters)
    credentials = Credentials(unquote(user), unquote(password)) if colon else None
    return Target(clean, credentials)
