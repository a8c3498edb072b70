"""A server whose recogniser hears one sentence in every call, and a far end that waits to be hung up."""

from collections.abc import AsyncIterator

import numpy as np
import pytest

from earwitness.server import Server
from earwitness.testing.callee import Callee
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.server import APP, client_of, running_server

SENTENCE = Line(0.1, 0.4, "I will send the report by Friday.")


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Lets fixtures of a module share the event loop of its tests."""
    return "asyncio"


@pytest.fixture(scope="module")
async def far_end(anyio_backend: str) -> AsyncIterator[Callee]:
    async with Callee(np.zeros(16_000, np.int16), stays=True) as callee:
        yield callee


@pytest.fixture(scope="module")
async def server(
    anyio_backend: str, tmp_path_factory: pytest.TempPathFactory, far_end: Callee
) -> AsyncIterator[Server]:
    home = tmp_path_factory.mktemp("home")
    trunk = far_end.uri.replace("callee", "{number}")
    recognizer = ScriptedRecognizer({"in": [SENTENCE]})
    async with running_server(home, recognizer, trunk=trunk, **APP) as server:
        yield server


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    """An access token of the server's app."""
    return server.tokens.issue(APP["app_id"])


@pytest.fixture(scope="module")
async def connection_id(server: Server, far_end: Callee) -> AsyncIterator[str]:
    """Of a call that lasts as long as the module's tests."""
    client = await client_of(server)
    started = await client.start({"endpoint": {"type": "sip", "uri": far_end.uri}})
    yield started["connectionId"]
    await client.stop(started["connectionId"])
