"""A conversation in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from earwitness.conversation.insight import WORTH_READING, Insight
from earwitness.conversation.message import Message
from earwitness.delivery.summary_view import Paragraph, Task, view
from earwitness.store.seams import Content

from .conftest import ANN, BOB, START


def test_times_are_in_the_zone_of_the_conversation(content: Content) -> None:
    words = view(content)
    assert (words.day, words.hours, words.duration) == (
        "Monday, 23 November 2026",
        "09:00–10:02 PST",
        "1 h 2 min",
    )


def test_an_unknown_zone_is_read_as_utc(content: Content) -> None:
    for name in ("Mars/Olympus", "", "../etc/passwd"):
        words = view(replace(content, record=replace(content.record, timezone=name)))
        assert words.hours == "17:00–18:02 UTC"


def test_a_conversation_that_still_runs_has_no_end(content: Content) -> None:
    words = view(replace(content, record=replace(content.record, ended_at=None)))
    assert (words.hours, words.duration) == ("09:00 PST", None)


@pytest.mark.parametrize(
    ("seconds", "duration"),
    [(0, "0 s"), (42, "42 s"), (60, "1 min"), (3540, "59 min"), (3599, "1 h"), (7380, "2 h 3 min")],
)
def test_durations(content: Content, seconds: int, duration: str) -> None:
    ended_at = START + timedelta(seconds=seconds)
    assert view(replace(content, record=replace(content.record, ended_at=ended_at))).duration == duration


@pytest.mark.parametrize(
    ("start", "minutes", "hours", "duration"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 45, "02:30 CEST–02:15 CET", "45 min"),
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), 60, "01:30 CET–03:30 CEST", "1 h"),
    ],
)
def test_a_change_of_the_clocks_changes_no_duration(
    content: Content, start: datetime, minutes: int, hours: str, duration: str
) -> None:
    ended_at = start + timedelta(minutes=minutes)
    record = replace(content.record, media_started_at=start, ended_at=ended_at, timezone="Europe/Berlin")
    words = view(replace(content, record=record))
    assert (words.hours, words.duration) == (hours, duration)


def test_tasks_name_who_and_by_when(content: Content) -> None:
    words = view(content)
    assert words.action_items == (
        Task("Bob Okafor will send the fix for review by Wednesday.", "Bob Okafor", "Wed 25 Nov 2026"),
        Task("Ann Keller will ask Priya to read them.", "Ann Keller", None),
    )
    assert [task.due for task in words.follow_ups] == ["Mon 30 Nov 2026, 09:30"]


def test_a_due_date_that_is_no_date_is_shown_as_it_is(content: Content) -> None:
    action = Insight("9", "action_item", "Send it.", 0.9, (), due_by="soon")
    assert view(replace(content, insights=(action,))).action_items[0].due == "soon"


def test_what_is_of_use_within_the_talk_alone_is_left_out(content: Content) -> None:
    within = tuple(replace(one, score=0.52) for one in content.insights)
    words = view(replace(content, insights=within))
    assert (words.action_items, words.follow_ups, words.questions) == ((), (), ())
    least = tuple(replace(one, score=WORTH_READING) for one in content.insights)
    assert view(replace(content, insights=least)) == view(content)


def test_topics_come_by_weight(content: Content) -> None:
    assert view(content).topics == ("billing service", "partial refunds", "help pages")


def test_the_transcript_joins_what_one_speaker_said(content: Content) -> None:
    transcript = view(content).transcript
    assert transcript[1] == Paragraph(
        "Bob Okafor",
        "0:11",
        "The migration ran through on staging last night. "
        "Two invoices out of forty thousand differ by a cent, and I know why.",
    )
    assert transcript[-1] == Paragraph(None, "1:01:11", "Sounds good, bye.")


def test_a_long_pause_another_speaker_or_another_leg_begins_a_paragraph(content: Content) -> None:
    messages = (
        Message("1", "One.", 0.0, 1.0, speaker=ANN),
        Message("2", "Two.", 8.9, 9.5, speaker=ANN),
        Message("3", "Three.", 17.5, 18.0, speaker=ANN),
        Message("4", "Four.", 18.1, 19.0, speaker=BOB),
        Message("5", "Five.", 19.1, 20.0, speaker=BOB, leg="out"),
    )
    transcript = view(replace(content, messages=messages)).transcript
    assert [paragraph.text for paragraph in transcript] == ["One. Two.", "Three.", "Four.", "Five."]
