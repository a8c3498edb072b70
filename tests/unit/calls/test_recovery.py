"""What a crash cut off is finished from the log."""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from earwitness.calls import when_available
from earwitness.calls.recovery import Recovery
from earwitness.conversation.events import Body, CallProgressed, MediaStarted, Opened
from earwitness.insights.embedded import EmbeddedAnalyst
from earwitness.store.seams import Draft, StoreUnavailableError
from earwitness.store.store import Store
from earwitness.testing.scripted import Line
from tests.support.hearings import STARTED_AT, hearing, say, stored

ANSWERED_AT = datetime(2025, 3, 5, 14, 0, 4, tzinfo=UTC)
ACTION = {"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": ["anna@example.com"]}}
RINGING_TONE: list[Body] = [CallProgressed("early_media", 183, codec="PCMU"), MediaStarted(STARTED_AT)]
TALKING: list[Body] = [CallProgressed("answered", 200, answered_at=ANSWERED_AT), MediaStarted(STARTED_AT)]


def recovery(store: Store, executor: Executor) -> Recovery:
    return Recovery(store, EmbeddedAnalyst(), executor, lambda *_: "", "")


async def test_a_sentence_cut_off_by_a_crash_is_finished_from_the_log(store: Store) -> None:
    async with hearing(store, {"in": [Line(0.2, 1.0, "All is well. We went to the.")]}) as heard:
        leg = heard.leg("in", 0.0)
        heard.start()
        say(leg, 1.5)
        await stored(store, heard, "messages_added")
    with ThreadPoolExecutor(1) as executor:
        assert await recovery(store, executor).finish(await store.unfinished()) == 1
    content = await store.conversations.content(heard.conversation_id)
    assert content is not None
    assert [message.text for message in content.messages] == ["All is well.", "We went to the."]


async def test_what_was_shown_before_a_crash_keeps_its_id(store: Store) -> None:
    script = {
        "in": [
            Line(0.2, 1.0, "I will send the plan by Friday."),
            Line(1.2, 2.0, "When does the pilot start?"),
        ]
    }
    async with hearing(store, script) as heard:
        leg = heard.leg("in", 0.0)
        heard.start()
        say(leg, 3.0)
        await stored(store, heard, "insights_found", 2)
        before = await store.conversations.content(heard.conversation_id)
    with ThreadPoolExecutor(1) as executor:
        await recovery(store, executor).finish(await store.unfinished())
    after = await store.conversations.content(heard.conversation_id)
    assert before is not None
    assert after is not None
    assert [(one.id, one.text) for one in before.insights] == [(one.id, one.text) for one in after.insights]
    assert len(after.insights) == 2


@pytest.mark.parametrize(
    ("before", "outcome", "state", "is_mailed"),
    [
        ([], "failed", "interrupted", False),
        ([CallProgressed("ringing", 180)], "failed", "interrupted", False),
        (RINGING_TONE, "failed", "interrupted", False),
        ([*RINGING_TONE, CallProgressed("busy", 486, "Busy Here")], "failed", "busy", False),
        ([*RINGING_TONE, CallProgressed("ended", None, "We hung up")], "failed", "ended", False),
        (TALKING, "interrupted", "interrupted", True),
        ([*TALKING, CallProgressed("held", answered_at=ANSWERED_AT)], "interrupted", "interrupted", True),
        ([*TALKING, CallProgressed("ended", answered_at=ANSWERED_AT)], "completed", "ended", True),
    ],
)
async def test_a_call_ends_as_far_as_it_had_come(
    store: Store, before: list[Body], outcome: str, state: str, is_mailed: bool
) -> None:
    opened = Opened("app", "Weekly", STARTED_AT, "1", "sip:anna@example.com", actions=(ACTION,))
    await store.log.append("1", [Draft(body) for body in (opened, *before)], epoch=1)
    with ThreadPoolExecutor(1) as executor:
        assert await recovery(store, executor).finish(await store.unfinished()) == 1
    content = await store.conversations.content("1")
    assert content is not None
    assert content.record.call is not None
    assert (content.record.outcome, content.record.call.state) == (outcome, state)
    assert bool(await store.outbox.due(datetime.now(UTC), 1)) == is_mailed


async def test_a_store_that_is_away_for_a_moment_is_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Opened("app", "Weekly", STARTED_AT, "1", "sip:anna@example.com")
    await store.log.append("1", [Draft(body) for body in (opened, *TALKING)], epoch=1)
    claim, tried = store.log.claim, 0

    async def away_at_first(conversation_id: str) -> int:
        nonlocal tried
        tried += 1
        if tried < 3:
            raise StoreUnavailableError("the database is restarting")
        return await claim(conversation_id)

    monkeypatch.setattr(store.log, "claim", away_at_first)
    monkeypatch.setattr(when_available, "_RETRY_S", 0.001)
    with ThreadPoolExecutor(1) as executor:
        assert await recovery(store, executor).finish(await store.unfinished()) == 1
    assert await store.unfinished() == []


async def test_what_cannot_be_finished_keeps_nothing_else_open(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async with hearing(store, {"in": [Line(0.2, 1.0, "All is well.")]}) as heard:
        leg = heard.leg("in", 0.0)
        heard.start()
        say(leg, 1.5)
        await stored(store, heard, "messages_added")
    (record,) = await store.unfinished()

    def page_url(base_url: str, app_id: str, conversation_id: str) -> str:
        raise RuntimeError("a defect")

    with ThreadPoolExecutor(1) as executor:
        failing = Recovery(store, EmbeddedAnalyst(), executor, page_url, "")
        assert await failing.finish([record]) == 0
        assert await store.unfinished() == [record]
        deleted = replace(record, id="deleted")
        assert await recovery(store, executor).finish([deleted, record]) == 1
    assert await store.unfinished() == []
    assert "a defect" in caplog.text
