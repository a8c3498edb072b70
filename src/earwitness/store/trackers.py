"""The trackers that apps keep for all their conversations."""

from typing import Any

from sqlalchemy import Row

from earwitness.conversation.tracker import Tracker
from earwitness.store import tables
from earwitness.store.kept import SqlKept
from earwitness.store.rows import from_json, to_json


class SqlTrackers(SqlKept[Tracker]):
    """Trackers, each with a name of its own; see `Kept`."""

    table = tables.managed_trackers
    name_columns = ("name",)
    one, many = "a tracker", "trackers"

    def row(self, thing: Tracker) -> dict[str, Any]:
        """See `SqlKept.row`."""
        return {"id": thing.id, "name": thing.name, "vocabulary": to_json(thing.vocabulary)}

    def thing(self, row: Row[Any]) -> Tracker:
        """See `SqlKept.thing`."""
        values = row._mapping
        return Tracker(values["id"], values["name"], from_json(values["vocabulary"], tuple[str, ...]))
