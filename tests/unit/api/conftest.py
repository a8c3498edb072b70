from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.pages import Site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site.app)
    headers = {"X-API-KEY": site.tokens.issue(site.app_id)}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://calls.example/v1/manage", headers=headers
    ) as client:
        yield client
