from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.insights.dates.clock import ANYWHERE, clock_of
from earwitness.insights.dates.holidays import easter, holiday
from earwitness.insights.dates.mentions import find_dates
from earwitness.insights.dates.moments import find_moments
from earwitness.insights.dates.words import number_of, year_of

WEDNESDAY = date(2024, 5, 15)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("yesterday", "2024-05-14", "2024-05-15"),
        ("the day before yesterday", "2024-05-13", "2024-05-14"),
        ("last night", "2024-05-14", "2024-05-15"),
        ("two days ago", "2024-05-13", "2024-05-14"),
        ("last Friday", "2024-05-10", "2024-05-11"),
        ("this past Monday", "2024-05-13", "2024-05-14"),
        ("Friday the 31st", "2024-05-31", "2024-06-01"),
        ("Monday the 13th", "2024-05-13", "2024-05-14"),
        ("Tuesday two weeks from now", "2024-05-28", "2024-05-29"),
        ("next week on Tuesday", "2024-05-21", "2024-05-22"),
        ("Wednesday evening next week", "2024-05-22", "2024-05-23"),
        ("Friday, May 24th", "2024-05-24", "2024-05-25"),
        ("3 days after June 10th", "2024-06-13", "2024-06-14"),
        ("two weeks before Christmas", "2024-12-11", "2024-12-12"),
        ("in five business days", "2024-05-22", "2024-05-23"),
        ("Thanksgiving 2025", "2025-11-27", "2025-11-28"),
        ("the first Monday of June", "2024-06-03", "2024-06-04"),
        ("the last Friday of next month", "2024-06-28", "2024-06-29"),
        ("the week of June 12", "2024-06-10", "2024-06-17"),
        ("the second week of 2021", "2021-01-11", "2021-01-18"),
        ("a week starting tomorrow", "2024-05-16", "2024-05-23"),
        ("last quarter", "2024-01-01", "2024-04-01"),
        ("the last two quarters", "2023-10-01", "2024-04-01"),
        ("the past three months", "2024-02-15", "2024-05-15"),
        ("Q3 2025", "2025-07-01", "2025-10-01"),
        ("in 2023", "2023-01-01", "2024-01-01"),
        ("the nineties", "1990-01-01", "2000-01-01"),
        ("from March to May 2023", "2023-03-01", "2023-06-01"),
        ("November to February 2023", "2022-11-01", "2023-03-01"),
        ("June 18-19", "2024-06-18", "2024-06-20"),
        ("between the 9th and the 17th of July", "2024-07-09", "2024-07-18"),
        ("from Monday to Friday", "2024-05-20", "2024-05-25"),
        ("later this week", "2024-05-16", "2024-05-20"),
        ("early September", "2024-09-01", "2024-09-16"),
        ("6/21/2024", "2024-06-21", "2024-06-22"),
        ("21.6.2024", "2024-06-21", "2024-06-22"),
        ("2024/jun/21", "2024-06-21", "2024-06-22"),
        ("twenty five January nineteen eighty six", "1986-01-25", "1986-01-26"),
        ("October two thousand and ten", "2010-10-01", "2010-11-01"),
        ("May fourth, nineteen oh five", "1905-05-04", "1905-05-05"),
        ("March, second, 19, 75", "1975-03-02", "1975-03-03"),
        ("to weeks from January 15th", "2025-01-29", "2025-01-30"),
    ],
)
def test_dates_and_periods_are_resolved(said: str, start: str, end: str) -> None:
    text = f"We spoke about it, {said}."
    found = find_dates(text, WEDNESDAY)
    assert [(one.period.start.isoformat(), one.period.end.isoformat()) for one in found] == [(start, end)]
    assert text[found[0].offset : found[0].end] == found[0].text


@pytest.mark.parametrize(
    "said",
    [
        "you may not",
        "One may ask a question.",
        "This may take longer than expected.",
        "every Friday we meet",
        "I am out on Tuesday mornings",
        "we meet weekly",
        "6.45 percent",
        "8/1.5 is a formula",
        "the ssn is 123-12-1234",
        "send 2000 pieces",
        "let's do the second",
        "on second thought",
        "we sat there",
        "on February 30th",
        "we reached the end of the line",
    ],
)
def test_what_is_no_single_date_gives_none(said: str) -> None:
    assert find_dates(said, WEDNESDAY) == []


def test_figures_may_stand_without_marks() -> None:
    (found,) = find_dates("I'll go back 20161016.", WEDNESDAY)
    assert found.period.start == date(2016, 10, 16)


def test_several_dates_come_in_their_order() -> None:
    found = find_dates("Either tomorrow or next Friday, but not on June 3rd.", WEDNESDAY)
    assert [one.text for one in found] == ["tomorrow", "next Friday", "June 3rd"]


def test_holidays_move_with_the_year() -> None:
    assert [easter(year) for year in (2000, 2019, 2024, 2038)] == [
        date(2000, 4, 23),
        date(2019, 4, 21),
        date(2024, 3, 31),
        date(2038, 4, 25),
    ]
    assert holiday("Labor Day", 2024) == date(2024, 9, 2)
    assert holiday("memorial day", 2024) == date(2024, 5, 27)


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("Labor\nDay", date(2024, 9, 2)),
        ("Labor\u00a0 Day", date(2024, 9, 2)),
        ("TONİGHT", WEDNESDAY),
        ("thıs morning", WEDNESDAY),
        ("next \N{LATIN SMALL LETTER LONG S}unday", date(2024, 5, 26)),
    ],
)
def test_white_space_and_letters_may_be_of_any_kind(said: str, start: date) -> None:
    (found,) = find_dates(f"We meet {said}.", WEDNESDAY)
    assert (found.text, found.period.start) == (said, start)
    (moment,) = find_moments(f"We meet {said}.", WEDNESDAY)
    assert moment.period is not None
    assert moment.period.start == start


def test_number_words() -> None:
    assert [number_of(words) for words in ("22nd", "twenty-second", "a couple of", "nineteen", "an")] == [
        22,
        22,
        2,
        19,
        1,
    ]
    assert [
        year_of(words) for words in ("2026", "87", "12", "two thousand and five", "twenty twenty six")
    ] == [
        2026,
        1987,
        2012,
        2005,
        2026,
    ]


@pytest.mark.parametrize(
    ("said", "clock"),
    [
        ("5 pm", "17:00"),
        ("5pm", "17:00"),
        ("8.30 p.m.", "20:30"),
        ("17:45", "17:45"),
        ("half past ten", "10:30"),
        ("a quarter to nine", "08:45"),
        ("nine in the morning", "09:00"),
        ("seven thirty am", "07:30"),
        ("noon", "12:00"),
    ],
)
def test_times_of_day(said: str, clock: str) -> None:
    match = ANYWHERE.search(f"Let's meet at {said}.")
    assert match is not None
    found = clock_of(match)
    assert found is not None
    assert found.strftime("%H:%M") == clock


@given(st.text(max_size=60), st.dates(date(1990, 1, 1), date(2080, 1, 1)))
def test_any_text_is_survived(text: str, today: date) -> None:
    for found in find_dates(text, today):
        assert found.period.start < found.period.end


@given(st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1)))
def test_a_date_written_out_is_itself_whatever_day_it_is(when: datetime) -> None:
    for form in ("%Y-%m-%d", "%B %d, %Y", "%d %B %Y", "%m/%d/%Y"):
        found = find_dates(f"It is due {when.strftime(form)}.", WEDNESDAY)
        assert [one.period.start for one in found] == [when.date()]
