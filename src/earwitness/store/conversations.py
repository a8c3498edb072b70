"""Reading conversations, and deleting them."""

import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
)

from earwitness.conversation.bookmark import Bookmark
from earwitness.conversation.events import CallProgressed
from earwitness.conversation.insight import Entity, Insight, SummaryItem, Topic, TrackerMatch
from earwitness.conversation.intent import Intent
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.places import gathered
from earwitness.conversation.reading import Reading
from earwitness.store import tables
from earwitness.store.rows import from_json, to_json
from earwitness.store.runner import Runner
from earwitness.store.seams import (
    EVERYTHING,
    Content,
    ConversationRecord,
    Findable,
    Head,
    Narrowing,
    Part,
    SortField,
)
from earwitness.store.wordless import message_without_words

T = TypeVar("T")

_conversations, _logs = tables.conversations, tables.logs

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_SORTED_BY: Mapping[SortField, ColumnElement[Any]] = {
    "id": _conversations.c.conversation_id,
    "name": _conversations.c.name,
    "kind": _conversations.c.kind,
    "started_at": _conversations.c.started_at,
    # What goes on ends last; databases disagree on where NULL belongs.
    "ended_at": func.coalesce(_conversations.c.ended_at, literal(_NEVER, tables.UtcDateTime())),
}
_FIELDS: Mapping[SortField, ColumnElement[Any]] = {
    **_SORTED_BY,
    "ended_at": _conversations.c.ended_at,
}
_COMPARE: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_AT_ONCE = 500
"""Conversations whose members are asked for in one query."""

_RECORDS = select(_conversations, _logs.c.last_seq).join_from(
    _conversations, _logs, _logs.c.conversation_id == _conversations.c.conversation_id
)

_SPEAKER_EVENTS = (
    select(func.count())
    .select_from(tables.events)
    .where(tables.events.c.conversation_id == bindparam("of"), tables.events.c.kind == "speaker_marked")
)

_FINDABLE = (
    _conversations.c.conversation_id,
    _conversations.c.name,
    _conversations.c.kind,
    _conversations.c.started_at,
    _conversations.c.ended_at,
    _conversations.c.metadata,
)


class SqlConversations:
    """`Conversations`, `Unfinished` and `Readings` over the projections in SQL."""

    def __init__(self, writer: Runner, readers: Runner, scanners: Runner) -> None:
        """Make it; what looks at all conversations of an app goes to the scanners, as it takes a while."""
        self._writer = writer
        self._readers = readers
        self._scanners = scanners

    async def find(self, app_id: str, conversation_id: str) -> ConversationRecord | None:
        """Return one conversation of an app."""
        query = _RECORDS.where(
            _conversations.c.conversation_id == conversation_id, _conversations.c.app_id == app_id
        )
        return await self._readers.run(lambda connection: _first_record(connection, query))

    async def find_call(self, app_id: str, connection_id: str) -> ConversationRecord | None:
        """Return the conversation of a connection; the latest, as clients choose those of streams."""
        query = _RECORDS.where(
            _conversations.c.connection_id == connection_id, _conversations.c.app_id == app_id
        ).order_by(_conversations.c.started_at.desc())
        return await self._readers.run(lambda connection: _first_record(connection, query))

    async def content(self, conversation_id: str, parts: Collection[Part] = EVERYTHING) -> Content | None:
        """Return a conversation with all that is known of it so far; see `Conversations.content`.

        Messages are in the order in which they were begun to be spoken.
        """
        return await self._readers.run(lambda connection: _content(connection, conversation_id, parts))

    async def listing(
        self,
        app_id: str,
        *,
        limit: int = 20,
        offset: int = 0,
        descending: bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
        sort: Sequence[SortField] = ("started_at",),
        where: Callable[[Findable], bool] | None = None,
        narrowed: Sequence[Narrowing] = (),
    ) -> list[Head]:
        """Return an app's conversations; see `Conversations.listing`."""
        start = _conversations.c.started_at
        query = _RECORDS.where(_conversations.c.app_id == app_id)
        if since is not None:
            query = query.where(start >= since)
        if until is not None:
            query = query.where(start <= until)
        query = query.where(*map(_condition, narrowed))
        columns = [_SORTED_BY[field] for field in dict.fromkeys((*sort, "started_at", "id"))]
        query = query.order_by(*(column.desc() if descending else column.asc() for column in columns))
        if where is None:
            query = query.limit(limit).offset(offset)

        def work(connection: Connection) -> list[Head]:
            if where is None:
                return _heads(connection, _records(connection, query))
            # Most of a record is needed of those alone that are shown.
            rows = connection.execute(query.with_only_columns(*_FINDABLE))
            passing = (one.id for one in map(_findable, rows) if where(one))
            return _heads(connection, _of_ids(connection, list(islice(passing, offset, offset + limit))))

        runner = self._readers if where is None and limit <= _AT_ONCE else self._scanners
        return await runner.run(work)

    async def unfinished(self) -> list[ConversationRecord]:
        """Return the conversations that were never closed, oldest first."""
        query = _RECORDS.where(_conversations.c.outcome.is_(None)).order_by(_conversations.c.started_at)
        return await self._readers.run(lambda connection: _records(connection, query))

    async def pending(self, limit: int) -> list[str]:
        """See `Readings.pending`."""
        readings = tables.readings
        query = (
            select(readings.c.conversation_id)
            .join_from(
                readings, _conversations, readings.c.conversation_id == _conversations.c.conversation_id
            )
            .where(readings.c.state == "pending", _conversations.c.outcome.is_not(None))
            .order_by(_conversations.c.started_at)
            .limit(limit)
        )
        return await self._readers.run(lambda connection: list(connection.execute(query).scalars()))

    async def delete(self, app_id: str, conversation_id: str) -> bool:
        """Remove a conversation with its log, projections and unsent deliveries; False if unknown."""
        own = select(_conversations.c.conversation_id).where(
            _conversations.c.conversation_id == conversation_id, _conversations.c.app_id == app_id
        )
        # Every other table refers to the log with ON DELETE CASCADE.
        statement = delete(_logs).where(_logs.c.conversation_id.in_(own))
        return await self._writer.run(lambda connection: connection.execute(statement).rowcount > 0)


def _condition(narrowing: Narrowing) -> ColumnElement[bool]:
    values = narrowing.values
    if narrowing.field == "metadata":
        # As it stands in the JSON text, which is written in one way alone.
        said = (f"{to_json(narrowing.key)}:{to_json(value)}" for value in values)
        return or_(*(_conversations.c.metadata.contains(one, autoescape=True) for one in said))
    column = _FIELDS[narrowing.field]
    match narrowing.relation:
        case "in":
            return column.in_(values)
        case "begins":
            return or_(*(column.startswith(str(value), autoescape=True) for value in values))
        case relation:
            compare = _COMPARE[relation]
            return or_(*(compare(column, value) for value in values))


def _records(connection: Connection, query: Select[Any]) -> list[ConversationRecord]:
    return [_record(row) for row in connection.execute(query)]


def _of_ids(connection: Connection, ids: Sequence[str]) -> list[ConversationRecord]:
    found: dict[str, ConversationRecord] = {}
    for some in _batches(ids):
        query = _RECORDS.where(_conversations.c.conversation_id.in_(some))
        found |= {record.id: record for record in _records(connection, query)}
    return [found[key] for key in ids]


def _findable(row: Row[Any, Any, Any, Any, Any, Any]) -> Findable:
    key, name, kind, started_at, ended_at, metadata = row
    return Findable(key, name, kind, started_at, ended_at, from_json(metadata, dict[str, Any]))


def _heads(connection: Connection, records: Sequence[ConversationRecord]) -> list[Head]:
    members: dict[str, list[Member]] = {record.id: [] for record in records}
    table = tables.members
    for ids in _batches(list(members)):
        query = (
            select(table.c.conversation_id, table.c.body)
            .where(table.c.conversation_id.in_(ids))
            .order_by(table.c.seq, table.c.position)
        )
        for conversation_id, body in connection.execute(query):
            members[conversation_id].append(from_json(body, Member))
    return [Head(record, tuple(members[record.id])) for record in records]


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _first_record(connection: Connection, query: Select[Any]) -> ConversationRecord | None:
    row = connection.execute(query.limit(1)).first()
    return None if row is None else _record(row)


def _record(row: Row[Any]) -> ConversationRecord:
    values = row._mapping
    return ConversationRecord(
        id=values["conversation_id"],
        app_id=values["app_id"],
        name=values["name"],
        kind=values["kind"],
        started_at=values["started_at"],
        media_started_at=values["media_started_at"],
        ended_at=values["ended_at"],
        outcome=values["outcome"],
        connection_id=values["connection_id"],
        endpoint=values["endpoint"],
        timezone=values["timezone"],
        language=values["language"],
        call=None if values["call"] is None else from_json(values["call"], CallProgressed),
        actions=from_json(values["actions"], tuple[dict[str, Any], ...]),
        request=from_json(values["request"], dict[str, Any]),
        metadata=from_json(values["metadata"], dict[str, Any]),
        last_seq=values["last_seq"],
    )


def _content(connection: Connection, conversation_id: str, parts: Collection[Part]) -> Content | None:
    record = _first_record(connection, _RECORDS.where(_conversations.c.conversation_id == conversation_id))
    if record is None:
        return None

    def bodies(table: Table, order: Sequence[str]) -> Iterable[str]:
        query = select(table.c.body).where(table.c.conversation_id == conversation_id)
        return connection.execute(query.order_by(*(table.c[name] for name in order))).scalars()

    def part(name: Part, table: Table, order: Sequence[str], kind: type[T]) -> tuple[T, ...]:
        return tuple(from_json(body, kind) for body in bodies(table, order)) if name in parts else ()

    listed, placed = ("seq", "position"), ("start_s", "seq", "position")
    members = tuple(from_json(body, Member) for body in bodies(tables.members, listed))
    present = {member.id: member for member in members}
    if "words" in parts:
        messages = part("messages", tables.messages, placed, Message)
    elif "messages" in parts:
        messages = tuple(map(message_without_words, bodies(tables.messages, placed)))
    else:
        messages = ()
    return Content(
        record,
        members=members,
        messages=tuple(replace(each, speaker=_present(each.speaker, present)) for each in messages),
        insights=tuple(
            replace(
                each,
                speaker=_present(each.speaker, present),
                assignee=_present(each.assignee, present),
            )
            for each in part("insights", tables.insights, listed, Insight)
        ),
        topics=part("topics", tables.topics, listed, Topic),
        intents=part("intents", tables.intents, ("seq",), Intent),
        bookmarks=part("bookmarks", tables.bookmarks, ("seq", "id"), Bookmark),
        summary=part("summary", tables.summary, ("position",), SummaryItem),
        entities=gathered(part("entities", tables.entities, placed, Entity)),
        trackers=gathered(part("trackers", tables.trackers, placed, TrackerMatch)),
        reading=next(iter(part("reading", tables.readings, ("state",), Reading)), None),
        speaker_events=_count(connection, conversation_id) if "speaker_events" in parts else 0,
    )


def _count(connection: Connection, conversation_id: str) -> int:
    count: int = connection.execute(_SPEAKER_EVENTS, {"of": conversation_id}).scalar_one()
    return count


def _present(member: Member | None, present: Mapping[str, Member]) -> Member | None:
    """Return the member under its present name; one that never joined stays as it was said to be."""
    return None if member is None else present.get(member.id, member)
