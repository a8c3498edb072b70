"""The store behaves the same on SQLite and PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from earwitness.conversation.bookmark import Author, Bookmark
from earwitness.conversation.events import (
    Body,
    BookmarkKept,
    BookmarkRemoved,
    CallProgressed,
    Closed,
    EntitiesFound,
    InsightsFound,
    IntentFound,
    MediaStarted,
    MemberChanged,
    MemberJoined,
    MessagesAdded,
    MetadataChanged,
    Opened,
    OptionsChanged,
    ReadingEnded,
    ReadingRequested,
    SoundNoticed,
    SpeakerMarked,
    SummaryRenewed,
    TopicsFound,
    TrackersFound,
    Understood,
    UtteranceHeard,
)
from earwitness.conversation.insight import Entity, EntityMatch, Insight, SummaryItem, Topic, TrackerMatch
from earwitness.conversation.intent import Intent
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.reading import Prompt, PromptAnswer
from earwitness.conversation.sound import Sound
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.utterance import Utterance, Word
from earwitness.store.engine import open_engines
from earwitness.store.seams import (
    EVERYTHING,
    Content,
    Draft,
    ExperienceRecord,
    FencedError,
    JobRecord,
    NewDelivery,
    StoreError,
    UnknownConversationError,
)
from earwitness.store.store import Store
from earwitness.store.tables import PROJECTIONS, outbox

ZERO = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ANN = Member("m-ann", "Ann", "ann@example.com", "ann@example.com", "organizer")
BOB = Member("m-bob", "Bob")
CAL = Member("m-cal", "Cal")


def _opened(name: str = "Weekly", app_id: str = "app", started_at: datetime = ZERO) -> Opened:
    return Opened(
        app_id,
        name,
        started_at,
        connection_id="c-1",
        endpoint="sip:8002@sip.example.com",
        timezone="US/Pacific",
        members=(ANN, BOB),
        actions=({"name": "sendSummaryEmail", "parameters": {"emails": ["ann@example.com"]}},),
        request={"endpoint": {"dtmf": ",,1#"}},
    )


def _every_kind() -> list[Body]:
    first = Message("1000000000000001", "Can you send the plan?", 1.0, 2.0, speaker=ANN)
    second = Message(
        "1000000000000002", "Yes, by Friday.", 2.2, 3.0, speaker=BOB, words=(Word("Yes,", 2.2, 2.4),)
    )
    third = Message("1000000000000003", "Great.", 3.5, 4.0, speaker=CAL)
    question = Insight(
        "2000000000000001", "question", "Can you send the plan?", 0.9, (first.id,), speaker=ANN
    )
    action = Insight(
        "2000000000000002",
        "action_item",
        "Bob to send the plan",
        0.8,
        (second.id,),
        speaker=BOB,
        assignee=BOB,
    )
    match = EntityMatch(second.id, second.text, 8, 2.2, 3.0)
    wrong = Insight("2000000000000003", "question", "Great?", 0.5, (third.id,), speaker=CAL)
    friday = Entity("e1", "date", "Friday", "2026-11-27", (match,))
    plan = EntityMatch(first.id, first.text, 17, 1.0, 2.0)
    return [
        _opened(),
        CallProgressed("answered", 200, "OK", "opus"),
        MediaStarted(ZERO + timedelta(seconds=4)),
        SpeakerMarked(SpeakerEvent("started_speaking", 0.5, ANN)),
        UtteranceHeard(Utterance("u1", "in", first.text, 1.0, 2.0, True), ANN),
        MessagesAdded((first, second)),
        SoundNoticed(Sound("in", "beep", 3.1, 3.4)),
        IntentFound(Intent("i1", "answering_machine", 0.9, first.text, "answered_by_human", 2.0)),
        IntentFound(Intent("i2", "answering_machine", 0.97, first.text, "answered_by_machine", 3.4)),
        InsightsFound((question, wrong)),
        InsightsFound((replace(question, score=0.95),), (wrong,)),
        EntitiesFound((friday, Entity("e2", "person", "Great", "Great", (plan,)))),
        EntitiesFound(
            (replace(friday, matches=(plan,)),), (Entity("e2", "person", "Great", "Great", (plan,)),)
        ),
        TrackersFound((TrackerMatch("k1", "Deadlines", "Friday", (match, plan)),)),
        TrackersFound((), (TrackerMatch("k1", "Deadlines", "Friday", (plan,)),)),
        TopicsFound((Topic("t1", "plan", 0.5, (first.id,)), Topic("t2", "friday", 0.4, (second.id,)))),
        TopicsFound(
            (Topic("t1", "plan", 0.9, (first.id, second.id)),), (Topic("t2", "friday", 0.4, (second.id,)),)
        ),
        MemberJoined(CAL),
        MessagesAdded((third,)),
        Understood(
            insights=(question, action),
            topics=(Topic("t1", "plan", 0.95, (first.id, second.id)),),
            summary=(SummaryItem("s1", "Bob sends the plan.", (second.id,)),),
            entities=(Entity("e1", "date", "Friday", "2026-11-27", (match,)),),
            trackers=(
                TrackerMatch("k1", "Deadlines", "by Friday", (match,)),
                TrackerMatch("k1", "Deadlines", "Friday", (match,)),
            ),
        ),
        MemberChanged(Member(BOB.id, "Robert", "bob@example.com", "bob@example.com")),
        OptionsChanged({"detectEntities": True}),
        MetadataChanged({"label": "Business"}),
        CallProgressed("ended", 200, "BYE"),
        ReadingRequested("m", (Prompt("Dates", "Which?"),)),
        Closed(ZERO + timedelta(minutes=1)),
        ReadingEnded(
            "completed",
            "m",
            insights=(question, replace(action, source="m")),
            topics=(Topic("t1", "plan", 0.9, (first.id,), source="m"),),
            summary=(SummaryItem("s2", "Bob sends the plan on Friday.", (second.id,), "m"),),
            answers=(
                PromptAnswer(
                    Prompt("Dates", "Which?"), (SummaryItem("s3", "Friday was named.", (second.id,), "m"),)
                ),
            ),
        ),
        BookmarkKept(Bookmark("b1", "Plan", 1.0, 2.0, author=Author("Eve"), message_ids=(first.id,))),
        BookmarkKept(Bookmark("b2", "Gone", 1.0, 2.0)),
        BookmarkKept(Bookmark("b1", "The plan", 1.0, 2.0, "Who sends it")),
        BookmarkRemoved("b2"),
        SummaryRenewed((SummaryItem("s9", "Robert sends the plan.", (second.id,)),)),
    ]


async def _append(store: Store, conversation_id: str, *bodies: Body, epoch: int = 1) -> None:
    await store.log.append(conversation_id, [Draft(body) for body in bodies], epoch=epoch)


def _rows(url: str) -> dict[str, list[Any]]:
    """Everything in the projected tables."""
    engines = open_engines(url, readers=1)
    with engines.reading.connect() as connection:
        rows = {
            table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in PROJECTIONS
        }
    engines.dispose()
    return rows


async def test_events_come_back_as_they_were_appended(store: Store) -> None:
    drafts = [Draft(body, at_s=float(n), source="client", leg="in") for n, body in enumerate(_every_kind())]
    first = await store.log.append("1", drafts[:6], epoch=1)
    rest = await store.log.append("1", drafts[6:], epoch=1)

    assert [event.seq for event in first + rest] == list(range(1, len(drafts) + 1))
    assert await store.log.read("1") == first + rest
    assert await store.log.read("1", after=len(drafts) - 2) == rest[-2:]
    assert await store.log.read("1", after=1, limit=2) == first[1:3]
    assert await store.log.read("2") == []


async def test_projections_can_be_rebuilt_from_the_log(store: Store, database_url: str) -> None:
    await _append(store, "1", *_every_kind())
    await _append(store, "2", _opened(name="Another"), MediaStarted(ZERO))
    before = _rows(database_url)

    assert all(before.values())
    await store.log.rebuild("1")

    assert _rows(database_url) == before


async def test_content_holds_everything_under_present_names(store: Store) -> None:
    await _append(store, "1", *_every_kind())
    content = await store.conversations.content("1")

    assert content is not None
    record = content.record
    assert (record.name, record.timezone, record.outcome, record.last_seq) == (
        "Weekly",
        "US/Pacific",
        "completed",
        len(_every_kind()),
    )
    assert record.zero_at == ZERO + timedelta(seconds=4)
    assert record.ended_at == ZERO + timedelta(minutes=1)
    assert record.call == CallProgressed("ended", 200, "BYE")
    assert record.metadata == {"label": "Business"}
    assert record.actions[0]["name"] == "sendSummaryEmail"
    assert [member.name for member in content.members] == ["Ann", "Robert", "Cal"]
    assert [(m.text, m.speaker and m.speaker.name) for m in content.messages] == [
        ("Can you send the plan?", "Ann"),
        ("Yes, by Friday.", "Robert"),
        ("Great.", "Cal"),
    ]
    action = content.insights[1]
    assert action.assignee is not None
    assert action.assignee.email == "bob@example.com"
    assert [(topic.text, topic.score) for topic in content.topics] == [("plan", 0.9)]
    assert [item.text for item in content.summary] == ["Robert sends the plan."]
    assert content.reading is not None
    assert content.reading.parts == ("insights", "topics", "summary", "answers")
    assert [answer.prompt.name for answer in content.reading.answers] == ["Dates"]
    assert await store.conversations.pending(10) == []
    assert [entity.value for entity in content.entities] == ["2026-11-27"]
    assert [intent.sub_name for intent in content.intents] == ["answered_by_machine"]
    assert [tracker.phrase for tracker in content.trackers] == ["by Friday", "Friday"]
    assert content.bookmarks == (Bookmark("b1", "The plan", 1.0, 2.0, "Who sends it"),)
    assert await store.conversations.content("2") is None


async def test_parts_of_a_conversation_are_as_in_the_whole_and_the_others_empty(store: Store) -> None:
    await _append(store, "1", *_every_kind())
    whole = await store.conversations.content("1")
    assert whole is not None
    nothing = Content(whole.record, whole.members)
    assert await store.conversations.content("1", ()) == nothing
    assert any(message.words for message in whole.messages)
    for part in EVERYTHING - {"words", "messages"}:
        assert getattr(whole, part), part
        expected = replace(nothing, **{part: getattr(whole, part)})
        assert await store.conversations.content("1", {part}) == expected
    wordless = tuple(replace(message, words=()) for message in whole.messages)
    assert await store.conversations.content("1", {"messages"}) == replace(nothing, messages=wordless)
    spoken = await store.conversations.content("1", {"messages", "words"})
    assert spoken == replace(nothing, messages=whole.messages)
    assert await store.conversations.content("2", {"messages"}) is None


async def test_what_is_withdrawn_live_is_gone(store: Store) -> None:
    bodies = _every_kind()
    until = next(place for place, body in enumerate(bodies) if isinstance(body, Understood))
    await _append(store, "1", *bodies[:until])
    content = await store.conversations.content("1")

    assert content is not None
    assert [(insight.text, insight.score) for insight in content.insights] == [
        ("Can you send the plan?", 0.95)
    ]
    assert [topic.text for topic in content.topics] == ["plan"]
    assert [(one.text, [place.start_s for place in one.matches]) for one in content.entities] == [
        ("Friday", [1.0, 2.2])
    ]
    assert [[place.start_s for place in one.matches] for one in content.trackers] == [[2.2]]


async def test_a_claim_fences_the_earlier_writer(store: Store) -> None:
    await _append(store, "1", _opened())
    epoch = await store.log.claim("1")

    with pytest.raises(FencedError, match="epoch 2"):
        await _append(store, "1", CallProgressed("ringing"), epoch=1)
    await _append(store, "1", CallProgressed("answered"), epoch=epoch)

    assert [event.seq for event in await store.log.read("1")] == [1, 2]


async def test_a_claim_after_a_number_is_one_of_how_things_stood_then(store: Store) -> None:
    await _append(store, "1", _opened(), MediaStarted(ZERO))
    with pytest.raises(FencedError, match="since 1"):
        await store.log.claim("1", after=1)
    await _append(store, "1", CallProgressed("held"))
    with pytest.raises(FencedError):
        await store.log.claim("1", after=2)
    assert await store.log.claim("1", after=3) == 2
    with pytest.raises(UnknownConversationError):
        await store.log.claim("2", after=1)


async def test_a_refused_job_leaves_its_neighbours_alone(store: Store) -> None:
    await _append(store, "1", _opened())
    results = await asyncio.gather(
        *(_append(store, str(n), _opened()) for n in range(1, 20)), return_exceptions=True
    )

    assert isinstance(results[0], StoreError)
    assert "exists already" in str(results[0])
    assert results[1:] == [None] * 18
    assert len(await store.conversations.listing("app", limit=100)) == 19


async def test_a_message_id_is_unique_in_the_database(store: Store) -> None:
    message = MessagesAdded((Message("1000000000000001", "Hello.", 0.0, 1.0),))
    await _append(store, "1", _opened(), message)
    await _append(store, "2", _opened())

    with pytest.raises(StoreError):
        await _append(store, "2", message)
    assert len(await store.log.read("2")) == 1


async def test_deliveries_are_queued_once_with_their_events(store: Store) -> None:
    email = NewDelivery("sendSummaryEmail:0", "email", {"emails": ["ann@example.com"]})
    await store.log.append("1", [Draft(_opened())], epoch=1, deliveries=[email])
    await store.log.append("1", [Draft(CallProgressed("ended"))], epoch=1, deliveries=[email])
    await store.log.append("1", [], epoch=1, deliveries=[NewDelivery("hook:1", "webhook", {})])
    with pytest.raises(FencedError):
        await store.log.append("1", [], epoch=7, deliveries=[NewDelivery("hook:2", "webhook", {})])

    waiting = await store.outbox.due(datetime.now(UTC))
    assert [(each.key, each.kind, each.attempts) for each in waiting] == [
        ("sendSummaryEmail:0", "email", 0),
        ("hook:1", "webhook", 0),
    ]
    assert waiting[0].payload == email.payload
    assert await store.outbox.next_due() == waiting[0].created_at


async def test_the_outbox_waits_retries_and_gives_up(store: Store) -> None:
    deliveries = [NewDelivery(key, "email", {"left": 2}) for key in ("sent", "later", "never")]
    await store.log.append("1", [Draft(_opened())], epoch=1, deliveries=deliveries)
    now = datetime.now(UTC)
    sent, later, never = await store.outbox.due(now)
    await store.outbox.done(sent.id)
    await store.outbox.failed(later.id, "451 try later", now + timedelta(minutes=5), {"left": 1})
    await store.outbox.failed(never.id, "550 no such user", None)

    assert await store.outbox.due(now) == []
    assert await store.outbox.next_due() == now + timedelta(minutes=5)
    [again] = await store.outbox.due(now + timedelta(minutes=5))
    assert (again.id, again.attempts, again.payload) == (later.id, 1, {"left": 1})
    await store.log.append("1", [], epoch=1, deliveries=deliveries)
    assert len(await store.outbox.due(now + timedelta(hours=1))) == 1


async def test_the_outbox_forgets_what_nobody_sends_any_more(store: Store, database_url: str) -> None:
    deliveries = [NewDelivery(key, "email", {"secret": key}) for key in ("sent", "later", "never")]
    await store.log.append("1", [Draft(_opened())], epoch=1, deliveries=deliveries)
    now = datetime.now(UTC)
    sent, later, never = await store.outbox.due(now)
    await store.outbox.done(sent.id)
    await store.outbox.failed(later.id, "451", now)
    await store.outbox.failed(never.id, "550", None, {"secret": "half of it"})

    engines = open_engines(database_url, readers=1)
    with engines.reading.connect() as connection:
        rows = connection.execute(select(outbox.c.key, outbox.c.payload)).all()
    engines.dispose()
    assert {key: payload for key, payload in rows if "secret" in payload} == {"later": '{"secret":"later"}'}


async def test_deliveries_under_way_and_other_kinds_are_passed_over(store: Store) -> None:
    mail = [NewDelivery(f"mail:{number}", "email", {}, wait_s=number) for number in range(3)]
    hooks = [NewDelivery(f"hook:{number}", "webhook", {}) for number in range(2)]
    await store.log.append("1", [Draft(_opened())], epoch=1, deliveries=[*mail, *hooks])
    later = datetime.now(UTC) + timedelta(minutes=1)
    first, second, third = await store.outbox.due(later, kind="email")
    [hook] = await store.outbox.due(later, kind="webhook")

    assert [one.key for one in await store.outbox.due(later, kind="email", besides=[second.id])] == [
        "mail:0",
        "mail:2",
    ]
    assert await store.outbox.due(later, kind="webhook", besides=[hook.id]) == []
    assert await store.outbox.next_due(besides=[first.id, hook.id]) == first.created_at + timedelta(seconds=1)
    assert await store.outbox.next_due(kinds=["email"], besides=[first.id, second.id, third.id]) is None
    assert await store.outbox.next_due(kinds=[]) is None


async def test_the_webhooks_of_a_conversation_have_their_turn_one_by_one(store: Store) -> None:
    hooks = [NewDelivery(f"hook:{number}", "webhook", {}) for number in range(3)]
    for conversation_id in "12":
        deliveries = [*hooks, NewDelivery("mail", "email", {})]
        await store.log.append(conversation_id, [Draft(_opened())], epoch=1, deliveries=deliveries)
    now = datetime.now(UTC) + timedelta(seconds=1)

    async def due(at: datetime) -> set[tuple[str, str]]:
        return {(one.conversation_id, one.key) for one in await store.outbox.due(at) if one.kind == "webhook"}

    assert await due(now) == {("1", "hook:0"), ("2", "hook:0")}
    first, other = [one for one in await store.outbox.due(now) if one.kind == "webhook"]
    await store.outbox.failed(first.id, "busy", now + timedelta(hours=1))
    await store.outbox.done(other.id)
    assert await due(now) == {("2", "hook:1")}
    assert await due(now + timedelta(hours=2)) == {("1", "hook:0"), ("2", "hook:1")}
    await store.outbox.failed(first.id, "gone", None)
    assert await due(now) == {("1", "hook:1"), ("2", "hook:1")}


async def test_a_receiver_that_takes_nothing_holds_up_no_other_of_the_conversation(store: Store) -> None:
    hooks = [
        NewDelivery(f"{receiver}:{number}", "webhook", {}, receiver=f"https://{receiver}.example/secret")
        for number in range(3)
        for receiver in ("dead", "good")
    ]
    await store.log.append("1", [Draft(_opened())], epoch=1, deliveries=hooks)
    now = datetime.now(UTC) + timedelta(seconds=1)
    dead, first = await store.outbox.due(now)
    assert (dead.key, first.key) == ("dead:0", "good:0")
    await store.outbox.failed(dead.id, "refused", now + timedelta(hours=1))
    await store.outbox.done(first.id)
    for number in (1, 2):
        [good] = await store.outbox.due(now)
        assert good.key == f"good:{number}"
        await store.outbox.done(good.id)
    assert [one.key for one in await store.outbox.due(now + timedelta(hours=2))] == ["dead:0"]
    await store.outbox.failed(dead.id, "gone", None)
    assert [one.key for one in await store.outbox.due(now)] == ["dead:1"]


async def test_webhooks_that_come_after_the_last_was_made_have_their_turn(store: Store) -> None:
    await store.log.append("1", [Draft(_opened())], epoch=1, deliveries=[NewDelivery("a", "webhook", {})])
    now = datetime.now(UTC) + timedelta(hours=1)
    [first] = await store.outbox.due(now)
    await store.outbox.done(first.id)
    more = [NewDelivery(key, "webhook", {}, wait_s=60.0) for key in ("a", "b", "c")]
    await store.log.append("1", [], epoch=1, deliveries=more)
    [second] = await store.outbox.due(now)
    assert second.key == "b", "the key of the first is taken"
    assert await store.outbox.due(second.created_at) == []
    await store.outbox.hasten("1")
    assert await store.outbox.next_due() is not None
    await store.outbox.done(second.id)
    await store.outbox.done(second.id)
    [third] = await store.outbox.due(datetime.now(UTC))
    assert third.key == "c"
    await store.outbox.done(third.id)
    assert await store.outbox.next_due() is None


async def test_no_webhook_is_left_behind_by_one_that_ends_in_another_process(
    store: Store, database_url: str
) -> None:
    await store.log.append("1", [Draft(_opened())], epoch=1, deliveries=[NewDelivery("0", "webhook", {})])
    async with await Store.open(database_url) as other:
        for number in range(1, 30):
            [one] = await store.outbox.due(datetime.now(UTC))
            more = [NewDelivery(str(number), "webhook", {})]
            await asyncio.gather(
                store.outbox.done(one.id), other.log.append("1", [], epoch=1, deliveries=more)
            )
    assert [one.key for one in await store.outbox.due(datetime.now(UTC))] == ["29"]


async def test_jobs_are_kept_with_their_conversation(store: Store) -> None:
    await store.log.append("1", [Draft(_opened())], epoch=1)
    job = JobRecord("j", "app", "1", "audio", {"language": "en-US"}, ZERO, webhook_url="https://x.example")
    await store.jobs.add(job)
    assert await store.jobs.find("app", "j") == job
    assert await store.jobs.find("other", "j") is None
    assert await store.jobs.unfinished() == [job]
    await store.jobs.change(job, "failed", "no sound", [NewDelivery("job:j:failed", "webhook", {})])
    assert await store.jobs.find("app", "j") == replace(job, status="failed", error="no sound")
    assert await store.jobs.unfinished() == []
    assert [one.key for one in await store.outbox.due(datetime.now(UTC))] == ["job:j:failed"]
    await store.conversations.delete("app", "1")
    assert await store.jobs.find("app", "j") is None
    await store.jobs.change(job, "completed", deliveries=[NewDelivery("late", "webhook", {})])
    assert await store.outbox.next_due() is None


async def test_a_job_and_the_conversation_that_it_begins_are_stored_both_or_neither(store: Store) -> None:
    opening = [Draft(_opened()), Draft(MetadataChanged({"agent": "eve"}))]
    first, second = (JobRecord("j", "app", key, "text", {}, ZERO) for key in ("1", "2"))
    await store.jobs.add(first, opening)
    (head,) = await store.conversations.listing("app")
    assert (head.record.id, head.record.metadata, head.members) == ("1", {"agent": "eve"}, (ANN, BOB))
    with pytest.raises(StoreError):
        await store.jobs.add(second, opening)  # there is a job of that id
    with pytest.raises(StoreError, match="exists already"):
        await store.jobs.add(replace(first, id="k"), opening)
    assert [head.record.id for head in await store.conversations.listing("app")] == ["1"]
    assert await store.jobs.unfinished() == [first]


async def test_no_job_is_added_to_a_conversation_that_was_deleted(store: Store) -> None:
    job = JobRecord("j", "app", "1", "text", {}, ZERO)
    with pytest.raises(UnknownConversationError):
        await store.jobs.add(job)
    assert await store.jobs.unfinished() == []


async def test_deleting_removes_all_of_a_conversation_and_nothing_else(
    store: Store, database_url: str
) -> None:
    email = NewDelivery("sendSummaryEmail:0", "email", {})
    await store.log.append("1", [Draft(body) for body in _every_kind()], epoch=1, deliveries=[email])
    await _append(store, "2", _opened())
    kept = _rows(database_url)

    assert not await store.conversations.delete("another app", "1")
    assert _rows(database_url) == kept
    assert await store.conversations.delete("app", "1")
    assert not await store.conversations.delete("app", "1")
    assert await store.log.read("1") == []
    assert await store.outbox.due(datetime.now(UTC)) == []
    assert await store.conversations.content("1") is None
    assert isinstance(await store.conversations.content("2"), Content)


async def test_conversations_are_found_and_listed_for_their_app(store: Store) -> None:
    for n in range(5):
        await _append(store, str(n), _opened(name=f"Call {n}", started_at=ZERO + timedelta(hours=n)))
    await _append(store, "9", _opened(app_id="other"))
    conversations = store.conversations

    async def listed(**asked: Any) -> list[str]:
        return [head.record.id for head in await conversations.listing("app", **asked)]

    assert await listed(limit=2, offset=1) == ["1", "2"]
    assert await listed(descending=True, limit=2) == ["4", "3"]
    assert await listed(sort=("name",), limit=1) == ["0"]
    await _append(store, "2", Closed(ZERO))
    assert await listed(sort=("ended_at",)) == ["2", "0", "1", "3", "4"]
    assert await listed(sort=("ended_at",), descending=True) == ["4", "3", "1", "0", "2"]
    assert await listed(where=lambda record: record.name != "Call 1", limit=2, offset=1) == ["2", "3"]
    late = {"where": lambda one: one.started_at > ZERO and one.kind == "meeting", "descending": True}
    assert await listed(**late) == ["4", "3", "2", "1"]
    passing = await conversations.listing("app", sort=("name",), where=lambda one: one.metadata == {})
    assert passing == await conversations.listing("app", sort=("name",))
    assert await listed(where=lambda one: False) == []
    (head,) = await conversations.listing("app", limit=1)
    assert head.members == (ANN, BOB)
    assert await conversations.listing("app", limit=0) == []
    assert await listed(since=ZERO + timedelta(hours=1), until=ZERO + timedelta(hours=3)) == ["1", "2", "3"]
    assert await conversations.find("app", "9") is None
    found = await conversations.find("other", "9")
    assert found is not None
    assert found == await conversations.find_call("other", "c-1")
    assert await conversations.find_call("other", "c-2") is None


async def test_experiences_last_as_long_as_their_conversation(store: Store) -> None:
    await _append(store, "1", _opened())
    first = ExperienceRecord("x1", "1", "video-summary", {"videoUrl": "https://a.example/1"}, ZERO)
    second = replace(first, id="x2", created_at=ZERO + timedelta(seconds=1))
    for experience in (second, first):
        await store.experiences.add(experience)
    assert await store.experiences.of_conversation("1") == [first, second]
    changed = replace(second, look={"videoUrl": "https://a.example/2"})
    await store.experiences.change([changed])
    assert await store.experiences.find("x2") == changed
    assert await store.experiences.find("x3") is None
    assert await store.conversations.delete("app", "1")
    assert await store.experiences.find("x1") is None


async def test_unfinished_conversations_are_those_never_closed(store: Store) -> None:
    await _append(store, "1", _opened(), Closed(ZERO, "failed"))
    await _append(store, "2", _opened())

    assert [record.id for record in await store.unfinished()] == ["2"]


async def test_apps_and_keys_outlive_a_restart(store: Store, database_url: str) -> None:
    app = await store.apps.create("Mine")
    key = await store.apps.signing_key()
    async with await Store.open(database_url) as again:
        assert await again.apps.signing_key() == key
        assert await again.apps.verify(app.id, app.secret)
        assert [record.name for record in await again.apps.listing()] == ["Mine"]
        assert await again.apps.remove(app.id)
        assert not await again.apps.remove(app.id)
        assert not await again.apps.verify(app.id, app.secret)
