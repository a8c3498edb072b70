"""When something is due: a small grammar of dates and times, for sentences known to be actions.

It knows future dates only and gives nothing for what it does not know; run on any sentence it
would find dates that nothing is due on, so it is used inside action items alone.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third",
    "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth",
    "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_DAY_NAME = r"(?:mon|tues?|wednes|thurs?|fri|satur|sun)day|mon|tues?|weds?|thu(?:rs?)?|fri"
_MONTH_NAME = (
    r"(?:jan|febr)(?:uary)?|feb|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept(?:ember)?|sep|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d:%.,]*\d)|" + "|".join(
    sorted((o.replace("-", "[- ]") for o in _ORDINALS), key=len, reverse=True)
)
_ORDINAL = _DAY.replace("(?:st|nd|rd|th)?", "(?:st|nd|rd|th)")
_COUNT = r"\d{1,2}|an?(?: couple of)?|a couple|" + "|".join(_NUMBERS)
_YEAR = r"(?:,?\s(?P<year>20\d\d))?"
_FREE = (
    r"(?=\s*(?:$|[.,;?!]|at\b|by\b|and\b|so\b|before\b|after\b|if\b|please\b|then\b|with\b|for\b|to\b|in\b))"
)

_DatePart = Callable[[re.Match[str], date], date | None]


@dataclass(frozen=True, slots=True)
class DueDate:
    """A date found in a text."""

    text: str
    offset: int
    """In characters from the start of the text."""
    at: datetime
    """In the zone of the moment it was said; midnight where no time of day was said."""
    has_time: bool

    @property
    def value(self) -> str:
        """ISO 8601: the date, with the local time of day where one was said."""
        return self.at.strftime("%Y-%m-%dT%H:%M:%S" if self.has_time else "%Y-%m-%d")


def find_due_date(text: str, said_at: datetime) -> DueDate | None:
    """Find the first future date or time in a text.

    Args:
        text: an action sentence.
        said_at: when it was said, in the speakers' time zone; "today" is its date.
    """
    day_at = _find_date(text, said_at.date())
    if day_at is None:
        return _time_alone(text, said_at)
    day, start, end = day_at
    clock = time()
    has_time = False
    for pattern in _TIMES_AFTER:
        after = pattern.match(text, end)
        if after and (found := _clock(after)) is not None:
            clock, has_time, end = found, True, after.end()
            break
    else:
        for before in _TIME.finditer(text, 0, start):
            found = _clock(before)
            if found is not None and re.fullmatch(r",?\s+(?:on\s+)?", text[before.end() : start]):
                clock, has_time, start = found, True, before.start("clock")
    at = datetime.combine(day, clock, said_at.tzinfo)
    return DueDate(text[start:end], start, at, has_time)


def _find_date(text: str, today: date) -> tuple[date, int, int] | None:
    best: tuple[date, int, int] | None = None
    for pattern, resolve in _GRAMMAR:
        for match in pattern.finditer(text):
            day = resolve(match, today)
            if day is None:
                continue
            start, end = match.span("when") if "when" in pattern.groupindex else match.span()
            if best is None or (start, -end) < (best[1], -best[2]):
                best = day, start, end
            break
    return best


def _time_alone(text: str, said_at: datetime) -> DueDate | None:
    for match in _TIME.finditer(text):
        clock = _clock(match)
        if clock is None:
            continue
        at = datetime.combine(said_at.date(), clock, said_at.tzinfo)
        if at < said_at:
            at += timedelta(days=1)
        return DueDate(match.group("clock"), match.start("clock"), at, True)
    return None


def _clock(match: re.Match[str]) -> time | None:
    """Return the time of day; hours said without am or pm are taken as hours of work (8 to 7)."""
    if match["named"]:
        return time(12 if match["named"].lower() == "noon" else 0)
    hour = int(match["hour"]) if match["hour"].isdigit() else _NUMBERS.index(match["hour"].lower()) + 1
    minute = int(match["minute"] or 0)
    half = (match.groupdict().get("half") or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif hour < 8:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _weekday(text: str) -> int:
    return next(i for i, name in enumerate(_WEEKDAYS) if name.startswith(text.lower()[:3]))


def _month(text: str) -> int:
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(text.lower()[:3]))


def _day_number(text: str) -> int:
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else _ORDINALS.index(text.lower().replace(" ", "-")) + 1


def _count(text: str) -> int:
    text = text.lower()
    if text.isdigit():
        return int(text)
    if "couple" in text:
        return 2
    return _NUMBERS.index(text) + 1 if text in _NUMBERS else 1


def _later(today: date, count: int, unit: str) -> date | None:
    match unit.lower()[:1]:
        case "d":
            return today + timedelta(days=count)
        case "w":
            return today + timedelta(weeks=count)
        case "m":
            year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
            return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    return None


def _next_weekday(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)


def _next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


def _relative_day(match: re.Match[str], today: date) -> date:
    word = match["when"].lower()
    if word.startswith("the day after"):
        return today + timedelta(days=2)
    return today + timedelta(days=1 if word.startswith("tomorrow") else 0)


def _named_day(match: re.Match[str], today: date) -> date:
    weekday = _weekday(match["day"])
    which = (match["which"] or "").lower()
    if which == "next" or match["next_week"]:
        return _next_monday(today) + timedelta(days=weekday)
    if which == "this" and weekday == today.weekday():
        return today
    return _next_weekday(today, weekday)


def _day_of_month(match: re.Match[str], today: date) -> date | None:
    number = _day_number(match["number"])
    for ahead in range(12):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if number <= monthrange(year, month + 1)[1] and date(year, month + 1, number) >= today:
            return date(year, month + 1, number)
    return None


def _month_day(match: re.Match[str], today: date) -> date | None:
    month, number = _month(match["month"]), _day_number(match["number"])
    years = [int(match["year"])] if match["year"] else [today.year, today.year + 1]
    for year in years:
        if number <= monthrange(year, month)[1] and (match["year"] or date(year, month, number) >= today):
            return date(year, month, number)
    return None


def _whole_month(match: re.Match[str], today: date) -> date:
    month = _month(match["month"])
    year = today.year + (month < today.month)
    first = date(year, month, 1)
    return first.replace(day=monthrange(year, month)[1]) if match["end"] else max(first, today)


def _count_ahead(match: re.Match[str], today: date) -> date | None:
    return _later(today, _count(match["count"]), match["unit"])


def _count_from(match: re.Match[str], today: date) -> date | None:
    anchor = match["anchor"].lower()
    start = {"now": today, "today": today, "tomorrow": today + timedelta(days=1)}.get(anchor)
    return _later(start or _next_weekday(today, _weekday(anchor)), _count(match["count"]), match["unit"])


def _end_of(match: re.Match[str], today: date) -> date:
    following = bool(match["following"])
    match match["period"].lower():
        case "week":
            monday = (
                today - timedelta(days=today.weekday()) + timedelta(weeks=following or today.weekday() > 4)
            )
            return monday + timedelta(days=4)
        case "month" | "quarter" as period:
            month = today.month if period == "month" else (today.month - 1) // 3 * 3 + 3
            step = (1 if period == "month" else 3) * following
            year, index = divmod(today.year * 12 + month - 1 + step, 12)
            return date(year, index + 1, monthrange(year, index + 1)[1])
        case "year":
            return date(today.year + following, 12, 31)
    return today


def _next_period(match: re.Match[str], today: date) -> date:
    if match["period"].lower() == "week":
        return _next_monday(today)
    if match["period"].lower() == "year":
        return date(today.year + 1, 1, 1)
    return (today.replace(day=1) + timedelta(days=31)).replace(day=1)


def _numeric(match: re.Match[str], _today: date) -> date | None:
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def _rule(pattern: str, resolve: _DatePart) -> tuple[re.Pattern[str], _DatePart]:
    return re.compile(pattern, re.IGNORECASE), resolve


_PART_OF_DAY = r"(?:\s+(?:morning|afternoon|evening|night))?"
_NO_DAY_AFTER = rf"(?!\s+(?:on\s+|of\s+)?(?:tomorrow|next|this|{_DAY_NAME})\b)"
_GRAMMAR = (
    _rule(
        r"\b(?P<when>the day after tomorrow|today|tonight|this (?:morning|afternoon|evening)"
        rf"|tomorrow{_PART_OF_DAY})\b",
        _relative_day,
    ),
    _rule(
        rf"\b(?P<when>(?:(?P<which>next|this)\s+)?(?P<day>{_DAY_NAME})\b{_PART_OF_DAY}"
        r"(?P<next_week>\s+next week)?)\b",
        _named_day,
    ),
    _rule(rf"\b(?P<when>(?:{_DAY_NAME}),?\s+(?:the\s+)?(?P<number>{_ORDINAL}))\b{_FREE}", _day_of_month),
    _rule(rf"\b(?:on|by|before|until|for)\s+(?P<when>the\s+(?P<number>{_ORDINAL}))\b{_FREE}", _day_of_month),
    _rule(rf"\b(?P<when>(?P<month>{_MONTH_NAME})\.?\s+(?:the\s+)?(?P<number>{_DAY})\b{_YEAR})", _month_day),
    _rule(
        rf"\b(?P<when>(?:the\s+)?(?P<number>{_DAY})\s+(?:of\s+)?(?P<month>{_MONTH_NAME})\b{_YEAR})",
        _month_day,
    ),
    _rule(
        r"\b(?:in|by|before|until|for)\s+(?P<when>(?P<end>(?:the\s+)?end of\s+)?"
        rf"(?:early\s+|late\s+|mid[- ])?(?P<month>{_MONTH_NAME}))\b",
        _whole_month,
    ),
    _rule(
        rf"\b(?P<when>(?:in|within)\s+(?P<count>{_COUNT})\s+(?P<unit>days?|weeks?|months?))\b", _count_ahead
    ),
    _rule(
        rf"\b(?P<when>(?P<count>{_COUNT})\s+(?P<unit>days?|weeks?|months?)\s+from\s+"
        rf"(?P<anchor>now|today|tomorrow|{_DAY_NAME}))\b",
        _count_from,
    ),
    _rule(
        r"\b(?P<when>(?:the\s+)?end of\s+(?:(?P<following>next)|the|this|my|our)?\s*"
        rf"(?P<period>day|today|week|month|quarter|year))\b{_NO_DAY_AFTER}",
        _end_of,
    ),
    _rule(rf"\b(?P<when>(?P<period>EOD|COB)(?P<following>))\b{_NO_DAY_AFTER}", _end_of),
    _rule(
        r"\b(?P<when>(?:(?:early|late|later|sometime)\s+)?next (?P<period>week|month|year))\b", _next_period
    ),
    _rule(r"\b(?P<when>(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d))\b", _numeric),
)

_HALF = r"(?:\s*(?P<half>[ap])\.?m\b\.?)"
_HOUR = (
    r"(?:(?P<named>noon|midnight)\b|(?P<hour>[01]?\d|2[0-3]|"
    + "|".join(_NUMBERS)
    + r")\b(?::(?P<minute>\d\d))?"
)
_SURE_TIME = rf"(?P<clock>{_HOUR}(?:{_HALF}|\s+o'clock\b|(?<=:\d\d)(?!\d))))"
_TIME = re.compile(rf"\b{_SURE_TIME}", re.IGNORECASE)
_TIMES_AFTER = (
    re.compile(rf",?\s+(?:(?:at|by|before|around)\s+)?{_SURE_TIME}", re.IGNORECASE),
    re.compile(
        rf",?\s+(?:at|by|before|around)\s+(?P<clock>{_HOUR}))(?!\s*(?:%|percent|people|of us))", re.IGNORECASE
    ),
)
"""A time right after a date; there "at five" is sure enough."""
