"""Our own API, from the client's side."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import httpx
import websockets

from earwitness.cli.errors import CliError

_TIMEOUT_S = 30.0
_PIECE_OCTETS = 1 << 20


class Client:
    """Talks to a server."""

    def __init__(self, base_url: str, token: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token
        self._headers = {"X-API-KEY": token}
        # No connection is kept, so there is nothing to close; making the TLS context is what costs.
        self._http = httpx.AsyncClient(
            timeout=_TIMEOUT_S, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def start(self, body: dict[str, Any]) -> Any:
        """Place a call."""
        return await self._ask("POST", "/v1/endpoint:connect", {"operation": "start", **body})

    async def stop(self, connection_id: str) -> Any:
        """End a call."""
        body = {"operation": "stop", "connectionId": connection_id}
        return await self._ask("POST", "/v1/endpoint:connect", body)

    async def push(self, event_url: str, event: dict[str, Any]) -> None:
        """Push a speaker event."""
        await self._ask("POST", event_url.removeprefix(self.base_url), event)

    async def get(self, path: str) -> Any:
        """Return the JSON at a path."""
        return await self._ask("GET", path)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Send JSON to a path and return the JSON of the reply."""
        return await self._ask("POST", path, body)

    async def send_recording(self, path: Path, options: Mapping[str, str]) -> Any:
        """Send a recording to be heard, as it is."""

        async def pieces() -> AsyncGenerator[bytes, None]:
            with path.open("rb") as file:
                while piece := await asyncio.to_thread(file.read, _PIECE_OCTETS):
                    yield piece

        return await self._ask("POST", "/v1/process/audio", params=options, content=pieces())

    async def frames(
        self, connection: dict[str, Any], after: int = 0
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Iterate over the frames of a call until it is complete; comes back by itself when cut off."""
        seen = after
        while True:
            url = f"{connection['resultWebSocketUrl']}?from={seen}"
            try:
                async with websockets.connect(url, additional_headers=self._headers, proxy=None) as socket:
                    async for text in socket:
                        frame = json.loads(text)
                        seen = max(seen, frame.get("sequenceNumber", 0))
                        yield frame
                return
            except websockets.ConnectionClosedError as error:
                if error.rcvd is not None and error.rcvd.code not in (1012, 1013):
                    raise CliError(f"the results socket was closed: {error}") from error
            except (OSError, websockets.InvalidHandshake) as error:
                raise CliError(f"cannot open the results socket at {url}: {error}") from error

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None, **given: Any) -> Any:
        try:
            url = self.base_url + path
            reply = await self._http.request(method, url, json=body, headers=self._headers, **given)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            why = str(error) or type(error).__name__
            raise CliError(f"cannot reach {self.base_url}: {why}; is the server running there?") from error
        try:
            answer = reply.json()
        except ValueError as error:
            raise CliError(f"{self.base_url}{path} answered {reply.status_code} without JSON") from error
        if reply.is_error:
            why = answer.get("message", answer) if isinstance(answer, dict) else answer
            raise CliError(f"{why} (HTTP {reply.status_code})")
        return answer


def remote_client(base_url: str, token: str | None) -> Client:
    """Return a client of a running server.

    Raises:
        CliError: there is no token, or one of both is none.
    """
    if not base_url.startswith(("http://", "https://")):
        raise CliError(f"--server: {base_url!r} is no base URL; write it as http://127.0.0.1:8080")
    if token is None:
        raise CliError("--server needs --token (or EARWITNESS_TOKEN); 'earwitness tokens issue' prints one")
    if not (token.isascii() and token.isprintable()):
        raise CliError("--token: this is no access token; 'earwitness tokens issue' prints one")
    return Client(base_url, token)
