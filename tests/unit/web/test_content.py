"""A conversation as its page needs it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earwitness.conversation.bookmark import Author, Bookmark
from earwitness.conversation.events import CallProgressed
from earwitness.store.seams import Content, ConversationRecord
from earwitness.web.content import page_content
from tests.support.pages import ANNA, MARK, SAID, STARTED_AT, UNDERSTOOD

RECORD = ConversationRecord(
    id="1234567890123456",
    app_id="app",
    name="Pilot review",
    kind="meeting",
    started_at=STARTED_AT,
    media_started_at=STARTED_AT + timedelta(seconds=2),
    ended_at=STARTED_AT + timedelta(seconds=32),
    outcome="completed",
    endpoint="sip:8002@sip.example.com",
    timezone="Asia/Tokyo",
    call=CallProgressed("ended", 200, "BYE", "opus", {"packetsReceived": 1500}),
)


def test_everything_that_was_understood_is_in_it() -> None:
    given = page_content(
        Content(RECORD, (ANNA, MARK), SAID, UNDERSTOOD.insights, UNDERSTOOD.topics, UNDERSTOOD.summary)
    )
    assert given["state"] == "completed"
    assert given["mediaStartTime"] == "2025-03-05T23:30:02.000Z"
    assert given["endTime"] == "2025-03-05T23:30:32.000Z"
    assert [message["timeOffset"] for message in given["messages"]] == [0.6, 3.0, 6.0, 9.5]
    assert given["actionItems"][0]["assignee"]["name"] == "Mark"
    assert given["actionItems"][0]["dueBy"] == "2025-03-07T00:00:00+09:00"
    assert len(given["followUps"]) == len(given["questions"]) == 1
    assert given["topics"][0]["messageIds"] == [SAID[1].id, SAID[2].id]
    assert given["summary"][0]["messageRefs"] == [{"id": SAID[2].id}]
    assert given["call"] == {
        "state": "ended",
        "sipStatus": 200,
        "reason": "BYE",
        "codec": "opus",
        "media": {"packetsReceived": 1500},
    }


def test_what_is_of_use_within_the_talk_alone_is_left_out() -> None:
    within = tuple(replace(one, score=0.52) for one in UNDERSTOOD.insights)
    given = page_content(Content(RECORD, (ANNA, MARK), SAID, within))
    assert given["actionItems"] == given["followUps"] == given["questions"] == []


def test_talk_and_silence_add_up_to_the_length_of_the_media() -> None:
    figures = page_content(Content(RECORD, (ANNA, MARK), SAID))["analytics"]
    assert figures["talk"]["seconds"] + figures["silence"]["seconds"] == pytest.approx(30.0)
    assert [(one["name"], one["talk"]["seconds"]) for one in figures["members"]] == [
        ("Anna", 4.0),
        ("Mark", 6.0),
    ]


def test_a_conversation_that_goes_on_has_no_end() -> None:
    running = ConversationRecord("1", "app", "Stand-up", "meeting", STARTED_AT)
    given = page_content(Content(running))
    assert (given["state"], given["endTime"], given["mediaStartTime"], given["call"]) == (
        "active",
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("name", "endpoint", "title"),
    [
        ("Pilot review", "sip:a@example.com", "Pilot review"),
        ("1", "sip:a@example.com", "Call to sip:a@example.com"),
        ("1", None, "Conversation without a name"),
        ("", None, "Conversation without a name"),
    ],
)
def test_a_conversation_without_a_name_is_called_after_its_endpoint(
    name: str, endpoint: str | None, title: str
) -> None:
    assert ConversationRecord("1", "app", name, "meeting", STARTED_AT, endpoint=endpoint).title == title


def test_how_well_a_call_went_is_for_those_who_may_know() -> None:
    content = Content(RECORD, (ANNA, MARK), SAID, UNDERSTOOD.insights)
    assert page_content(content)["callScore"] is None
    score = page_content(content, call_score=True)["callScore"]
    assert 0 <= score["score"] <= 100
    assert len(score["criteria"]) == 6
    running = replace(content, record=replace(RECORD, outcome=None, ended_at=None))
    assert page_content(running, call_score=True)["callScore"] is None


def test_bookmarks_are_shown_with_what_they_mark() -> None:
    marked = Bookmark("5000000000000001", "Launch", 3.0, 6.0, "How it went", Author("Eve"))
    (shown,) = page_content(Content(RECORD, (ANNA, MARK), SAID, bookmarks=(marked,)))["bookmarks"]
    assert (shown["label"], shown["description"], shown["user"]) == ("Launch", "How it went", {"name": "Eve"})
    assert [ref["id"] for ref in shown["messageRefs"]] == [SAID[1].id, SAID[2].id]
