"""The trackers that apps keep for all their conversations."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select

from earwitness.conversation.tracker import Tracker
from earwitness.store import tables
from earwitness.store.rows import from_json, to_json
from earwitness.store.runner import Runner
from earwitness.store.seams import TrackerRefusedError

MOST_TRACKERS = 500
"""Of one app."""

_trackers = tables.managed_trackers


class SqlTrackers:
    """`Trackers` in SQL."""

    def __init__(self, writer: Runner, readers: Runner) -> None:
        self._writer = writer
        self._readers = readers

    async def add(self, app_id: str, trackers: Sequence[Tracker]) -> None:
        """Store new trackers, all or none; see `Trackers.add`."""
        now = datetime.now(UTC)
        # A microsecond apart, so that those of one request are listed in its order.
        rows = [
            {**_row(tracker), "app_id": app_id, "created_at": now + timedelta(microseconds=place)}
            for place, tracker in enumerate(trackers)
        ]
        kept = select(func.count()).where(_trackers.c.app_id == app_id)

        def work(connection: Connection) -> None:
            if connection.execute(kept).scalar_one() + len(rows) > MOST_TRACKERS:
                raise TrackerRefusedError(f"An app can keep {MOST_TRACKERS} trackers; remove some first.")
            for row in rows:
                _check_name(connection, app_id, row["id"], row["name"])
                connection.execute(_trackers.insert().values(row))

        await self._writer.run(work)

    async def listing(self, app_id: str, name: str | None = None) -> list[Tracker]:
        """Return an app's trackers, or the one of that name, oldest first."""
        query = select(_trackers).where(_trackers.c.app_id == app_id)
        if name is not None:
            query = query.where(_trackers.c.name == name)
        query = query.order_by(_trackers.c.created_at, _trackers.c.id)
        return await self._readers.run(lambda connection: _found(connection, query))

    async def find(self, app_id: str, tracker_id: str) -> Tracker | None:
        """Return a tracker of an app."""
        query = select(_trackers).where(_trackers.c.app_id == app_id, _trackers.c.id == tracker_id)
        found = await self._readers.run(lambda connection: _found(connection, query))
        return found[0] if found else None

    async def change(self, app_id: str, tracker: Tracker) -> bool:
        """Give the tracker of this id another name and vocabulary; see `Trackers.change`."""
        mine = _trackers.c.app_id == app_id, _trackers.c.id == tracker.id
        statement = _trackers.update().where(*mine).values(_row(tracker))

        def work(connection: Connection) -> bool:
            _check_name(connection, app_id, tracker.id, tracker.name)
            return connection.execute(statement).rowcount > 0

        return await self._writer.run(work)

    async def remove(self, app_id: str, tracker_id: str) -> bool:
        """Remove a tracker; False if unknown."""
        statement = delete(_trackers).where(_trackers.c.app_id == app_id, _trackers.c.id == tracker_id)
        return await self._writer.run(lambda connection: connection.execute(statement).rowcount > 0)


def _check_name(connection: Connection, app_id: str, tracker_id: str, name: str) -> None:
    taken = select(_trackers.c.id).where(
        _trackers.c.app_id == app_id, _trackers.c.name == name, _trackers.c.id != tracker_id
    )
    if connection.execute(taken).first() is not None:
        raise TrackerRefusedError(f"There is a tracker with the name {name!r} already.")


def _row(tracker: Tracker) -> dict[str, Any]:
    return {"id": tracker.id, "name": tracker.name, "vocabulary": to_json(tracker.vocabulary)}


def _found(connection: Connection, query: Select[Any]) -> list[Tracker]:
    return [_tracker(row) for row in connection.execute(query)]


def _tracker(row: Row[Any]) -> Tracker:
    values = row._mapping
    return Tracker(values["id"], values["name"], from_json(values["vocabulary"], tuple[str, ...]))
