"""Settings and the store for commands that work on the home folder."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from earwitness.settings import Settings, load_settings
from earwitness.store.store import Store


def settings_for(home: Path | None, config: Path | None, given: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings with what the command line says on top."""
    return load_settings({**(given or {}), "home": home}, config=config)


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """Open the store of the settings; a server may be using it too."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = await Store.open(settings.database_url or settings.home / "earwitness.db")
    try:
        yield store
    finally:
        await store.aclose()
