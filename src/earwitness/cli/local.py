"""Settings and the store for commands that work on the home folder."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from earwitness.cli.errors import CliError
from earwitness.settings import Settings, load_settings
from earwitness.store.store import Store


def settings_for(home: Path | None, config: Path | None, given: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings with what the command line says on top."""
    return load_settings({**(given or {}), "home": home}, config=config)


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """Open the store of the settings; a server may be using it too.

    Raises:
        CliError: the home folder cannot be made.
        StoreError: the database cannot be opened.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CliError(
            f"cannot use {settings.home} as home folder: {error.strerror}; choose another with --home"
        ) from error
    store = await Store.open(settings.database_url or settings.home / "earwitness.db")
    try:
        yield store
    finally:
        await store.aclose()
