from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.insights.acts.due_dates import find_due_date

WEDNESDAY = datetime(2024, 5, 15, 10, 0, tzinfo=UTC)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.mark.parametrize(
    ("said", "text", "value"),
    [
        ("send it today", "today", "2024-05-15"),
        ("call tonight", "tonight", "2024-05-15"),
        ("do it tomorrow afternoon at three", "tomorrow afternoon at three", "2024-05-16T15:00:00"),
        ("the day after tomorrow", "the day after tomorrow", "2024-05-17"),
        ("by Friday", "Friday", "2024-05-17"),
        ("on Wednesday", "Wednesday", "2024-05-22"),
        ("this Wednesday", "this Wednesday", "2024-05-15"),
        ("next Tuesday at 5 pm", "next Tuesday at 5 pm", "2024-05-21T17:00:00"),
        ("next Friday", "next Friday", "2024-05-24"),
        ("Thursday next week", "Thursday next week", "2024-05-23"),
        ("before 5 p.m. on Friday", "5 p.m. on Friday", "2024-05-17T17:00:00"),
        ("by 17:00 on Friday", "17:00 on Friday", "2024-05-17T17:00:00"),
        ("Monday at ten", "Monday at ten", "2024-05-20T10:00:00"),
        ("at five thirty tomorrow afternoon", "five thirty tomorrow afternoon", "2024-05-16T17:30:00"),
        ("at seven tomorrow morning", "seven tomorrow morning", "2024-05-16T07:00:00"),
        ("by the end of the week", "the end of the week", "2024-05-17"),
        ("by the end of next week", "the end of next week", "2024-05-24"),
        ("by end of month", "end of month", "2024-05-31"),
        ("by the end of the quarter", "the end of the quarter", "2024-06-30"),
        ("by the end of the year", "the end of the year", "2024-12-31"),
        ("EOD", "EOD", "2024-05-15"),
        ("by end of day Friday", "Friday", "2024-05-17"),
        ("early next week", "early next week", "2024-05-20"),
        ("next month", "next month", "2024-06-01"),
        ("in two days", "in two days", "2024-05-17"),
        ("in a couple of weeks", "in a couple of weeks", "2024-05-29"),
        ("within three months", "within three months", "2024-08-15"),
        ("a week from Monday", "a week from Monday", "2024-05-27"),
        ("three weeks from tomorrow", "three weeks from tomorrow", "2024-06-06"),
        ("on the 3rd", "the 3rd", "2024-06-03"),
        ("by the twentieth", "the twentieth", "2024-05-20"),
        ("on the third of March", "the third of March", "2025-03-03"),
        ("March 3rd, 2026", "March 3rd, 2026", "2026-03-03"),
        ("June twenty-first", "June twenty-first", "2024-06-21"),
        ("20 June", "20 June", "2024-06-20"),
        ("Friday the 24th", "Friday the 24th", "2024-05-24"),
        ("in September", "September", "2024-09-01"),
        ("by the end of June", "the end of June", "2024-06-30"),
        ("by noon", "noon", "2024-05-15T12:00:00"),
        ("by 4 o'clock", "4 o'clock", "2024-05-15T16:00:00"),
        ("at 9 am", "9 am", "2024-05-16T09:00:00"),
        ("on 2024-07-01", "2024-07-01", "2024-07-01"),
        ("in half an hour", "in half an hour", "2024-05-15T10:30:00"),
        ("in the next two weeks", "next two weeks", "2024-05-29"),
        ("this week", "this week", "2024-05-17"),
        ("later this month", "later this month", "2024-05-31"),
        ("on Monday between 2 and 4", "Monday", "2024-05-20"),
        ("by noon on Friday", "noon on Friday", "2024-05-17T12:00:00"),
        ("at 4 o'clock tomorrow", "4 o'clock tomorrow", "2024-05-16T16:00:00"),
        ("tomorrow at nine in the morning", "tomorrow at nine in the morning", "2024-05-16T09:00:00"),
        ("on the last Friday of this month", "the last Friday of this month", "2024-05-31"),
        ("on the twenty fifth", "the twenty fifth", "2024-05-25"),
        ("the week after next", "the week after next", "2024-05-27"),
        ("within the week", "the week", "2024-05-17"),
        ("before Christmas", "Christmas", "2024-12-25"),
        ("on Friday, May 24th at 10", "Friday, May 24th at 10", "2024-05-24T10:00:00"),
        ("by May 3rd, 2023", "May 3rd, 2023", "2023-05-03"),
    ],
)
def test_dates_are_found_and_resolved(said: str, text: str, value: str) -> None:
    found = find_due_date(f"Please finish {said}.", WEDNESDAY)
    assert found is not None
    assert (found.text.rstrip("."), found.value) == (text.rstrip("."), value)
    assert f"Please finish {said}."[found.offset :].startswith(found.text)


@pytest.mark.parametrize(
    "said",
    [
        "I may send it",
        "see the second page",
        "on the second page",
        "march on",
        "what we found last week",
        "the figures of May 3rd, 2023",
        "the work since 2019",
        "it every Friday",
        "a list of five people",
        "a 5 a day",
        "we have ten people",
        "2015-1-32",
        "",
    ],
)
def test_what_is_no_date_gives_none(said: str) -> None:
    assert find_due_date(said, WEDNESDAY) is None


def test_zone_and_daylight_saving_of_the_day_are_used() -> None:
    zone = ZoneInfo("America/New_York")
    found = find_due_date("by Tuesday at 5 pm", datetime(2024, 3, 6, 15, tzinfo=zone))
    assert found is not None
    assert found.at.isoformat() == "2024-03-12T17:00:00-04:00"
    assert found.has_time


def test_impossible_days_are_not_invented() -> None:
    assert find_due_date("on February 30th", WEDNESDAY) is None
    in_january = find_due_date("in one month", datetime(2024, 1, 31, tzinfo=UTC))
    assert in_january is not None
    assert in_january.value == "2024-02-29"


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_next_one_and_next_weekday_lies_in_the_next_week(today: date, name: str) -> None:
    said_at = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    plain = find_due_date(f"by {name}", said_at)
    following = find_due_date(f"next {name}", said_at)
    assert plain is not None
    assert following is not None
    assert WEEKDAYS[plain.at.weekday()] == WEEKDAYS[following.at.weekday()] == name
    assert timedelta(0) < plain.at.date() - today <= timedelta(7)
    monday = today - timedelta(days=today.weekday())
    assert timedelta(7) <= following.at.date() - monday < timedelta(14)


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    find_due_date(text, WEDNESDAY)
