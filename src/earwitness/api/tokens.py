"""Access tokens and page tokens: JWTs (RFC 7519) signed with the store's key."""

import json
import time
from dataclasses import dataclass
from typing import Any

import jwt

_ALGORITHM = "HS256"
_API = "api"
_PAGE = "page"
_LIST = "list"


_ESCAPED = {ord(char): f"\\u{ord(char):04x}" for char in ">?~\x7f"}
"""The ASCII characters whose last six bits base64url writes as `-` or `_`."""


class _Claims(json.JSONEncoder):
    """Writes claims so that their base64url is plain base64."""

    def encode(self, o: Any) -> str:
        return super().encode(o).translate(_ESCAPED)


class TokenError(ValueError):
    """A token is not valid; the message says why."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page token opens."""

    app_id: str
    conversation_id: str
    experience_id: str | None = None
    """Of the look that a client asked for."""
    call_score: bool = False
    """Whether the page shows how well the call went: not everybody who gets a summary is to know."""


@dataclass(frozen=True, slots=True)
class PageList:
    """What the token of a list opens."""

    app_id: str
    call_score: bool = False
    """Whether the pages show it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads tokens.

    The JavaScript SDKs read `exp` out of an access token themselves; the web SDK decodes it with
    `atob`, which knows no `-` and no `_`.
    """

    key: bytes
    ttl_s: int

    def issue(self, app_id: str, now: float | None = None) -> str:
        """Return an access token for an app."""
        issued = int(time.time() if now is None else now)
        claims = {"sub": app_id, "scope": _API, "iat": issued, "exp": issued + self.ttl_s}
        return jwt.encode(claims, self.key, _ALGORITHM, json_encoder=_Claims)

    def app_of(self, token: str) -> str:
        """Return the app that an access token was issued to.

        Raises:
            TokenError: the token is forged, expired or no access token.
        """
        claims = self._read(token, _API)
        return str(claims["sub"])

    def issue_page(
        self,
        app_id: str,
        conversation_id: str,
        *,
        experience_id: str | None = None,
        call_score: bool = False,
        lasts_s: int | None = None,
        now: float | None = None,
    ) -> str:
        """Return a token that opens the page of one conversation, by default without an end."""
        claims: dict[str, Any] = {"sub": app_id, "scope": _PAGE, "cid": conversation_id}
        if experience_id is not None:
            claims["xid"] = experience_id
        if call_score:
            claims["score"] = True
        return self._sign(claims, lasts_s, now)

    def page_of(self, token: str) -> Page:
        """Return what a page token opens.

        Raises:
            TokenError: the token is forged, expired or no page token.
        """
        claims = self._read(token, _PAGE)
        experience_id = claims.get("xid")
        return Page(
            str(claims["sub"]),
            str(claims["cid"]),
            None if experience_id is None else str(experience_id),
            claims.get("score") is True,
        )

    def issue_list(
        self, app_id: str, *, lasts_s: int, call_score: bool = False, now: float | None = None
    ) -> str:
        """Return a token that opens the list of an app's conversations, and their pages."""
        claims: dict[str, Any] = {"sub": app_id, "scope": _LIST}
        if call_score:
            claims["score"] = True
        return self._sign(claims, lasts_s, now)

    def list_of(self, token: str) -> PageList:
        """Return the app whose conversations a token lists, and how.

        Raises:
            TokenError: the token is forged, expired or meant for something else.
        """
        claims = self._read(token, _LIST)
        return PageList(str(claims["sub"]), claims.get("score") is True)

    def _sign(self, claims: dict[str, Any], lasts_s: int | None, now: float | None) -> str:
        if lasts_s is not None:
            claims = {**claims, "exp": int(time.time() if now is None else now) + lasts_s}
        return jwt.encode(claims, self.key, _ALGORITHM)

    def _read(self, token: str, scope: str) -> dict[str, object]:
        try:
            claims: dict[str, object] = jwt.decode(
                token, self.key, [_ALGORITHM], options={"require": ["sub"]}
            )
        except jwt.ExpiredSignatureError:
            what = "get a new one from /oauth2/token:generate" if scope == _API else "ask for a new link"
            raise TokenError(f"the token has expired; {what}") from None
        except jwt.InvalidTokenError:
            raise TokenError("the token is not one of this server's") from None
        if claims.get("scope") != scope:
            raise TokenError("the token is meant for something else")
        return claims
