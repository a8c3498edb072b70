"""A server with stored conversations, asked by plain HTTP."""

from collections.abc import AsyncIterator

import httpx
import pytest

from earwitness.server import Server
from earwitness.testing.scripted import ScriptedRecognizer
from tests.support.server import APP, running_server
from tests.support.stored import Stored, http_of, store_conversation


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Lets fixtures of a module share the event loop of its tests."""
    return "asyncio"


@pytest.fixture(scope="module")
async def server(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    home = tmp_path_factory.mktemp("home")
    async with running_server(home, ScriptedRecognizer({"in": []}), **APP) as server:
        yield server


@pytest.fixture
async def http(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with http_of(server.url, server.tokens.issue(APP["app_id"])) as http:
        yield http


@pytest.fixture
async def stored(server: Server, http: httpx.AsyncClient) -> Stored:
    return Stored(await store_conversation(server.store, APP["app_id"]), http)
