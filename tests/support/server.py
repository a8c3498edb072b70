"""A real server in the test's own process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from earwitness.cli.client import Client
from earwitness.server import Server
from earwitness.settings import Settings
from earwitness.speech.seams import Recognizer

APP: dict[str, Any] = {"app_id": "1f" * 32, "app_secret": "2e" * 64}
"""Settings that preset an app whose id and secret are as long as Symbl's."""


@asynccontextmanager
async def running_server(
    home: Path, recognizer: Recognizer | None = None, **settings: Any
) -> AsyncIterator[Server]:
    """Run a server on free loopback ports until the block ends; calls can be placed at once."""
    values = {"home": home, "port": 0, "sip_host": "127.0.0.1", "rtp_ports": "42000-46999", **settings}
    async with Server(Settings.model_validate(values), recognizer) as server:
        await server.recognizer.wait()
        yield server


async def client_of(server: Server) -> Client:
    """Return a client of the server's first app."""
    app = (await server.store.apps.listing())[0]
    return Client(server.url, server.tokens.issue(app.id))


def credentials(server: Server) -> dict[str, Any]:
    """Return what a client program needs to reach a server with a preset app."""
    return {
        "base": server.url,
        "appId": server.settings.app_id,
        "appSecret": server.settings.app_secret,
    }
