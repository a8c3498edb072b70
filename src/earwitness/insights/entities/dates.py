"""Dates, times and spans of time as entities, with what they stand for.

The grammar is that of `insights/dates/`; here it is decided which of what it finds is shown, and how it is
written. Only what can be put on a calendar is shown: "last Friday" is, "some day", "a few months ago" and
"the seventies" are not.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from earwitness.insights.dates.moments import DAYS, PARTS_OF_DAY, Moment, find_moments
from earwitness.insights.dates.periods import Period
from earwitness.insights.entities.birth_dates import find_birth_dates, is_of_birth
from earwitness.insights.entities.span import Span

_VAGUE = re.compile(r"\b(?:few|couple|several)\b", re.IGNORECASE)
_IDLE = re.compile(r"(?:the\s+)?weekend|last\s+night", re.IGNORECASE)
"""Mostly said of any weekend, and to say "lately": as a date it is of use to nobody."""
_OWN = re.compile(r"['’]s?\b")


def find_dates(text: str, today: date, before: str = "") -> Iterator[Span]:
    """Yield the dates and times of a text; dates of birth in digits come first, and others may overlap them.

    Args:
        text: what was said.
        today: the day it was said on, where the conversation takes place.
        before: what was said before it, which may ask for a date of birth.
    """
    yield from find_birth_dates(text, today, before)
    for moment in find_moments(text, today):
        span = _span(text, moment)
        if span is None:
            continue
        is_birth = moment.period is not None and is_of_birth(text, span.start, span.end, before)
        yield Span("date_of_birth", span.start, span.end, span.value) if is_birth else span


def _span(text: str, moment: Moment) -> Span | None:
    period, clock, part = moment.period, moment.clock, moment.part
    place = moment.start, moment.end
    if period is None:
        if clock is not None:
            return Span("time", *place, str(clock))
        start, end = PARTS_OF_DAY[part]
        return Span("timerange", *place, f"{start}/{end}")
    if not _is_shown(text, moment, period):
        return None
    if period.unit in DAYS:
        if clock is not None:
            return Span("datetime", *place, f"{period.start}T{clock}")
        if part:
            start, end = PARTS_OF_DAY[part]
            return Span("datetimerange", *place, f"{period.start}T{start}/{period.start}T{end}")
        return Span("date", *place, str(period.start))
    # ISO 8601-2 has two dots for an end that is open.
    last = ".." if period.end == date.max else str(period.end - timedelta(days=1))
    return Span("daterange", *place, f"{period.start}/{last}")


def _is_shown(text: str, moment: Moment, period: Period) -> bool:
    said = text[moment.start : moment.end]
    if _VAGUE.search(said) or _IDLE.fullmatch(said) or period.unit == "decade":
        return False
    # "This year's" and "next month's" say which of a kind is meant, not when.
    return period.unit in DAYS or not _OWN.match(text, moment.end)
