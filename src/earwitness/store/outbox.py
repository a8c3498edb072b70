"""Deliveries that wait: rows written together with the events that cause them."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Update, bindparam, exists, func, select

from earwitness.store import tables
from earwitness.store.rows import from_json, insert_or_ignore, to_json
from earwitness.store.runner import Runner
from earwitness.store.seams import Delivery, NewDelivery

_outbox, _logs = tables.outbox, tables.logs

QUEUED, WAITING, DONE, GIVEN_UP = "queued", "waiting", "done", "given_up"
"""Values of the column `state`. Rows stay after they are done, so that their key stays taken.

The webhooks of a conversation to one receiver come in order: one of them waits for its time, and those after
it are queued until it is made or given up. So what is due is found among few rows, however many there are
behind them, and a receiver that cannot be reached holds up no other.
"""

_FORGOTTEN = to_json({})
"""The payload of what nobody sends any more: it held what people said, addresses and secrets of receivers."""

_WEBHOOK = "webhook"
_behind, _ahead = _outbox.alias("behind"), _outbox.alias("ahead")
_GIVE_TURN = (
    _outbox.update()
    .where(
        _outbox.c.id
        == select(func.min(_behind.c.id))
        .where(
            _behind.c.conversation_id == bindparam("of"),
            _behind.c.receiver == bindparam("to"),
            _behind.c.state == QUEUED,
            _behind.c.kind == _WEBHOOK,
        )
        .scalar_subquery(),
        ~exists().where(
            _ahead.c.conversation_id == bindparam("of"),
            _ahead.c.receiver == bindparam("to"),
            _ahead.c.state == WAITING,
            _ahead.c.kind == _WEBHOOK,
        ),
    )
    .values(state=WAITING)
)
_LOCK = select(_logs.c.epoch).where(_logs.c.conversation_id == bindparam("of")).with_for_update()
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
    .where(_outbox.c.state == WAITING, _outbox.c.due_at <= bindparam("now"), _is_wanted)
    .order_by(_outbox.c.due_at, _outbox.c.id)
    .limit(bindparam("limit"))
)
_NEXT_DUE = select(func.min(_outbox.c.due_at)).where(_outbox.c.state == WAITING, _is_wanted)


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
                "receiver": _digest(delivery.receiver),
                "payload": to_json(delivery.payload),
                "state": QUEUED if delivery.kind == _WEBHOOK else WAITING,
                "attempts": 0,
                "created_at": now,
                "due_at": now + timedelta(seconds=delivery.wait_s),
            }
            for delivery in deliveries
        ],
    )
    for receiver in {_digest(delivery.receiver) for delivery in deliveries if delivery.kind == _WEBHOOK}:
        _give_turn(connection, conversation_id, receiver)


def _digest(receiver: str) -> str:
    """Return what a receiver is told from others by; its URL may hold a secret, and rows stay."""
    return hashlib.sha256(receiver.encode()).hexdigest()[:32] if receiver else ""


def _give_turn(connection: Connection, conversation_id: str, receiver: str) -> None:
    """Let a conversation's next webhook to a receiver wait for its time, unless an earlier one does."""
    # One after the other: else who adds a webhook and who ends the last one would each leave it to the other.
    connection.execute(_LOCK, {"of": conversation_id}).close()
    connection.execute(_GIVE_TURN, {"of": conversation_id, "to": receiver}).close()


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
        await self._writer.run(lambda connection: _end(connection, statement))

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
        if retry_at is None:
            await self._writer.run(lambda connection: _end(connection, statement))
        else:
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
                _outbox.c.state.in_((QUEUED, WAITING)),
                _outbox.c.attempts == 0,
            )
            .values(due_at=datetime.now(UTC))
        )
        await self._writer.run(lambda connection: connection.execute(statement).close())


def _end(connection: Connection, statement: Update) -> None:
    """Mark a delivery as one that nobody makes any more; the next one to its receiver has its turn."""
    ended = connection.execute(statement.returning(_outbox.c.conversation_id, _outbox.c.receiver)).all()
    for conversation_id, receiver in ended:
        _give_turn(connection, conversation_id, receiver)
