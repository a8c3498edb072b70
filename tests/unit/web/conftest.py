"""The pages, reached without a socket."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.pages import Site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://calls.example:8080") as client:
        yield client
