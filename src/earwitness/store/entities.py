"""The custom entities that apps keep for all their conversations."""

from typing import Any

from sqlalchemy import Connection, Row

from earwitness.conversation.custom_entity import KeptEntity
from earwitness.conversation.wishes import MOST_TERMS
from earwitness.store import tables
from earwitness.store.kept import SqlKept
from earwitness.store.rows import from_json, to_json
from earwitness.store.seams import KeepingRefusedError


class SqlEntities(SqlKept[KeptEntity]):
    """Custom entities, each with a type and subtype of its own; see `Kept`."""

    table = tables.managed_entities
    name_columns = ("type", "subtype")
    one, many = "an entity", "entities"

    def row(self, thing: KeptEntity) -> dict[str, Any]:
        """See `SqlKept.row`."""
        return {
            "id": thing.id,
            "type": thing.kind,
            "subtype": thing.subtype,
            "values": to_json(thing.values),
        }

    def thing(self, row: Row[Any]) -> KeptEntity:
        """See `SqlKept.thing`."""
        values = row._mapping
        terms = from_json(values["values"], tuple[str, ...])
        return KeptEntity(values["id"], values["type"], values["subtype"], terms)

    def check_size(self, connection: Connection, app_id: str) -> None:
        """See `SqlKept.check_size`."""
        if sum(len(entity.values) for entity in self.all_of(connection, app_id)) > MOST_TERMS:
            raise KeepingRefusedError(
                f"The entities of an app can have {MOST_TERMS} values together; remove some first."
            )
