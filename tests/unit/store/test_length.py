"""How long a conversation is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from earwitness.conversation.message import Message
from earwitness.store.seams import Content, ConversationRecord

START = datetime(2026, 11, 27, tzinfo=UTC)
LIVE = ConversationRecord("1", "app", "Call", "meeting", START, START + timedelta(seconds=10))
OVER = replace(LIVE, ended_at=START + timedelta(seconds=40), outcome="completed")
SAID = (Message("1", "One.", 1.0, 20.0), Message("2", "Two.", 5.0, 6.0))


def test_a_conversation_is_as_long_as_its_media() -> None:
    assert Content(OVER, messages=SAID).length_s == 30
    assert Content(OVER).length_s == 30
    assert Content(OVER, messages=(Message("1", "One.", 1.0, 31.5),)).length_s == 31.5


def test_one_that_goes_on_is_as_long_as_what_was_heard() -> None:
    assert Content(LIVE, messages=SAID).length_s == 20
    assert Content(LIVE).length_s == 0


def test_one_without_media_is_as_long_as_what_was_said() -> None:
    unanswered = replace(OVER, media_started_at=None)
    assert Content(unanswered).length_s == 0
    assert Content(unanswered, messages=SAID).length_s == 20
