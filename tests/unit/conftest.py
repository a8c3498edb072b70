"""What several rooms are tested with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.pages import Site, open_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """The application with its pages."""
    async with open_site(tmp_path) as site:
        yield site
