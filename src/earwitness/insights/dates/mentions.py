"""Find dates in a text: rules find what stands alone, tables of what may stand around it make more of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from earwitness.insights.dates.day_rules import DAY_RULES
from earwitness.insights.dates.holidays import nth_weekday
from earwitness.insights.dates.period_rules import PERIOD_RULES
from earwitness.insights.dates.periods import Period, away, day, later, part, span, week, weekday_from
from earwitness.insights.dates.rules import Rule
from earwitness.insights.dates.words import compile_rule, number_of, weekday_of, without_stop
from earwitness.insights.english.twin_letters import without_twins

_RULES: tuple[Rule, ...] = DAY_RULES + PERIOD_RULES
_MAY_HOLD_ONE = compile_rule(
    r"\d|@MONTH|day|\b(?:by|until|till|before) the|teenth|twent|thirt|eleventh|twelfth"
    r"|tonight|tonite|tomorrow|tmrw|morning|afternoon|evening"
    r"|night|week|month|quarter|year|decade|century|ties\b|EO[DMQWY]\b|COB\b|close of business|easter"
    r"|christmas|x-?mas|thanksgiving|halloween|valentine|juneteenth"
)
"""No rule can match without one of these: most sentences need no closer look."""
_DAYS = ("day", "weekday", "away", "weeks away")
LONGEST_TEXT = 2_000
"""Characters of a text that are looked at; a sentence has fewer."""
_BEFORE_DATE = 100
"""Characters before a date that are searched for what makes more of it."""


_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class DateMention:
    """Days that a text speaks of."""

    text: str
    offset: int
    """In characters from the start of the text."""
    period: Period

    @property
    def end(self) -> int:
        """Where the text goes on after it."""
        return self.offset + len(self.text)


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    period: Period | None
    anew: Callable[[date], Period | None]
    """What the same words mean when they are said on another day."""


def find_dates(text: str, today: date) -> list[DateMention]:
    """Return the dates and periods of days in a text, in its order; times of day are not looked for.

    Args:
        text: a sentence.
        today: the day on which it was said, where the speakers are.
    """
    said, text = text, without_twins(text[:LONGEST_TEXT])
    if not _MAY_HOLD_ONE.search(text):
        return []
    alone = _alone(text, today)
    found = [_with_what_is_before(text, one) for one in alone if one.period is not None]
    return [
        DateMention(said[one.start : without_stop(text, one.start, one.end)], one.start, one.period)
        for one in _joined(text, found, today)
        if one.period is not None
    ]


def _alone(text: str, today: date) -> list[_Candidate]:
    """Of what the rules find, keep from left to right what begins first, and of that the longest."""
    candidates = [one for rule in _RULES for one in _matches(rule, text, today)]
    candidates.sort(key=lambda one: (one.start, -one.end))
    kept: list[_Candidate] = []
    for one in candidates:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _matches(rule: Rule, text: str, today: date) -> list[_Candidate]:
    found = []
    has_when = "when" in rule.pattern.groupindex
    for match in rule.pattern.finditer(text):
        start, end = match.span("when") if has_when else match.span()

        def resolve(at: date, match: re.Match[str] = match) -> Period | None:
            return _of_calendar(rule.resolve, match, at)

        found.append(_Candidate(start, end, resolve(today), resolve))
    return found


def _of_calendar(make: Callable[..., _Made | None], *args: object) -> _Made | None:
    """Return what is made, or None where it is no day of the calendar, such as February 30th.

    A word that its rule matches and no table has is none either.
    """
    try:
        return make(*args)
    except (ValueError, OverflowError, LookupError, StopIteration):
        return None


def _offset(match: re.Match[str], period: Period) -> Period:
    sign = -1 if match["way"].lower().startswith(("before", "prior")) else 1
    return away(period.start, sign * number_of(match["count"]), match["unit"])


def _lasting(match: re.Match[str], period: Period) -> Period:
    return span(period.start, later(period.start, number_of(match["count"]), match["unit"]))


def _after(_match: re.Match[str], period: Period) -> Period:
    if period.unit in _DAYS:
        return period
    return Period(period.end, date.max, period.end, "span")


def _its_week(_match: re.Match[str], period: Period) -> Period:
    return week(period.start) if period.unit in _DAYS else period


def _its_part(match: re.Match[str], period: Period) -> Period:
    if period.unit not in ("week", "month", "quarter", "year", "decade"):
        return period
    word = match["part"].lower()
    early, middle = ("early", "earlier", "beginning", "start"), ("mid", "middle")
    return part(period, "early" if word in early else "mid" if word in middle else "late")


def _nth(match: re.Match[str], period: Period) -> Period | None:
    """`the second week of January`, `the last Friday of the month`, `the third month of 2026`."""
    what, nth = match["what"].lower(), -1 if match["nth"].lower() == "last" else number_of(match["nth"])
    if period.unit not in ("month", "quarter", "year") or nth == 0:
        return None
    last_day = period.end - timedelta(days=1)
    match what:
        case "week":
            # The first week is the one that has the first Thursday (ISO 8601).
            thursday = (
                weekday_from(period.start, 3) if nth > 0 else weekday_from(period.end, 3) - timedelta(7)
            )
            found = week(thursday + timedelta(weeks=nth - 1 if nth > 0 else 0))
        case "day":
            found = day(last_day if nth < 0 else period.start + timedelta(days=nth - 1))
        case "month":
            start = later(period.start if nth > 0 else period.end, nth - 1 if nth > 0 else -1, "month")
            found = span(start, later(start, 1, "month"), "month")
        case _:
            if period.unit != "month":
                return None
            found = day(nth_weekday(period.start.year, period.start.month, weekday_of(what), nth))
    return found if period.start < found.end and found.start < period.end else None


_COUNT = r"(?P<count>@COUNT) (?P<unit>@UNIT)"
_HEARD_COUNT = r"(?P<count>@HEARD_COUNT) (?P<unit>@UNIT)"
_BEFORE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Period], Period | None]], ...] = (
    (
        compile_rule(rf"\b{_HEARD_COUNT} (?P<way>from|after|before|prior to|following|since) (?:the )?$"),
        _offset,
    ),
    (
        compile_rule(rf"\b(?:for )?{_COUNT},? (?:starting|beginning|from|as of)(?: from| on)? (?:the )?$"),
        _lasting,
    ),
    (
        compile_rule(
            r"\b(?:the )?(?P<nth>@ORDINAL|last) (?P<what>week|month|day|@WEEKDAY)"
            r"(?: \d\d?(?::\d\d)? ?[ap]m(?: to \d\d?(?::\d\d)? ?[ap]m)?)?(?:,| of| in)? (?:the )?$"
        ),
        _nth,
    ),
    (
        compile_rule(r"\b(?:the )?week (?:of|starting|beginning|commencing)(?: on)? (?:the )?$|\bw/c $"),
        _its_week,
    ),
    (
        compile_rule(
            r"\b(?:the )?(?P<part>early|earlier|mid|middle|later?|end|beginning|start)(?: of| in|-)?"
            r"(?: the)?[ -]?$"
        ),
        _its_part,
    ),
    (compile_rule(r"\b(?P<when>)(?:after|later than|greater than|following) (?:the )?$"), _after),
)
"""What may stand right before a date, and what it makes of it."""

_RANGE = compile_rule(r" ?(?:to|till|til|until|through|thru|up to|-|–|—) ?(?:the )?")
_OPENING = compile_rule(r"\bbetween (?:the )?$")
_BETWEEN = compile_rule(r",? and (?:the )?")
_MONTH_NAME = compile_rule(r"\b@MONTH\b")
_BESIDE = compile_rule(r",? ?\(?(?:of |on )?(?:the )?")
_MORE_DAYS = compile_rule(
    r" ?(?:to|till|until|through|thru|-|–|and) ?(?:the )?(?P<number>@DAY)\b(?! ?[ap]\.?m| (?:of )?@MONTH)"
)
_DAYS_BEFORE = compile_rule(
    r"(?<![\d/-])\b(?P<number>@ORDINAL|\d\d?) ?(?:to|till|until|through|thru|-|–|and) ?(?:the )?$"
)


def _with_what_is_before(text: str, one: _Candidate) -> _Candidate:
    """Apply the table of what may stand before a date, again and again as long as something does."""
    changed = True
    while changed and one.period is not None:
        changed = False
        for pattern, apply in _BEFORE:
            match = pattern.search(text, max(one.start - _BEFORE_DATE, 0), one.start)
            if match is None:
                continue
            period = _of_calendar(apply, match, one.period)
            if period is not None and period != one.period:
                start = one.start if "when" in pattern.groupindex else match.start()
                one = replace(one, start=start, period=period)
                changed = "when" not in pattern.groupindex
                break
    return one


def _joined(text: str, found: Sequence[_Candidate], today: date) -> list[_Candidate]:
    """Make one of dates that belong together: `Friday, May 3rd`, `next week on Tuesday`, `March to May`."""
    kept: list[_Candidate] = []
    for alone in found:
        one = _of_calendar(_with_more_days, text, alone) or alone
        if kept and one.end <= kept[-1].end:
            continue
        # What was found before is part of this one: the Friday of "the last Friday of the month".
        while kept and one.start < kept[-1].end:
            kept.pop()
        if kept and (pair := _of_calendar(_pair, text, kept[-1], one, today)) is not None:
            kept[-1] = pair
        else:
            kept.append(one)
    return kept


def _pair(text: str, first: _Candidate, second: _Candidate, today: date) -> _Candidate | None:
    between = text[first.end : second.start]
    if first.period is None or second.period is None or second.start < first.end or len(between) > 16:
        return None
    period: Period | None = None
    opening = _OPENING.search(text, max(first.start - _BEFORE_DATE, 0), first.start)
    if _RANGE.fullmatch(between) or (opening and _BETWEEN.fullmatch(between)):
        period = _range(first, second, today)
    elif _BESIDE.fullmatch(between):
        period = _same(first.period, second.period)
    if period is None:
        return None
    end = second.end + (text[second.end : second.end + 1] == ")" and "(" in between)
    return _Candidate(first.start, end, period, lambda _: period)


def _range(first: _Candidate, second: _Candidate, today: date) -> Period | None:
    """What floats goes where the other one is: in `November to February 2027` it is that of 2026."""
    start, end = first.period, second.period
    if start is None or end is None:
        return None
    if end.floating:
        end = second.anew(start.start) or end
        if start.floating and start.unit != "weekday":
            # One that has begun and is not over is nearer than the next one.
            began = first.anew(later(start.start, -1, "year"))
            ends = began and second.anew(began.start)
            if began and ends and ends.end > today:
                start, end = began, ends
    elif start.floating:
        start = first.anew(later(end.start, -1, "year") + timedelta(days=1)) or start
    return span(start.start, end.end) if start.start <= end.start else None


def _same(first: Period, second: Period) -> Period | None:
    """A weekday beside another date: it names the day of a week, or says a date twice."""
    weekday, other = (first, second) if first.unit == "weekday" else (second, first)
    if weekday.unit != "weekday" or other.unit == "weekday":
        return None
    number = weekday.start.weekday()
    if other.unit == "week":
        return day(week(other.start).start + timedelta(days=number))
    if other.unit == "weeks away":
        return day(week(other.start).start + timedelta(days=number))
    if other.unit == "away":
        return day(weekday_from(other.start, number))
    return replace(other, floating=False) if other.unit == "day" else None


def _with_more_days(text: str, one: _Candidate) -> _Candidate:
    """`November 18-19`, `the 9th to the 17th of April`."""
    period = one.period
    if period is not None and period.unit == "day" and _MONTH_NAME.search(text, one.start, one.end):
        if after := _MORE_DAYS.match(text, one.end):
            end = _same_or_next_month(period.start, number_of(after["number"]))
            return replace(one, end=after.end(), period=span(period.start, end + timedelta(days=1)))
        if before := _DAYS_BEFORE.search(text, max(one.start - _BEFORE_DATE, 0), one.start):
            number = number_of(before["number"])
            after_month = _MONTH_NAME.search(text[: before.start()].rstrip()[-9:])
            if 0 < number < period.start.day and not after_month:
                start = period.start.replace(day=number)
                return replace(one, start=before.start(), period=span(start, period.end))
    return one


def _same_or_next_month(start: date, number: int) -> date:
    return start.replace(day=number) if number > start.day else later(start, 1, "month").replace(day=number)
