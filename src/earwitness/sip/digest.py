"""Digest authentication of a client (RFC 3261 §22, RFC 7616, RFC 8760)."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from earwitness.sip.events import Credentials
from earwitness.sip.fields import quoted, unquoted
from earwitness.sip.message import Response

ALGORITHMS: Mapping[str, str] = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}
"""Digest algorithms to hashlib's names, strongest first; challenges with others are passed over."""
_STRENGTH = list(ALGORITHMS)

_PARAMETER = re.compile(r'([A-Za-z0-9_\-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,]*)', re.DOTALL)
_ANSWERED_BY = {"WWW-Authenticate": "Authorization", "Proxy-Authenticate": "Proxy-Authorization"}
_MAX_REJECTIONS = 2
"""Refusals of one realm in a row; some PBXs renew the nonce without saying `stale`."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A digest challenge that can be answered."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    qop: bool = False
    """Whether `qop=auth` is offered; without it the older computation of RFC 2069 applies."""
    opaque: str | None = None
    stale: bool = False


def read_challenge(value: str) -> Challenge | None:
    """Read one `WWW-Authenticate` or `Proxy-Authenticate` value; none when it can't be answered."""
    words = value.split(maxsplit=1)
    if len(words) != 2 or words[0].lower() != "digest":
        return None
    found = {m[1].lower(): unquoted(m[2]) for m in _PARAMETER.finditer(words[1])}
    algorithm = found.get("algorithm", "MD5").upper()
    qop = [option.strip().lower() for option in found.get("qop", "").split(",") if option.strip()]
    if algorithm not in ALGORITHMS or "nonce" not in found or (qop and "auth" not in qop):
        return None
    stale = found.get("stale", "").lower() == "true"
    return Challenge(found.get("realm", ""), found["nonce"], algorithm, bool(qop), found.get("opaque"), stale)


def digest_response(
    challenge: Challenge, credentials: Credentials, method: str, uri: str, nc: int, cnonce: str
) -> str:
    """Return the `response` value (RFC 7616 §3.4.1)."""

    def digest(text: str) -> str:
        # A realm or nonce in another encoding counts by the bytes that the peer sent (RFC 7616 §4).
        data = text.encode("utf-8", "surrogateescape")
        return hashlib.new(ALGORITHMS[challenge.algorithm], data).hexdigest()

    secret = digest(f"{credentials.username}:{challenge.realm}:{credentials.password}")
    request = digest(f"{method}:{uri}")
    if challenge.qop:
        return digest(f"{secret}:{challenge.nonce}:{nc:08x}:{cnonce}:auth:{request}")
    return digest(f"{secret}:{challenge.nonce}:{request}")


@dataclass(slots=True)
class _Space:
    """A protection space that has challenged us."""

    challenge: Challenge
    nc: int = 0
    rejections: int = 0


class Authenticator:
    """Answers the challenges of one call with one set of credentials.

    They are meant for whom the call goes to first. Whoever else comes into it, by a redirection or a Contact,
    could ask with a realm and nonce of its choice (RFC 3261 §26.1), and gets nothing.
    """

    def __init__(self, credentials: Credentials, new_cnonce: Callable[[], str]) -> None:
        self._credentials = credentials
        self._new_cnonce = new_cnonce
        self._spaces: dict[tuple[str, str], _Space] = {}
        self._servers: frozenset[str] = frozenset()

    def introduce(self, hosts: Iterable[str]) -> None:
        """Note the names and addresses of whom the credentials are for; only the first ones count."""
        self._servers = self._servers or frozenset(hosts)

    def trusts(self, host: str) -> bool:
        """Tell whether the credentials are for this name or address."""
        return host in self._servers

    def learn(self, response: Response) -> bool:
        """Take the challenges of a 401 or 407; tell whether another attempt makes sense."""
        learned = False
        for header, answer in _ANSWERED_BY.items():
            for challenge in _strongest(response.headers.getlist(header)):
                key = (answer, challenge.realm)
                known = self._spaces.get(key)
                rejections = known.rejections + 1 if known and not challenge.stale else 0
                refused = known is not None and known.challenge.nonce == challenge.nonce
                if (refused and not challenge.stale) or rejections >= _MAX_REJECTIONS:
                    return False
                self._spaces[key] = _Space(challenge, rejections=rejections)
                learned = True
        return learned

    def accepted(self) -> None:
        """Note that the credentials were good, so that an expired nonce may be renewed later."""
        for space in self._spaces.values():
            space.rejections = 0

    def fields(self, method: str, uri: str) -> list[tuple[str, str]]:
        """Return the header fields that answer every challenge so far; each use counts `nc` up."""
        return [(header, self._answer(space, method, uri)) for (header, _), space in self._spaces.items()]

    def _answer(self, space: _Space, method: str, uri: str) -> str:
        challenge = space.challenge
        space.nc += 1
        cnonce = self._new_cnonce()
        response = digest_response(challenge, self._credentials, method, uri, space.nc, cnonce)
        parts = [
            f"username={quoted(self._credentials.username)}",
            f"realm={quoted(challenge.realm)}",
            f"nonce={quoted(challenge.nonce)}",
            f"uri={quoted(uri)}",
            f'response="{response}"',
            f"algorithm={challenge.algorithm}",
        ]
        if challenge.qop:
            parts += [f'cnonce="{cnonce}"', "qop=auth", f"nc={space.nc:08x}"]
        if challenge.opaque is not None:
            parts.append(f"opaque={quoted(challenge.opaque)}")
        return "Digest " + ", ".join(parts)


def _strongest(values: list[str]) -> list[Challenge]:
    """Return the strongest answerable challenge of each realm; the first wins among equals."""
    best: dict[str, Challenge] = {}
    for challenge in filter(None, map(read_challenge, values)):
        rival = best.get(challenge.realm)
        if rival is None or _rank(challenge) < _rank(rival):
            best[challenge.realm] = challenge
    return list(best.values())


def _rank(challenge: Challenge) -> int:
    return _STRENGTH.index(challenge.algorithm)
