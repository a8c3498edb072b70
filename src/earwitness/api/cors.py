"""Cross-origin requests of browsers (Fetch standard §3.2), on every path and every reply."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"content-type, x-api-key, authorization, accept"),
    (b"access-control-max-age", b"86400"),
)


class Cors:
    """ASGI middleware; must be the outermost so that errors carry the header too.

    Starlette's own middleware answers a preflight with 200 and only where it knows the headers
    asked for; the clients of this contract expect 204 on any path.
    """

    def __init__(self, app: ASGIApp, origins: str = "*") -> None:
        self._app = app
        self._any = origins.strip() == "*"
        self._origins = {origin.strip().rstrip("/") for origin in origins.split(",")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or add the header to the reply of the application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
        allowed = "*" if self._any else origin if origin in self._origins else None

        async def send_with_origin(message: Message) -> None:
            if message["type"] == "http.response.start" and allowed is not None:
                headers = MutableHeaders(scope=message)
                headers["access-control-allow-origin"] = allowed
                headers["access-control-expose-headers"] = "retry-after"
                if not self._any:
                    headers.append("vary", "origin")
            await send(message)

        if scope["method"] == "OPTIONS":
            await send_with_origin(
                {"type": "http.response.start", "status": 204, "headers": list(_PREFLIGHT)}
            )
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, send_with_origin)
