"""What the events mean for the tables: one function per kind of event.

Each runs in the transaction that stores its event, and depends on the event and the tables alone, so that
`rebuild` gives the same rows from the log.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from sqlalchemy import Connection, Table, bindparam, delete, select

from earwitness.conversation.events import (
    BookmarkKept,
    BookmarkRemoved,
    CallProgressed,
    Closed,
    EntitiesFound,
    Event,
    InsightsFound,
    IntentFound,
    MediaStarted,
    MemberChanged,
    MemberJoined,
    MembersMerged,
    MessagesAdded,
    MessagesRevised,
    MetadataChanged,
    Opened,
    OptionsChanged,
    ReadingEnded,
    ReadingRequested,
    SoundNoticed,
    SpeakerMarked,
    SpeakersAssigned,
    SummaryRenewed,
    TopicsFound,
    TrackersFound,
    Understood,
    UtteranceHeard,
    decode_body,
)
from earwitness.conversation.insight import Entity, Insight, SummaryItem, Topic, TrackerMatch
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.places import Placed, by_message, identity
from earwitness.conversation.reading import Reading, ReadingPart
from earwitness.store import tables
from earwitness.store.rows import from_json, to_json, upsert

_conversations = tables.conversations


def project(connection: Connection, event: Event) -> None:
    """Write what one event changes."""
    body = event.body
    match body:
        case Opened():
            _opened(connection, event, body)
        case CallProgressed():
            _call_progressed(connection, event, body)
        case MediaStarted():
            _media_started(connection, event, body)
        case MemberJoined() | MemberChanged():
            _keep_members(connection, event, (body.member,))
        case MembersMerged():
            _members_merged(connection, event, body)
        case MessagesAdded():
            _keep_messages(connection, event, body.messages)
        case MessagesRevised():
            _messages_revised(connection, event, body)
        case SpeakersAssigned():
            _speakers_assigned(connection, event, body)
        case InsightsFound():
            _remove(connection, tables.insights, event, (one.id for one in body.withdrawn))
            _keep_insights(connection, event, body.insights)
        case IntentFound():
            _intent_found(connection, event, body)
        case TopicsFound():
            _remove(connection, tables.topics, event, (one.id for one in body.withdrawn))
            _keep_topics(connection, event, body.topics)
        case EntitiesFound():
            _remove_places(connection, tables.entities, event, body.withdrawn)
            _keep_places(connection, tables.entities, event, body.entities)
        case TrackersFound():
            _remove_places(connection, tables.trackers, event, body.withdrawn)
            _keep_places(connection, tables.trackers, event, body.trackers)
        case Understood():
            _understood(connection, event, body)
        case OptionsChanged():
            _options_changed(connection, event, body)
        case ReadingRequested():
            _reading_requested(connection, event, body)
        case ReadingEnded():
            _reading_ended(connection, event, body)
        case SummaryRenewed():
            _clear(connection, tables.summary, event)
            _keep_summary(connection, event, body.summary)
        case BookmarkKept():
            _bookmark_kept(connection, event, body)
        case BookmarkRemoved():
            _bookmark_removed(connection, event, body)
        case MetadataChanged():
            _metadata_changed(connection, event, body)
        case Closed():
            _closed(connection, event, body)
        case SpeakerMarked() | SoundNoticed() | UtteranceHeard():
            pass  # Only the log keeps these; what follows from them is in the messages.
        case _:
            assert_never(body)


def rebuild(connection: Connection, conversation_id: str) -> None:
    """Delete a conversation's projected rows and make them anew from its log."""
    for table in tables.PROJECTIONS:
        connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
    stored = tables.events.c
    query = (
        select(stored.seq, stored.kind, stored.body, stored.at_s, stored.source, stored.leg)
        .where(stored.conversation_id == conversation_id)
        .order_by(stored.seq)
    )
    for seq, kind, body, at_s, source, leg in connection.execute(query).all():
        project(connection, Event(conversation_id, seq, decode_body(kind, body), at_s, source, leg))


def _opened(connection: Connection, event: Event, body: Opened) -> None:
    connection.execute(
        _conversations.insert(),
        {
            "conversation_id": event.conversation_id,
            "app_id": body.app_id,
            "name": body.name,
            "kind": body.kind,
            "started_at": body.started_at,
            "connection_id": body.connection_id,
            "endpoint": body.endpoint,
            "timezone": body.timezone,
            "language": body.language,
            "actions": to_json(body.actions),
            "request": to_json(body.request),
            "metadata": "{}",
        },
    )
    _keep_members(connection, event, body.members)


_SET_CALL = (
    _conversations.update()
    .where(_conversations.c.conversation_id == bindparam("of"))
    .values(call=bindparam("state"))
)
_SET_MEDIA_STARTED_AT = (
    _conversations.update()
    .where(_conversations.c.conversation_id == bindparam("of"))
    .values(media_started_at=bindparam("at"))
)
_SET_METADATA = (
    _conversations.update()
    .where(_conversations.c.conversation_id == bindparam("of"))
    .values(metadata=bindparam("given"))
)
_SET_REQUEST = (
    _conversations.update()
    .where(_conversations.c.conversation_id == bindparam("of"))
    .values(request=bindparam("given"))
)
_SET_CLOSED = (
    _conversations.update()
    .where(_conversations.c.conversation_id == bindparam("of"))
    .values(ended_at=bindparam("at"), outcome=bindparam("result"))
)


def _call_progressed(connection: Connection, event: Event, body: CallProgressed) -> None:
    connection.execute(_SET_CALL, {"of": event.conversation_id, "state": to_json(body)})


def _media_started(connection: Connection, event: Event, body: MediaStarted) -> None:
    connection.execute(_SET_MEDIA_STARTED_AT, {"of": event.conversation_id, "at": body.started_at})


def _options_changed(connection: Connection, event: Event, body: OptionsChanged) -> None:
    connection.execute(_SET_REQUEST, {"of": event.conversation_id, "given": to_json(body.request)})


def _metadata_changed(connection: Connection, event: Event, body: MetadataChanged) -> None:
    connection.execute(_SET_METADATA, {"of": event.conversation_id, "given": to_json(body.metadata)})


def _closed(connection: Connection, event: Event, body: Closed) -> None:
    connection.execute(
        _SET_CLOSED, {"of": event.conversation_id, "at": body.ended_at, "result": body.outcome}
    )


def _keep_members(connection: Connection, event: Event, found: Iterable[Member]) -> None:
    rows = [
        {
            "conversation_id": event.conversation_id,
            "id": member.id,
            "seq": event.seq,
            "position": position,
            "body": to_json(member),
        }
        for position, member in enumerate(found)
    ]
    upsert(connection, tables.members, rows, ("body",))


def _members_merged(connection: Connection, event: Event, body: MembersMerged) -> None:
    _keep_members(connection, event, (body.member,))
    members, messages, insights = tables.members, tables.messages, tables.insights
    connection.execute(
        delete(members).where(
            members.c.conversation_id == event.conversation_id, members.c.id == body.merged_id
        )
    )
    theirs = select(messages.c.id, messages.c.body).where(
        messages.c.conversation_id == event.conversation_id, messages.c.speaker_id == body.merged_id
    )
    for message_id, text in connection.execute(theirs).all():
        message = replace(from_json(text, Message), speaker=body.member)
        _set_body(connection, messages, event, message_id, message, speaker_id=body.member.id)
    found = select(insights.c.id, insights.c.body).where(insights.c.conversation_id == event.conversation_id)
    for insight_id, text in connection.execute(found).all():
        insight = from_json(text, Insight)
        speaker, assignee = _merged(insight.speaker, body), _merged(insight.assignee, body)
        if (speaker, assignee) != (insight.speaker, insight.assignee):
            named = replace(insight, speaker=speaker, assignee=assignee)
            _set_body(connection, insights, event, insight_id, named)


def _merged(member: Member | None, body: MembersMerged) -> Member | None:
    return body.member if member is not None and member.id == body.merged_id else member


def _messages_revised(connection: Connection, event: Event, body: MessagesRevised) -> None:
    table = tables.messages
    if body.removed:
        connection.execute(
            delete(table).where(
                table.c.conversation_id == event.conversation_id, table.c.id.in_(body.removed)
            )
        )
    _keep_messages(connection, event, body.messages)


def _keep_messages(connection: Connection, event: Event, found: Iterable[Message]) -> None:
    rows = [
        {
            "conversation_id": event.conversation_id,
            "id": message.id,
            "seq": event.seq,
            "position": position,
            "start_s": message.start_s,
            "leg": message.leg,
            "speaker_id": message.speaker.id if message.speaker else None,
            "body": to_json(message),
        }
        for position, message in enumerate(found)
    ]
    upsert(connection, tables.messages, rows, ("start_s", "leg", "speaker_id", "body"))


def _speakers_assigned(connection: Connection, event: Event, body: SpeakersAssigned) -> None:
    assigned = {one.message_id: one for one in body.assignments}
    before: dict[str, Member | None] = {}
    table = tables.messages
    query = select(table.c.id, table.c.body).where(
        table.c.conversation_id == event.conversation_id, table.c.id.in_(assigned)
    )
    for message_id, text in connection.execute(query).all():
        message, now = from_json(text, Message), assigned[message_id]
        before[message_id] = message.speaker
        revised = replace(message, speaker=now.speaker, provenance=now.provenance)
        _set_body(connection, table, event, message_id, revised, speaker_id=now.speaker and now.speaker.id)
    table = tables.insights
    found = select(table.c.id, table.c.body).where(table.c.conversation_id == event.conversation_id)
    for insight_id, text in connection.execute(found).all():
        insight = from_json(text, Insight)
        first = insight.message_ids[0] if insight.message_ids else ""
        if first in before:
            _set_body(
                connection,
                table,
                event,
                insight_id,
                _reassigned(insight, before[first], assigned[first].speaker),
            )


def _reassigned(insight: Insight, before: Member | None, now: Member | None) -> Insight:
    """Give an insight to who said it; what they took upon themselves is theirs too."""
    took_it = before is not None and insight.assignee is not None and insight.assignee.id == before.id
    return replace(insight, speaker=now, assignee=now if took_it else insight.assignee)


def _set_body(
    connection: Connection, table: Table, event: Event, row_id: str, body: object, **columns: object
) -> None:
    connection.execute(
        table.update()
        .where(table.c.conversation_id == event.conversation_id, table.c.id == row_id)
        .values(body=to_json(body), **columns)
    )


def _keep_insights(connection: Connection, event: Event, found: Iterable[Insight]) -> None:
    rows = [
        {
            "conversation_id": event.conversation_id,
            "id": insight.id,
            "seq": event.seq,
            "position": position,
            "kind": insight.kind,
            "score": insight.score,
            "body": to_json(insight),
        }
        for position, insight in enumerate(found)
    ]
    upsert(connection, tables.insights, rows, ("kind", "score", "body"))


def _intent_found(connection: Connection, event: Event, body: IntentFound) -> None:
    row = {
        "conversation_id": event.conversation_id,
        "name": body.intent.name,
        "seq": event.seq,
        "body": to_json(body.intent),
    }
    upsert(connection, tables.intents, [row], ("seq", "body"))


def _bookmark_kept(connection: Connection, event: Event, body: BookmarkKept) -> None:
    row = {
        "conversation_id": event.conversation_id,
        "id": body.bookmark.id,
        "seq": event.seq,
        "body": to_json(body.bookmark),
    }
    upsert(connection, tables.bookmarks, [row], ("body",))


def _bookmark_removed(connection: Connection, event: Event, body: BookmarkRemoved) -> None:
    table = tables.bookmarks
    connection.execute(
        delete(table).where(table.c.conversation_id == event.conversation_id, table.c.id == body.bookmark_id)
    )


def _keep_topics(connection: Connection, event: Event, found: Iterable[Topic]) -> None:
    rows = [
        {
            "conversation_id": event.conversation_id,
            "id": topic.id,
            "seq": event.seq,
            "position": position,
            "score": topic.score,
            "body": to_json(topic),
        }
        for position, topic in enumerate(found)
    ]
    upsert(connection, tables.topics, rows, ("score", "body"))


def _remove(connection: Connection, table: Table, event: Event, ids: Iterable[str]) -> None:
    if gone := list(ids):
        connection.execute(
            delete(table).where(table.c.conversation_id == event.conversation_id, table.c.id.in_(gone))
        )


def _keep_places(connection: Connection, table: Table, event: Event, found: Iterable[Placed]) -> None:
    rows = [
        {
            "conversation_id": event.conversation_id,
            "key": _place_key(one),
            "message_id": message_id,
            "seq": event.seq,
            "position": position,
            "start_s": one.matches[0].start_s,
            "body": to_json(one),
        }
        for position, (message_id, one) in enumerate(by_message(found))
    ]
    upsert(connection, table, rows, ("start_s", "body"))


def _remove_places(connection: Connection, table: Table, event: Event, gone: Iterable[Placed]) -> None:
    for message_id, one in by_message(gone):
        connection.execute(
            delete(table).where(
                table.c.conversation_id == event.conversation_id,
                table.c.key == _place_key(one),
                table.c.message_id == message_id,
            )
        )


def _place_key(found: Entity | TrackerMatch) -> str:
    return to_json(identity(found))


def _understood(connection: Connection, event: Event, body: Understood) -> None:
    for table in (tables.insights, tables.topics, tables.summary, tables.entities, tables.trackers):
        _clear(connection, table, event)
    _keep_insights(connection, event, body.insights)
    _keep_topics(connection, event, body.topics)
    _keep_summary(connection, event, body.summary)
    _keep_places(connection, tables.entities, event, body.entities)
    _keep_places(connection, tables.trackers, event, body.trackers)


def _reading_requested(connection: Connection, event: Event, body: ReadingRequested) -> None:
    """Answers of an earlier reading are shown until there are new ones."""
    before = _reading(connection, event)
    answers = before.answers if before is not None else ()
    _keep_reading(connection, event, Reading("pending", body.model, body.prompts, answers=answers))


def _reading_ended(connection: Connection, event: Event, body: ReadingEnded) -> None:
    parts: list[ReadingPart] = []
    if body.insights is not None:
        parts.append("insights")
        _clear(connection, tables.insights, event)
        _keep_insights(connection, event, body.insights)
    if body.topics is not None:
        parts.append("topics")
        _clear(connection, tables.topics, event)
        _keep_topics(connection, event, body.topics)
    if body.summary is not None:
        parts.append("summary")
        _clear(connection, tables.summary, event)
        _keep_summary(connection, event, body.summary)
    before = _reading(connection, event) or Reading("pending", body.model)
    answers = before.answers
    if body.answers is not None:
        parts.append("answers")
        answers = body.answers
    reading = Reading(
        body.state,
        body.model,
        before.prompts,
        body.reason,
        tuple(parts),
        answers,
        body.tokens,
        body.rejected,
    )
    _keep_reading(connection, event, reading)


def _reading(connection: Connection, event: Event) -> Reading | None:
    table = tables.readings
    query = select(table.c.body).where(table.c.conversation_id == event.conversation_id)
    stored: str | None = connection.execute(query).scalar()
    return None if stored is None else from_json(stored, Reading)


def _keep_reading(connection: Connection, event: Event, reading: Reading) -> None:
    row = {
        "conversation_id": event.conversation_id,
        "state": reading.state,
        "body": to_json(reading),
    }
    upsert(connection, tables.readings, [row], ("state", "body"))


def _clear(connection: Connection, table: Table, event: Event) -> None:
    connection.execute(delete(table).where(table.c.conversation_id == event.conversation_id))


def _keep_summary(connection: Connection, event: Event, items: Sequence[SummaryItem]) -> None:
    if items:
        connection.execute(
            tables.summary.insert(),
            [
                {"conversation_id": event.conversation_id, "position": position, "body": to_json(item)}
                for position, item in enumerate(items)
            ],
        )
