"""Days that follow each other, and how they are counted."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

Unit = Literal[
    "weekday", "day", "away", "weeks away", "week", "weekend", "month", "quarter", "year", "decade", "span"
]

_MONTHS_IN = {"m": 1, "q": 3, "y": 12, "d": 120, "c": 1200}


@dataclass(frozen=True, slots=True)
class Period:
    """Days that somebody means."""

    start: date
    end: date
    """The day after the last one."""
    due: date
    """When something is due that is to be done then."""
    unit: Unit
    """What it is: `away` and `weeks away` are days counted from another one, `span` has no unit."""
    floating: bool = False
    """Said without its year, month or week: the next one is taken, but another may be meant."""

    @property
    def last(self) -> date:
        """The last of its days; of a week the last working day."""
        return self.end - timedelta(days=3 if self.unit == "week" else 1)


def day(at: date, unit: Unit = "day", floating: bool = False) -> Period:
    """Return a single day."""
    return Period(at, at + timedelta(days=1), at, unit, floating)


def span(start: date, end: date, unit: Unit = "span", floating: bool = False) -> Period:
    """Return the days from `start` to the one before `end`, due on the first one."""
    return Period(start, end, start, unit, floating)


def week(of: date) -> Period:
    """Return the week, Monday to Sunday, that a day is in."""
    monday = of - timedelta(days=of.weekday())
    return span(monday, monday + timedelta(weeks=1), "week")


def weekend(of: date) -> Period:
    """Return the weekend of the week that a day is in."""
    monday = week(of).start
    return span(monday + timedelta(days=5), monday + timedelta(weeks=1), "weekend")


def month(year: int, number: int, floating: bool = False) -> Period:
    """Return a month; numbers beyond 1 to 12 lie in other years."""
    start = month_start(year, number)
    return span(start, month_start(year, number + 1), "month", floating)


def quarter(year: int, number: int, floating: bool = False) -> Period:
    """Return a quarter; numbers beyond 1 to 4 lie in other years."""
    return span(month_start(year, 3 * number - 2), month_start(year, 3 * number + 1), "quarter", floating)


def years(first: int, count: int = 1) -> Period:
    """Return whole years."""
    return span(date(first, 1, 1), date(first + count, 1, 1), "decade" if count == 10 else "year")


def month_start(year: int, number: int) -> date:
    """Return the first day of a month; numbers beyond 1 to 12 lie in other years."""
    ahead, index = divmod(number - 1, 12)
    return date(year + ahead, index + 1, 1)


def away(at: date, count: int, unit: str) -> Period:
    """Return the day that lies some days, weeks, … from another."""
    return day(later(at, count, unit), "weeks away" if unit.lower().startswith("week") else "away")


def later(at: date, count: int, unit: str) -> date:
    """Return the day that lies some days, working days, weeks, months, … after another, or before it."""
    name = unit.lower().split()[0]
    if name in ("business", "working", "weekday", "weekdays"):
        return _working_days_later(at, count)
    if name.startswith(("day", "week", "fortnight")):
        return at + timedelta(days=count * {"d": 1, "w": 7, "f": 14}[name[0]])
    first = month_start(at.year, at.month + count * _MONTHS_IN[name[0]])
    return first.replace(day=min(at.day, monthrange(first.year, first.month)[1]))


def _working_days_later(at: date, count: int) -> date:
    for _ in range(min(abs(count), 999)):
        at += timedelta(days=1 if count > 0 else -1)
        while at.weekday() > 4:
            at += timedelta(days=1 if count > 0 else -1)
    return at


def weekday_from(at: date, weekday: int) -> date:
    """Return the first day with that weekday (0 for Monday) on a day or after it."""
    return at + timedelta(days=(weekday - at.weekday()) % 7)


def around(today: date, unit: str, ahead: int) -> Period:
    """Return this week, month, quarter, … for `ahead` = 0, the next one for 1, the last one for -1.

    What has begun is due on its last day.
    """
    match unit.lower().split()[-1].rstrip("s"):
        case "day":
            found = day(today + timedelta(days=ahead))
        case "week" | "workweek":
            found = week(today + timedelta(weeks=ahead))
        case "weekend":
            found = weekend(today + timedelta(weeks=ahead))
        case "fortnight":
            found = week(today + timedelta(weeks=2 * ahead))
            found = replace(found, end=found.end + timedelta(weeks=1))
        case "month":
            found = month(today.year, today.month + ahead)
        case "quarter":
            found = quarter(today.year, (today.month + 2) // 3 + ahead)
        case "year":
            found = years(today.year + ahead)
        case "decade":
            found = years(today.year // 10 * 10 + 10 * ahead, 10)
        case _:
            found = years(today.year // 100 * 100 + 100 * ahead, 100)
    return replace(found, due=found.last) if found.start <= today and found.unit != "day" else found


def part(whole: Period, which: str) -> Period:
    """Return the `early`, `mid` or `late` part of a period: its first half, its middle, its second half.

    The end of something is its last day, or of a week its last working day.
    """
    length = (whole.end - whole.start).days
    half = month_start(whole.start.year, whole.start.month + 6) if whole.unit == "year" else None
    half = half or whole.start + timedelta(days=length // 2)
    match which:
        case "early":
            return replace(whole, end=half, due=whole.start)
        case "mid":
            third = timedelta(days=length // 3)
            return replace(whole, start=whole.start + third, end=whole.start + 2 * third, due=half)
    return replace(whole, start=half, due=whole.last)
