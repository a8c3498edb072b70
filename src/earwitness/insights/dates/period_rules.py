"""Rules for more than a day: next week, the last three months, Q3, September 2026, week 12, the nineties."""

import re
from datetime import date, timedelta

from earwitness.insights.dates.periods import (
    Period,
    around,
    later,
    month,
    part,
    quarter,
    span,
    week,
    years,
)
from earwitness.insights.dates.rules import Rule, rule
from earwitness.insights.dates.words import month_of, number_of, year_of

_AHEAD = {"next": 1, "coming": 1, "following": 1, "upcoming": 1, "last": -1, "past": -1, "previous": -1}
_ABBREVIATED = {"eow": "week", "eom": "month", "eoq": "quarter", "eoy": "year"}


def _named(match: re.Match[str], today: date) -> Period:
    return around(today, match["unit"], _AHEAD.get(match["which"].lower(), 0))


def _after_next(match: re.Match[str], today: date) -> Period:
    return around(today, match["unit"], 2)


def _end_of(match: re.Match[str], today: date) -> Period:
    ahead = _AHEAD.get((match["which"] or "").lower(), 0)
    whole = around(today, match["unit"], ahead)
    if whole.unit == "week" and today > whole.last:
        whole = around(today, "week", ahead + 1)
    return part(whole, "late")


def _abbreviated_end(match: re.Match[str], today: date) -> Period:
    return part(around(today, _ABBREVIATED[match[0].lower()], 0), "late")


def _several(match: re.Match[str], today: date) -> Period:
    """Days, weeks, months and years are counted from today, quarters and longer ones by the calendar."""
    count, unit = number_of(match["count"]), match["unit"].lower()
    ahead = _AHEAD[match["which"].lower()]
    if unit.startswith(("quarter", "decade", "centur")):
        now = around(today, unit, 0)
        ends = (
            (now.end, later(now.end, count, unit))
            if ahead > 0
            else (later(now.start, -count, unit), now.start)
        )
        return span(*ends)
    if ahead > 0:
        start, end = today + timedelta(days=1), later(today, count, unit)
        return Period(start, end + timedelta(days=1), end, "span")
    return span(later(today, -count, unit), today)


def _month_of_year(match: re.Match[str], today: date) -> Period:
    number = int(match["month"]) if match["month"].isdigit() else month_of(match["month"])
    return month(year_of(match["year"]), number)


def _month(match: re.Match[str], today: date) -> Period:
    number = month_of(match["month"])
    which = (match["which"] or "").lower()
    if which:
        return month(today.year + _AHEAD.get(which, 0), number)
    found = month(today.year + (number < today.month), number, floating=True)
    if found.start < today:
        return Period(found.start, found.end, today, found.unit, found.floating)
    return found


def _quarter(match: re.Match[str], today: date) -> Period:
    number = number_of(match["number"])
    year = match["year"] or match["before"]
    if year:
        return quarter(year_of(year), number)
    return quarter(today.year + (3 * number < today.month), number, floating=True)


def _year(match: re.Match[str], _today: date) -> Period:
    return years(year_of(match["year"]))


def _week_number(match: re.Match[str], today: date) -> Period | None:
    number = int(match["number"])
    year = today.year + _AHEAD.get((match["which"] or "").lower(), 0)
    if match["year"]:
        year = year_of(match["year"])
    return week(date.fromisocalendar(year, number, 1)) if number else None


def _decade(match: re.Match[str], _today: date) -> Period:
    words = (match["word"] or "").lower()
    tens = next((10 * i for i, stem in enumerate(_DECADES, 2) if words.startswith(stem)), None)
    if tens is None:
        tens = int(match["digits"])
    return years((2000 if match["century"] == "20" else 1900) + tens, 10)


def _century(match: re.Match[str], _today: date) -> Period:
    start = (number_of(match["number"]) - 1) * 100
    return span(date(start, 1, 1), date(start + 100, 1, 1))


_DECADES = ("twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet")
_NEAR = r"next|last|past|previous|coming|following|upcoming"
_LONG = r"(?:calendar |work |working )?(?:week(?:end)?|workweek|fortnight|month|quarter|year|decade|century)"
_NAMED_YEAR = r"(?:,? (?:of |in )?| ?[-/,] ?)(?P<year>@YEAR)"
_TIME_WORD = (
    r"(?:in|by|before|until|till|since|from|to|during|after|between|early|late|mid|end of|beginning of)"
)
_COUNTED = (
    r"(?:of|other|more|different|people|users|customers|employees|clients|units|times|words|rows|items|pieces"
    r"|lines|calls|seats|dollars|euros|pounds|miles|meters|metres|feet|percent|square)\b"
)
"""What makes a number of a year; behind a round one any plural does."""
_WEAK_TIME_WORD = r"(?:of|and|for|on|through|throughout|starting|is|summer|around)"
"""Before "may" and "march" these say nothing unless a capital does."""

PERIOD_RULES: tuple[Rule, ...] = (
    rule(rf"\b(?P<which>{_NEAR}|this|current|same|that) (?P<unit>{_LONG})\b(?!ly)", _named),
    rule(r"\b(?P<which>the|this) (?P<unit>weekend)\b", _named),
    rule(r"\bthe (?P<unit>week|month) after next\b", _after_next),
    rule(r"\b(?P<which>)(?P<unit>weekend)(?= ?[.?!]?$)", _named),
    rule(
        r"\b(?:for|over|during|within|rest of|remainder of) "
        r"(?P<when>(?P<which>the) (?P<unit>week|month|year|fortnight))\b",
        _named,
    ),
    rule(
        r"\b(?:the )?end of (?:(?:the|this|our|my) |(?P<which>next|last) )?(?P<unit>week|month|quarter|year)"
        r"\b(?! \d)",
        _end_of,
    ),
    rule(r"\b(?:EOW|EOM|EOQ|EOY)\b", _abbreviated_end),
    rule(rf"\b(?P<which>{_NEAR}) (?P<count>@COUNT) (?P<unit>@UNIT)\b", _several),
    rule(rf"\b(?P<count>@COUNT) (?P<which>{_NEAR}) (?P<unit>@UNIT)(?<=s)\b", _several),
    rule(rf"\b(?P<month>@MONTH)\b\.?{_NAMED_YEAR}\b(?!-\d)", _month_of_year),
    rule(r"\b(?P<month>@MONTH) of (?P<year>'?\d\d)\b", _month_of_year),
    rule(r"(?<![\d/-])(?P<month>0?[1-9]|1[0-2])[-/](?P<year>(?:19|20)\d\d)(?![\d/-])", _month_of_year),
    rule(r"\b(?P<which>)(?P<month>@LONE_MONTH)\b(?! \d)", _month),
    rule(
        rf"\b(?:{_TIME_WORD} (?:the )?(?=@MONTH)|{_WEAK_TIME_WORD} (?:the )?(?!(?-i:may|march)\b))"
        r"(?P<when>(?P<which>)(?P<month>@MONTH))\b(?! (?:be|have|not|i|we|you|also|differ|need)\b)",
        _month,
    ),
    rule(
        r"\b(?P<which>this|next|last) (?P<month>@SURE_MONTH|(?:may|march)(?= ?(?:$|[.,;?!])))\b(?! \d)",
        _month,
    ),
    rule(r"\b(?P<which>)(?P<month>@MONTH)(?= ?[-–] ?@MONTH\b)", _month),
    rule(
        r"\b(?:(?P<before>@YEAR)[- ])?q(?P<number>[1-4])\b"
        r"(?:[ ,/-]{0,2}(?:of |in )?(?P<year>(?:19|20)\d\d))?",
        _quarter,
    ),
    rule(
        r"\b(?P<before>)(?:the )?(?P<number>first|second|third|fourth|1st|2nd|3rd|4th) quarter"
        r"(?: (?:of |in )?(?P<year>@YEAR))?\b",
        _quarter,
    ),
    rule(
        r"\b(?:in|of|during|since|before|after|by|from|to|until|till|through|and|between|than|for|on|is|the"
        r"|(?:calendar |fiscal )?year) (?P<when>(?:the )?(?:year )?"
        rf"(?P<year>(?:19|20)(?:\d[1-9](?! {_COUNTED})|\d0(?! [a-z]+s\b))))(?![\d%:/-]|[.,]\d)",
        _year,
    ),
    rule(r"(?:^|=|(?<=\d{4}) ?[-–] ?)(?P<when>(?P<year>(?:19|20)\d\d))(?= (?:to|or|and|through)\b|$)", _year),
    rule(r"\b[cf]y ?'?(?P<year>(?:20)?\d\d)\b", _year),
    rule(
        r"\bweek (?P<number>\d\d?)"
        r"(?:(?: of|,)? (?:(?P<which>this|next|last) year|(?P<year>(?:19|20)\d\d)))?\b(?!:)",
        _week_number,
    ),
    rule(r"\b(?:the )?(?P<century>19|20)?(?P<word>)(?P<digits>[2-9]0) ?'?s\b", _decade),
    rule(
        r"\b(?P<century>)(?P<digits>)(?P<word>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b",
        _decade,
    ),
    rule(r"\b(?:the )?(?P<number>@ORDINAL) century\b", _century),
)
