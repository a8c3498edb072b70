"""Access tokens and page tokens: JWTs (RFC 7519) signed with the store's key."""

import json
import time
from dataclasses import dataclass
from typing import Any

import jwt

_ALGORITHM = "HS256"
_API = "api"
_PAGE = "page"


_ESCAPED = {ord(char): f"\\u{ord(char):04x}" for char in ">?~\x7f"}
"""The ASCII characters whose last six bits base64url writes as `-` or `_`."""


class _Claims(json.JSONEncoder):
    """Writes claims so that their base64url is plain base64."""

    def encode(self, o: Any) -> str:
        return super().encode(o).translate(_ESCAPED)


class TokenError(ValueError):
    """A token is not valid; the message says why."""


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

    def issue_page(self, app_id: str, conversation_id: str) -> str:
        """Return a token that opens the summary page of one conversation, without an end."""
        return jwt.encode({"sub": app_id, "scope": _PAGE, "cid": conversation_id}, self.key, _ALGORITHM)

    def page_of(self, token: str) -> tuple[str, str]:
        """Return the app and the conversation that a page token opens.

        Raises:
            TokenError: the token is forged or no page token.
        """
        claims = self._read(token, _PAGE)
        return str(claims["sub"]), str(claims["cid"])

    def _read(self, token: str, scope: str) -> dict[str, object]:
        try:
            claims: dict[str, object] = jwt.decode(
                token, self.key, [_ALGORITHM], options={"require": ["sub"]}
            )
        except jwt.ExpiredSignatureError:
            raise TokenError("the token has expired; get a new one from /oauth2/token:generate") from None
        except jwt.InvalidTokenError:
            raise TokenError("the token is not one of this server's") from None
        if claims.get("scope") != scope:
            raise TokenError("the token is meant for something else")
        return claims
