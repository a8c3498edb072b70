"""Dates, times and spans of time, with what they stand for.

Only what can be put on a calendar is one: "last Friday" is, "some day" and "a while ago" are not.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta

from earwitness.insights.entities.span import Span

_MONTHS = "january february march april may june july august september october november december".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third"
    " twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth"
    " thirty-first"
).split()
_COUNTS = "one two three four five six seven eight nine ten eleven twelve".split()

_MONTH = (
    r"(?P<month>(?:jan|febr)uary|jan|feb|march|mar|april|apr|may|june?|july?|august|aug|september|sept?"
    r"|october|oct|november|nov|december|dec)\b\.?"
)
_DAY_NAME = r"(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b"
_WHICH = r"(?:(?P<which>last|next|this|coming|past)\s+)?"
_NUMBER = (
    r"(?P<number>(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?|"
    + "|".join(sorted((word.replace("-", "[- ]") for word in _ORDINALS), key=len, reverse=True))
    + r")\b(?![:%]\d|\.\d)"
)
_ORDINAL = _NUMBER.replace("(?:st|nd|rd|th)?", "(?:st|nd|rd|th)")
_YEAR = r"(?:,?\s+(?:of\s+)?(?P<year>(?:19|20)\d\d)\b)"
_PART = r"(?P<part>morning|afternoon|evening|night)"
_PARTS = {
    "morning": (time(6), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(21)),
    "night": (time(20), time(23, 59, 59)),
}
_NUMBER_WORDS = "|".join(_COUNTS)
_COUNT = rf"(?P<count>\d{{1,3}}|an?|{_NUMBER_WORDS})"
_HALF = r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)"
_HOUR = r"(?P<hour>[01]?\d|2[0-3]|" + "|".join(_COUNTS) + r")"
_CLOCK = (
    rf"(?:(?P<named>noon|midnight)\b|{_HOUR}(?::(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![:\d])"
    rf"|\s+o['’]clock\b|(?=\s*[ap]\.?\s?m\b)){_HALF}?)"
)
_TIME_AFTER = re.compile(rf",?\s+(?:(?:at|by|around|from)\s+)?(?P<clock>{_CLOCK})", re.IGNORECASE)

_ENDS_IN_STOP = re.compile(r"(?:\.\s?m|\b(?:jan|feb|mar|apr|aug|sept?|oct|nov|dec))\.$", re.IGNORECASE)
"""Stops that are not those of the sentence."""

_HINT = re.compile(
    r"\d|day|week|month|year|quarter|tonight|tomorrow|morning|afternoon|evening|night|noon|o['’]clock|[ap]\.?\s?m\b"
    r"|january|february|march|april|may|june|july|august|september|october|november|december",
    re.IGNORECASE,
)
"""What stands in every date; most of what is said has none, and the grammar need not be tried."""

_Resolved = tuple[str, str] | None
_Resolve = Callable[[re.Match[str], date], _Resolved]


def find_dates(text: str, today: date) -> Iterator[Span]:
    """Yield the dates and times of a text, those that say most first; they may overlap.

    Args:
        text: what was said.
        today: the day it was said on, where the conversation takes place.
    """
    if not _HINT.search(text):
        return
    for pattern, resolve in _GRAMMAR:
        for match in pattern.finditer(text):
            try:
                resolved = resolve(match, today)
            except (OverflowError, ValueError):  # beyond the calendar's ends
                continue
            if resolved is None:
                continue
            kind, value = resolved
            start, end = match.span("when")
            if text[end - 1] == "." and not _ENDS_IN_STOP.search(text, start, end):
                end -= 1
            if kind == "date" and (after := _TIME_AFTER.match(text, end)) and (clock := _time(after)):
                yield Span("datetime", start, after.end("clock"), f"{value}T{clock}")
            else:
                yield Span(kind, start, end, value)


def _month_of(text: str) -> int:
    return next(at for at, name in enumerate(_MONTHS, 1) if name.startswith(text.casefold()[:3]))


def _number_of(text: str) -> int:
    figures = re.match(r"\d+", text)
    return int(figures[0]) if figures else _ORDINALS.index(text.casefold().replace(" ", "-")) + 1


def _count_of(text: str) -> int:
    lowered = text.casefold()
    if lowered.isdigit():
        return int(lowered)
    return _COUNTS.index(lowered) + 1 if lowered in _COUNTS else 1


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _iso(match: re.Match[str], _: date) -> _Resolved:
    day = _day(int(match["y"]), int(match["m"]), int(match["d"]))
    if day is None:
        return None
    return ("datetime", f"{day}T{match['clock']}") if match["clock"] else ("date", str(day))


def _figures(match: re.Match[str], _: date) -> _Resolved:
    """Read 5/13/1982 as the US does, 13/5/1982 as it must be."""
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    if year < 100:
        year += 2000 if year < 50 else 1900
    if first > 12 or match["sep"] == ".":
        first, second = second, first
    day = _day(year, first, second) or _day(year, second, first)
    return None if day is None else ("date", str(day))


def _month_day(match: re.Match[str], today: date) -> _Resolved:
    month, number = _month_of(match["month"]), _number_of(match["number"])
    day = _day(int(match["year"]) if match["year"] else today.year, month, number)
    return None if day is None else ("date", str(day))


def _month_year(match: re.Match[str], _: date) -> _Resolved:
    return "daterange", f"{int(match['year'])}-{_month_of(match['month']):02}"


def _whole_month(match: re.Match[str], today: date) -> _Resolved:
    month = _month_of(match["month"])
    # "may" and "march" are other words in lower case.
    if match["month"] in ("may", "march", "mar", "jan", "dec", "sep"):
        return None
    return "daterange", f"{today.year}-{month:02}"


def _year_alone(match: re.Match[str], _: date) -> _Resolved:
    return "date", match["year"]


def _near_day(match: re.Match[str], today: date) -> _Resolved:
    word = " ".join(match["near"].casefold().split())
    step = {
        "today": 0,
        "tonight": 0,
        "tomorrow": 1,
        "yesterday": -1,
        "the day after tomorrow": 2,
        "the day before yesterday": -2,
    }[word]
    part = "night" if word == "tonight" else (match["part"] or "").casefold()
    return _with_part(today + timedelta(days=step), part)


def _with_part(day: date, part: str) -> _Resolved:
    if not part:
        return "date", str(day)
    start, end = _PARTS[part]
    return "datetimerange", f"{day}T{start}/{day}T{end}"


def _named_day(match: re.Match[str], today: date) -> _Resolved:
    weekday = next(at for at, name in enumerate(_DAYS) if name.startswith(match["day"].casefold()[:3]))
    ahead = (weekday - today.weekday()) % 7 or 7
    which = (match["which"] or "").casefold()
    if which in ("last", "past"):
        ahead = ahead - 7 or -7
    elif which == "next":
        ahead = 7 - today.weekday() + weekday
    elif which == "this" and ahead == 7:
        ahead = 0
    return _with_part(today + timedelta(days=ahead), (match["part"] or "").casefold())


def _period(match: re.Match[str], today: date) -> _Resolved:
    step = {"last": -1, "previous": -1, "next": 1, "coming": 1, "this": 0}[match["which"].casefold()]
    match match["period"].casefold():
        case "week":
            start = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
            end = start + timedelta(days=6)
        case "weekend":
            start = today - timedelta(days=today.weekday()) + timedelta(weeks=step, days=5)
            end = start + timedelta(days=1)
        case "month" | "quarter" as period:
            count = 1 if period == "month" else 3
            first = (today.month - 1) // count * count
            year, month = divmod(today.year * 12 + first + step * count, 12)
            last_year, last = divmod(year * 12 + month + count - 1, 12)
            start = date(year, month + 1, 1)
            end = date(last_year, last + 1, monthrange(last_year, last + 1)[1])
        case _:
            start, end = date(today.year + step, 1, 1), date(today.year + step, 12, 31)
    return "daterange", f"{start}/{end}"


def _count_away(match: re.Match[str], today: date) -> _Resolved:
    count = _count_of(match["count"]) * (-1 if match["ago"] else 1)
    match match["unit"].casefold()[:1]:
        case "d":
            day = today + timedelta(days=count)
        case "w":
            day = today + timedelta(weeks=count)
        case "m":
            year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
            day = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
        case _:
            day = date(today.year + count, today.month, min(today.day, 28))
    return "date", str(day)


def _part_alone(match: re.Match[str], today: date) -> _Resolved:
    part = match["part"].casefold()
    if match["this"]:
        return _with_part(today, part)
    start, end = _PARTS[part]
    return "timerange", f"{start}/{end}"


def _clock(match: re.Match[str], _: date) -> _Resolved:
    clock = _time(match)
    return None if clock is None else ("time", clock)


def _time(match: re.Match[str]) -> str | None:
    if match["named"]:
        return "12:00:00" if match["named"].casefold() == "noon" else "00:00:00"
    hour = int(match["hour"]) if match["hour"].isdigit() else _COUNTS.index(match["hour"].casefold()) + 1
    half = (match["half"] or "").casefold()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    minute, second = int(match["minute"] or 0), int(match["second"] or 0)
    return str(time(hour, minute, second)) if hour < 24 else None


def _rule(pattern: str, resolve: _Resolve) -> tuple[re.Pattern[str], _Resolve]:
    return re.compile(pattern, re.IGNORECASE), resolve


_AHEAD_OF_YEAR = (
    r"(?:in|since|of|until|till|by|from|during|around|year|early|late|mid|before|after|back in|for"
    r"|summer|winter"
    r"|spring|autumn|fall|fiscal|and|to|through|election|edition|copyright|©|\()"
)
_NO_UNIT = (
    r"(?!\s*(?:%|percent|dollars?|euros?|pounds?|people|users|units?|times|words|miles?|kilo\w*|feet|square"
    r"|other|of\b|more|different|rows|employees|customers))"
)
_GRAMMAR = (
    _rule(
        r"\b(?P<when>(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T\s]+(?P<clock>\d\d:\d\d(?::\d\d)?))?)(?![\d-])",
        _iso,
    ),
    _rule(
        r"(?<![\d/.-])(?P<when>(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d\d|\d\d))"
        r"(?![\d/-]|\.\d)",
        _figures,
    ),
    _rule(rf"\b(?P<when>{_MONTH}\s+(?:the\s+)?{_NUMBER}{_YEAR}?)", _month_day),
    _rule(rf"\b(?P<when>(?:the\s+)?{_NUMBER}\s+(?:of\s+)?{_MONTH}{_YEAR}?)", _month_day),
    _rule(rf"\b(?P<when>{_MONTH}{_YEAR})", _month_year),
    _rule(
        r"\b(?P<when>(?P<near>the day after tomorrow|the day before yesterday|today|tonight|tomorrow"
        r"|yesterday)\b"
        rf"(?:\s+{_PART}\b)?)",
        _near_day,
    ),
    _rule(rf"\b(?P<when>{_WHICH}{_DAY_NAME}(?:\s+{_PART}\b)?)", _named_day),
    _rule(
        r"\b(?P<when>(?P<which>last|next|this|previous|coming)\s+(?P<period>week|weekend|month|quarter|year)\b)(?!['’])",
        _period,
    ),
    _rule(
        rf"\b(?P<when>in\s+(?P<count>\d{{1,2}}|{_NUMBER_WORDS})\s+(?P<unit>days?|weeks?|months?)\b(?P<ago>\b\B)?)",
        _count_away,
    ),
    _rule(rf"\b(?P<when>{_COUNT}\s+(?P<unit>days?|weeks?|months?|years?)\s+(?P<ago>ago)\b)", _count_away),
    _rule(rf"\b{_AHEAD_OF_YEAR}\s*(?P<when>(?P<year>(?:19|20)\d\d))\b(?![-–/.,:]?\d){_NO_UNIT}", _year_alone),
    _rule(
        rf"\b(?:in|by|since|until|till|for|of|last|next|this|early|late|mid|during|before|after)\s+"
        rf"(?P<when>{_MONTH})(?![\w'])",
        _whole_month,
    ),
    _rule(rf"(?<![\d:.])\b(?P<when>(?P<clock>{_CLOCK}))", _clock),
    _rule(rf"\b(?P<when>(?P<this>this)\s+{_PART})\b", _part_alone),
    _rule(rf"\bin\s+the\s+(?P<when>(?P<this>\b\B)?{_PART})\b", _part_alone),
)

_BIRTH = re.compile(
    r"\b(?:date of birth|birth\s?date|d\.?o\.?b\.?|was born|were born|born)\b(?:\s+(?:is|was|on|in))*[\s:,]*"
    r"(?:it's\s+)?$",
    re.IGNORECASE,
)


def is_of_birth(before: str) -> bool:
    """Return whether the text ahead of a date says that somebody was born then."""
    return bool(_BIRTH.search(before))
