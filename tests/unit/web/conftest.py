"""The application with its pages, reached without a socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.pages import Site, open_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as site:
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://calls.example:8080") as client:
        yield client
