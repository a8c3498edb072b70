"""Who may use the API: apps and the hashes of their secrets, and the key that signs tokens.

Secrets are long and random, so a keyed hash is enough; a slow password hash would only cost time at every
token request. The key of the hash lives in the store, made at first use.
"""

import hmac
import secrets
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select

from earwitness.store import tables
from earwitness.store.rows import insert_or_ignore, upsert
from earwitness.store.runner import Runner
from earwitness.store.seams import AppRecord, NewApp

MIN_SECRET_LENGTH = 32
"""In characters."""

_HASH_KEY = "app_secret_hash_key"
_SIGNING_KEY = "token_signing_key"
_apps, _settings = tables.apps, tables.settings


class SqlApps:
    """`Apps` in SQL."""

    def __init__(self, writer: Runner, readers: Runner) -> None:
        self._writer = writer
        self._readers = readers
        self._keys: dict[str, bytes] = {}

    async def create(self, name: str, *, app_id: str | None = None, secret: str | None = None) -> NewApp:
        """Make an app, or give an app that has this id a new name and secret; see `Apps.create`."""
        if app_id is not None and not app_id.strip():
            raise ValueError("The app id is empty; leave it out to have one made.")
        if secret is not None and len(secret) < MIN_SECRET_LENGTH:
            raise ValueError(
                f"The app secret has {len(secret)} characters, which is too easy to guess; "
                f"give at least {MIN_SECRET_LENGTH} random ones, such as `openssl rand -hex 64` prints."
            )
        app = NewApp(app_id or secrets.token_hex(32), secret or secrets.token_hex(64), name)
        row = {
            "id": app.id,
            "name": app.name,
            "secret_hash": _hash(await self._key(_HASH_KEY), app.secret),
            "created_at": datetime.now(UTC),
        }
        await self._writer.run(lambda connection: upsert(connection, _apps, [row], ("name", "secret_hash")))
        return app

    async def verify(self, app_id: str, secret: str) -> bool:
        """Tell whether the secret is the app's, in constant time."""
        query = select(_apps.c.secret_hash).where(_apps.c.id == app_id)

        def work(connection: Connection) -> bytes:
            stored: bytes | None = connection.execute(query).scalar()
            return stored or bytes(32)

        given = _hash(await self._key(_HASH_KEY), secret)
        return hmac.compare_digest(given, await self._readers.run(work))

    async def has(self, app_id: str) -> bool:
        """Tell whether there is such an app."""
        query = select(_apps.c.id).where(_apps.c.id == app_id)
        return await self._readers.run(lambda connection: connection.execute(query).first() is not None)

    async def listing(self) -> list[AppRecord]:
        """Return all apps, oldest first."""
        query = select(_apps.c.id, _apps.c.name, _apps.c.created_at).order_by(_apps.c.created_at, _apps.c.id)

        def work(connection: Connection) -> list[AppRecord]:
            return [AppRecord(id_, name, created_at) for id_, name, created_at in connection.execute(query)]

        return await self._readers.run(work)

    async def remove(self, app_id: str) -> bool:
        """Remove an app; its conversations stay. False if unknown."""
        statement = delete(_apps).where(_apps.c.id == app_id)
        return await self._writer.run(lambda connection: connection.execute(statement).rowcount > 0)

    async def signing_key(self) -> bytes:
        """Return the 32 bytes that sign access tokens, made at first use."""
        return await self._key(_SIGNING_KEY)

    async def _key(self, name: str) -> bytes:
        if name not in self._keys:
            fresh = {"name": name, "value": secrets.token_bytes(32)}
            query = select(_settings.c.value).where(_settings.c.name == name)

            def work(connection: Connection) -> bytes:
                insert_or_ignore(connection, _settings, [fresh])
                return bytes(connection.execute(query).scalar_one())

            self._keys[name] = await self._writer.run(work)
        return self._keys[name]


def _hash(key: bytes, secret: str) -> bytes:
    return hmac.digest(key, secret.encode(), "sha256")
