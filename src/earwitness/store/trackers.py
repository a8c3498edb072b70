"""The trackers that apps keep for all their conversations."""

from typing import Any

from sqlalchemy import Connection, Row, func, select

from earwitness.conversation.tracker import Tracker
from earwitness.store import tables
from earwitness.store.kept import SqlKept
from earwitness.store.rows import from_json, to_json
from earwitness.store.seams import KeepingRefusedError

MOST_CHARACTERS = 1_000_000
"""Of the phrases of an app, some 50,000 phrases: every conversation prepares them all."""


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

    def check_size(self, connection: Connection, app_id: str) -> None:
        """See `SqlKept.check_size`."""
        columns = self.table.c
        kept = select(func.sum(func.length(columns.vocabulary))).where(columns.app_id == app_id)
        if (connection.execute(kept).scalar_one() or 0) > MOST_CHARACTERS:
            raise KeepingRefusedError(
                f"The phrases of an app's trackers can have {MOST_CHARACTERS} characters together; "
                "remove some first."
            )
