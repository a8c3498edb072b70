"""What apps keep for all their conversations: things of one kind, each of one app, with a name of its own."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, Table, delete, func, select

from earwitness.store.runner import Runner
from earwitness.store.seams import KeepingRefusedError

Thing = TypeVar("Thing")


class SqlKept(ABC, Generic[Thing]):
    """`Kept` in SQL, over a table with the columns `id`, `app_id` and `created_at`."""

    table: Table
    name_columns: tuple[str, ...]
    """What no two things of an app have in common."""
    one: str
    many: str
    """What a thing and several of them are called."""
    most: int = 500
    """Of one app."""

    def __init__(self, writer: Runner, readers: Runner) -> None:
        self._writer = writer
        self._readers = readers

    async def add(self, app_id: str, things: Sequence[Thing]) -> None:
        """Store new things, all or none; see `Kept.add`."""
        now = datetime.now(UTC)
        # A microsecond apart, so that those of one request are listed in its order.
        rows = [
            {**self.row(thing), "app_id": app_id, "created_at": now + timedelta(microseconds=place)}
            for place, thing in enumerate(things)
        ]

        def work(connection: Connection) -> None:
            for row in rows:
                self._check_name(connection, app_id, row)
                connection.execute(self.table.insert().values(row))
            self._check_room(connection, app_id)

        await self._writer.run(work)

    async def listing(self, app_id: str, **fields: str) -> list[Thing]:
        """Return an app's things, or those with these values in their columns, oldest first."""
        return await self._found(self._of(app_id, **fields))

    async def find(self, app_id: str, thing_id: str) -> Thing | None:
        """Return a thing of an app."""
        found = await self._found(self._of(app_id, id=thing_id))
        return found[0] if found else None

    async def change(self, app_id: str, thing: Thing) -> bool:
        """Put a thing in the place of the one with its id; see `Kept.change`."""
        row = self.row(thing)
        mine = self.table.c.app_id == app_id, self.table.c.id == row["id"]
        statement = self.table.update().where(*mine).values(row)

        def work(connection: Connection) -> bool:
            self._check_name(connection, app_id, row)
            is_known = connection.execute(statement).rowcount > 0
            self._check_room(connection, app_id)
            return is_known

        return await self._writer.run(work)

    async def remove(self, app_id: str, thing_id: str) -> bool:
        """Remove a thing; False if unknown."""
        statement = delete(self.table).where(self.table.c.app_id == app_id, self.table.c.id == thing_id)
        return await self._writer.run(lambda connection: connection.execute(statement).rowcount > 0)

    @abstractmethod
    def row(self, thing: Thing) -> dict[str, Any]:
        """Return the columns of a thing besides `app_id` and `created_at`."""

    @abstractmethod
    def thing(self, row: Row[Any]) -> Thing:
        """Return what a row holds."""

    def check_size(self, connection: Connection, app_id: str) -> None:
        """Refuse what an app keeps, if that is too much for another reason than how many things there are.

        Whoever looks into them may read `all_of`; it is not read where nobody does, as this is done on the
        writer's thread.
        """

    def all_of(self, connection: Connection, app_id: str) -> list[Thing]:
        """Return all things of an app, oldest first."""
        return list(map(self.thing, connection.execute(self._of(app_id))))

    def _of(self, app_id: str, **fields: str) -> Select[Any]:
        wanted = [self.table.c[column] == value for column, value in fields.items()]
        query = select(self.table).where(self.table.c.app_id == app_id, *wanted)
        return query.order_by(self.table.c.created_at, self.table.c.id)

    async def _found(self, query: Select[Any]) -> list[Thing]:
        return await self._readers.run(lambda connection: list(map(self.thing, connection.execute(query))))

    def _check_name(self, connection: Connection, app_id: str, row: dict[str, Any]) -> None:
        columns = self.table.c
        same = [columns[name] == row[name] for name in self.name_columns]
        taken = select(columns.id).where(columns.app_id == app_id, columns.id != row["id"], *same)
        if connection.execute(taken).first() is not None:
            told = " and the ".join(f"{name} {row[name]!r}" for name in self.name_columns)
            raise KeepingRefusedError(f"There is {self.one} with the {told} already.")

    def _check_room(self, connection: Connection, app_id: str) -> None:
        kept = select(func.count()).where(self.table.c.app_id == app_id)
        if connection.execute(kept).scalar_one() > self.most:
            raise KeepingRefusedError(f"An app can keep {self.most} {self.many}; remove some first.")
        self.check_size(connection, app_id)
