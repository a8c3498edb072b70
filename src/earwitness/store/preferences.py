"""What apps want of their summaries."""

from sqlalchemy import Connection, select

from earwitness.store import tables
from earwitness.store.rows import from_json, to_json, upsert
from earwitness.store.runner import Runner
from earwitness.store.seams import AppPreferences

_preferences, _apps = tables.preferences, tables.apps


class SqlPreferences:
    """`Preferences` in SQL; they go with their app."""

    def __init__(self, writer: Runner, readers: Runner) -> None:
        self._writer = writer
        self._readers = readers

    async def of(self, app_id: str) -> AppPreferences:
        """Return an app's preferences, the default ones where it has none."""
        query = select(_preferences.c.body).where(_preferences.c.app_id == app_id)

        def work(connection: Connection) -> AppPreferences:
            body: str | None = connection.execute(query).scalar()
            return AppPreferences() if body is None else from_json(body, AppPreferences)

        return await self._readers.run(work)

    async def change(self, app_id: str, preferences: AppPreferences) -> bool:
        """Give an app other preferences; False if the app is unknown."""
        row = {"app_id": app_id, "body": to_json(preferences)}

        def work(connection: Connection) -> bool:
            if connection.execute(select(_apps.c.id).where(_apps.c.id == app_id)).first() is None:
                return False
            upsert(connection, _preferences, [row], ("body",))
            return True

        return await self._writer.run(work)
