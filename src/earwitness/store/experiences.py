"""Experiences: how pages show conversations, as clients asked for them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from earwitness.store import tables
from earwitness.store.rows import from_json, to_json
from earwitness.store.runner import Runner
from earwitness.store.seams import ExperienceRecord

_experiences = tables.experiences


class SqlExperiences:
    """`Experiences` in SQL."""

    def __init__(self, writer: Runner, readers: Runner) -> None:
        self._writer = writer
        self._readers = readers

    async def add(self, experience: ExperienceRecord) -> None:
        """Store one."""
        statement = _experiences.insert().values(
            id=experience.id,
            conversation_id=experience.conversation_id,
            name=experience.name,
            look=to_json(experience.look),
            created_at=experience.created_at,
        )
        await self._writer.run(lambda connection: connection.execute(statement).close())

    async def find(self, experience_id: str) -> ExperienceRecord | None:
        """Return one."""
        query = select(_experiences).where(_experiences.c.id == experience_id)
        found = await self._readers.run(lambda connection: _records(connection, query))
        return found[0] if found else None

    async def of_conversation(self, conversation_id: str) -> list[ExperienceRecord]:
        """Return those of a conversation, oldest first."""
        query = (
            select(_experiences)
            .where(_experiences.c.conversation_id == conversation_id)
            .order_by(_experiences.c.created_at, _experiences.c.id)
        )
        return await self._readers.run(lambda connection: _records(connection, query))

    async def change(self, experiences: Sequence[ExperienceRecord]) -> None:
        """Store the looks of some that exist."""

        def work(connection: Connection) -> None:
            for one in experiences:
                connection.execute(
                    _experiences.update().where(_experiences.c.id == one.id).values(look=to_json(one.look))
                )

        await self._writer.run(work)


def _records(connection: Connection, query: Select[Any]) -> list[ExperienceRecord]:
    return [_record(row) for row in connection.execute(query)]


def _record(row: Row[Any]) -> ExperienceRecord:
    values = row._mapping
    return ExperienceRecord(
        id=values["id"],
        conversation_id=values["conversation_id"],
        name=values["name"],
        look=from_json(values["look"], dict[str, Any]),
        created_at=values["created_at"],
    )
