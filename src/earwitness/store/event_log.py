"""The event log: one numbered log per conversation, the truth about it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError

from earwitness.conversation.events import Event, Opened, decode_body, encode_body
from earwitness.store import tables
from earwitness.store.outbox import queue_deliveries
from earwitness.store.projections import project, rebuild
from earwitness.store.runner import Runner
from earwitness.store.seams import Deliveries, Draft, FencedError, StoreError, UnknownConversationError

_logs, _events = tables.logs, tables.events

_CLAIM = (
    _logs.update()
    .where(_logs.c.conversation_id == bindparam("of"))
    .values(epoch=_logs.c.epoch + 1)
    .returning(_logs.c.epoch)
)
_ADVANCE = (
    _logs.update()
    .where(_logs.c.conversation_id == bindparam("of"), _logs.c.epoch == bindparam("held"))
    .values(last_seq=_logs.c.last_seq + bindparam("count"))
    .returning(_logs.c.last_seq)
)
_EPOCH = select(_logs.c.epoch).where(_logs.c.conversation_id == bindparam("of"))


class SqlEventLog:
    """An `EventLog` in SQL.

    A conversation's writer awaits each append before the next one, so that a failed append leaves no gap.
    """

    def __init__(self, writer: Runner, readers: Runner) -> None:
        self._writer = writer
        self._readers = readers

    async def claim(self, conversation_id: str, *, after: int | None = None) -> int:
        """Become the conversation's writer, and return the epoch to write with; see `EventLog.claim`."""
        statement = _CLAIM if after is None else _CLAIM.where(_logs.c.last_seq == after)

        def work(connection: Connection) -> int:
            epoch: int | None = connection.execute(statement, {"of": conversation_id}).scalar()
            if epoch is None:
                check_known(connection, conversation_id)
                raise FencedError(
                    f"Somebody else has written to conversation {conversation_id} since {after}"
                )
            return epoch

        return await self._writer.run(work)

    async def append(
        self,
        conversation_id: str,
        drafts: Sequence[Draft],
        *,
        epoch: int,
        deliveries: Deliveries = (),
    ) -> list[Event]:
        """Store events in order, and deliveries with them, in one transaction; see `EventLog.append`.

        Raises:
            FencedError: another writer claimed the conversation.
            UnknownConversationError: there is no such conversation (any more), and no `Opened` makes it.
            StoreUnavailableError: nothing was written. (On PostgreSQL, a connection that breaks during
                the commit itself leaves that open.)
        """

        return await self._writer.run(
            lambda connection: append_events(connection, conversation_id, drafts, epoch, deliveries)
        )

    async def read(self, conversation_id: str, *, after: int = 0, limit: int | None = None) -> list[Event]:
        """Return the events with `seq > after`, in order.

        Raises:
            StoreError: a newer version of earwitness wrote an event that this one cannot read.
        """
        query = (
            select(
                _events.c.seq, _events.c.kind, _events.c.body, _events.c.at_s, _events.c.source, _events.c.leg
            )
            .where(_events.c.conversation_id == conversation_id, _events.c.seq > after)
            .order_by(_events.c.seq)
            .limit(limit)
        )

        def work(connection: Connection) -> list[Event]:
            return [
                _event(conversation_id, seq, kind, body, at_s, source, leg)
                for seq, kind, body, at_s, source, leg in connection.execute(query)
            ]

        return await self._readers.run(work)

    async def rebuild(self, conversation_id: str) -> None:
        """Make a conversation's projected rows anew from its log."""
        await self._writer.run(lambda connection: rebuild(connection, conversation_id))


def append_events(
    connection: Connection,
    conversation_id: str,
    drafts: Sequence[Draft],
    epoch: int,
    deliveries: Deliveries = (),
) -> list[Event]:
    """Store events, projections and deliveries in the connection's transaction; see `EventLog.append`."""
    now = datetime.now(UTC)
    if drafts and isinstance(drafts[0].body, Opened):
        _create(connection, conversation_id, epoch, len(drafts))
        first = 1
    else:
        first = _advance(connection, conversation_id, epoch, len(drafts)) - len(drafts) + 1
    appended = [
        Event(conversation_id, seq, draft.body, draft.at_s, draft.source, draft.leg)
        for seq, draft in enumerate(drafts, first)
    ]
    if appended:
        connection.execute(_events.insert(), [_row(event, now) for event in appended])
    for event in appended:
        project(connection, event)
    made = deliveries(appended) if callable(deliveries) else deliveries
    queue_deliveries(connection, conversation_id, made, now)
    return appended


def check_known(connection: Connection, conversation_id: str) -> None:
    """Make sure that there is a conversation, before something is stored that belongs to it.

    Raises:
        UnknownConversationError: it was deleted, or never opened.
    """
    if connection.execute(_EPOCH, {"of": conversation_id}).scalar() is None:
        raise _unknown(conversation_id)


def _create(connection: Connection, conversation_id: str, epoch: int, count: int) -> None:
    if epoch != 1:
        raise FencedError(f"A new conversation is written with epoch 1, not {epoch}")
    try:
        connection.execute(
            _logs.insert(), {"conversation_id": conversation_id, "epoch": 1, "last_seq": count}
        )
    except IntegrityError as error:
        raise StoreError(
            f"Conversation {conversation_id} exists already; open it under another id"
        ) from error


def _advance(connection: Connection, conversation_id: str, epoch: int, count: int) -> int:
    """Reserve `count` numbers and return the last of them."""
    values = {"of": conversation_id, "held": epoch, "count": count}
    last_seq: int | None = connection.execute(_ADVANCE, values).scalar()
    if last_seq is not None:
        return last_seq
    current: int | None = connection.execute(_EPOCH, {"of": conversation_id}).scalar()
    if current is None:
        raise _unknown(conversation_id)
    raise FencedError(
        f"Conversation {conversation_id} is written in epoch {current}; the writer of epoch {epoch} must stop"
    )


def _unknown(conversation_id: str) -> UnknownConversationError:
    return UnknownConversationError(
        f"There is no conversation {conversation_id}; it was deleted or never opened"
    )


def _row(event: Event, now: datetime) -> dict[str, object]:
    return {
        "conversation_id": event.conversation_id,
        "seq": event.seq,
        "kind": event.kind,
        "at_s": event.at_s,
        "source": event.source,
        "leg": event.leg,
        "body": encode_body(event.body).decode(),
        "created_at": now,
    }


def _event(
    conversation_id: str, seq: int, kind: str, body: str, at_s: float | None, source: str, leg: str | None
) -> Event:
    try:
        return Event(conversation_id, seq, decode_body(kind, body), at_s, source, leg)
    except (KeyError, ValueError) as error:
        raise StoreError(
            f"Event {seq} of conversation {conversation_id} ({kind}) cannot be read: {error}. "
            "A newer version of earwitness may have written it; use that version."
        ) from error
