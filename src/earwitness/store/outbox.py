"""Deliveries that wait: rows written together with the events that cause them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, or_, select

from earwitness.store import tables
from earwitness.store.rows import from_json, insert_or_ignore, to_json
from earwitness.store.runner import Runner
from earwitness.store.seams import Delivery, NewDelivery

_outbox = tables.outbox

WAITING, DONE, GIVEN_UP = "waiting", "done", "given_up"
"""Values of the column `state`. Rows stay after they are done, so that their key stays taken."""

_FORGOTTEN = to_json({})
"""The payload of what nobody sends any more: it held what people said, addresses and secrets of receivers."""

_earlier = _outbox.alias("earlier")
_has_its_turn = or_(
    _outbox.c.kind != "webhook",
    ~exists().where(
        _earlier.c.state == WAITING,
        _earlier.c.kind == "webhook",
        _earlier.c.conversation_id == _outbox.c.conversation_id,
        _earlier.c.id < _outbox.c.id,
    ),
)
"""The webhooks of a conversation come in order: one waits until those before it are made or given up.

An index of exactly these columns finds the earlier one, as this is asked for every row that waits.
"""
_is_wanted = _outbox.c.id.not_in(bindparam("besides", expanding=True))

_DUE = (
    select(
        _outbox.c.id,
        _outbox.c.conversation_id,
        _outbox.c.key,
        _outbox.c.kind,
        _outbox.c.payload,
        _outbox.c.attempts,
        _outbox.c.created_at,
    )
    .where(_outbox.c.state == WAITING, _outbox.c.due_at <= bindparam("now"), _is_wanted, _has_its_turn)
    .order_by(_outbox.c.due_at, _outbox.c.id)
    .limit(bindparam("limit"))
)
_NEXT_DUE = select(func.min(_outbox.c.due_at)).where(_outbox.c.state == WAITING, _is_wanted, _has_its_turn)


def queue_deliveries(
    connection: Connection, conversation_id: str, deliveries: Sequence[NewDelivery], now: datetime
) -> None:
    """Insert deliveries, due after their wait; those whose key the conversation has used are left out."""
    insert_or_ignore(
        connection,
        _outbox,
        [
            {
                "conversation_id": conversation_id,
                "key": delivery.key,
                "kind": delivery.kind,
                "payload": to_json(delivery.payload),
                "state": WAITING,
                "attempts": 0,
                "created_at": now,
                "due_at": now + timedelta(seconds=delivery.wait_s),
            }
            for delivery in deliveries
        ],
    )


class SqlOutbox:
    """An `Outbox` in SQL. One process delivers from it: `due` does not reserve what it returns."""

    def __init__(self, writer: Runner, readers: Runner) -> None:
        self._writer = writer
        self._readers = readers

    async def due(
        self, now: datetime, limit: int = 20, *, kind: str | None = None, besides: Sequence[int] = ()
    ) -> list[Delivery]:
        """Return deliveries (of a kind) whose time has come, oldest first; those of the ids `besides` not."""
        statement = _DUE if kind is None else _DUE.where(_outbox.c.kind == kind)
        values = {"now": now, "limit": limit, "besides": list(besides)}

        def work(connection: Connection) -> list[Delivery]:
            return [
                Delivery(
                    id_, conversation_id, key, kind_, from_json(payload, dict[str, Any]), attempts, created_at
                )
                for id_, conversation_id, key, kind_, payload, attempts, created_at in connection.execute(
                    statement, values
                )
            ]

        return await self._readers.run(work)

    async def done(self, delivery_id: int) -> None:
        """Mark a delivery as made, and forget its payload."""
        statement = (
            _outbox.update()
            .where(_outbox.c.id == delivery_id)
            .values(
                state=DONE,
                payload=_FORGOTTEN,
                attempts=_outbox.c.attempts + 1,
                done_at=datetime.now(UTC),
                error=None,
            )
        )
        await self._writer.run(lambda connection: connection.execute(statement).close())

    async def failed(
        self,
        delivery_id: int,
        error: str,
        retry_at: datetime | None,
        payload: dict[str, Any] | None = None,
    ) -> None:
        """Note a failure; see `Outbox.failed`."""
        values: dict[str, Any] = {"attempts": _outbox.c.attempts + 1, "error": error}
        if retry_at is None:
            values |= {"state": GIVEN_UP, "payload": _FORGOTTEN}
        else:
            values["due_at"] = retry_at
            if payload is not None:
                values["payload"] = to_json(payload)
        statement = _outbox.update().where(_outbox.c.id == delivery_id).values(**values)
        await self._writer.run(lambda connection: connection.execute(statement).close())

    async def next_due(
        self, *, kinds: Sequence[str] | None = None, besides: Sequence[int] = ()
    ) -> datetime | None:
        """Return when the next delivery (of these kinds) is due, not counting those of the ids `besides`."""
        statement = _NEXT_DUE if kinds is None else _NEXT_DUE.where(_outbox.c.kind.in_(kinds))

        def work(connection: Connection) -> datetime | None:
            due: datetime | None = connection.execute(statement, {"besides": list(besides)}).scalar()
            return due

        return await self._readers.run(work)

    async def hasten(self, conversation_id: str) -> None:
        """Make a conversation's deliveries due that still wait for their first attempt."""
        statement = (
            _outbox.update()
            .where(
                _outbox.c.conversation_id == conversation_id,
                _outbox.c.state == WAITING,
                _outbox.c.attempts == 0,
            )
            .values(due_at=datetime.now(UTC))
        )
        await self._writer.run(lambda connection: connection.execute(statement).close())
