from collections.abc import AsyncIterator

import pytest

from tests.support.live import Busy, busy_server


@pytest.fixture(scope="module")
async def busy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Busy]:
    """A server with a call in the background that must not notice what is done to the others."""
    async with busy_server(tmp_path_factory.mktemp("busy")) as busy:
        yield busy
