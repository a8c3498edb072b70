"""A store in a temporary file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from earwitness.store.store import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "earwitness.db") as opened:
        yield opened
