"""Apps, their secrets and the signing key."""

from pathlib import Path

import pytest

from earwitness.store.store import Store

SECRET = "0123456789abcdef" * 2


async def test_a_made_app_has_long_random_parts_and_verifies(store: Store) -> None:
    app, other = await store.apps.create("Mine"), await store.apps.create("Other")

    assert (len(app.id), len(app.secret)) == (64, 128)
    assert app.id != other.id
    assert await store.apps.verify(app.id, app.secret)
    assert not await store.apps.verify(app.id, other.secret)
    assert not await store.apps.verify("nobody", app.secret)
    assert not await store.apps.verify(app.id, "")


async def test_a_preset_app_can_be_set_again_and_its_secret_changed(store: Store) -> None:
    await store.apps.create("Preset", app_id="preset", secret=SECRET)
    await store.apps.create("Preset", app_id="preset", secret=SECRET)
    assert await store.apps.verify("preset", SECRET)

    await store.apps.create("Renamed", app_id="preset", secret=SECRET[::-1])
    assert not await store.apps.verify("preset", SECRET)
    assert await store.apps.verify("preset", SECRET[::-1])
    assert [app.name for app in await store.apps.listing()] == ["Renamed"]


async def test_a_removed_app_is_gone(store: Store) -> None:
    app = await store.apps.create("Mine")
    assert await store.apps.has(app.id)
    assert await store.apps.remove(app.id)
    assert not await store.apps.has(app.id)
    assert not await store.apps.verify(app.id, app.secret)


async def test_short_secrets_and_empty_ids_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match=r"31 characters.*at least 32"):
        await store.apps.create("Preset", app_id="preset", secret=SECRET[:31])
    with pytest.raises(ValueError, match="app id is empty"):
        await store.apps.create("Preset", app_id=" ", secret=SECRET)
    assert await store.apps.listing() == []


async def test_secrets_are_not_in_the_database(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "earwitness.db") as store:
        app = await store.apps.create("Mine")
    assert app.secret.encode() not in (tmp_path / "earwitness.db").read_bytes()


async def test_the_signing_key_is_made_once(store: Store) -> None:
    key = await store.apps.signing_key()
    assert len(key) == 32
    assert await store.apps.signing_key() == key
