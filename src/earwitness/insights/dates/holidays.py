"""Days that have a name."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from earwitness.insights.dates.periods import weekday_from


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth Monday (0), Tuesday … of a month, the last one for -1."""
    if nth > 0:
        return weekday_from(date(year, month, 1), weekday) + timedelta(weeks=nth - 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return weekday_from(following, weekday) - timedelta(weeks=1)


def easter(year: int) -> date:
    """Return Easter Sunday (the Gregorian computus, Meeus/Jones/Butcher)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    leap = (century + 8) // 25
    moon = (19 * golden + century - century // 4 - (century - leap + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _on(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _nth(month: int, weekday: int, nth: int, days: int = 0) -> Callable[[int], date]:
    return lambda year: nth_weekday(year, month, weekday, nth) + timedelta(days=days)


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


HOLIDAYS: tuple[tuple[str, Callable[[int], date]], ...] = (
    (r"new year'?s? eve", _on(12, 31)),
    (r"new year'?s?(?: day)?", _on(1, 1)),
    (r"(?:martin luther king(?: jr\.?)?|mlk) day", _nth(1, 0, 3)),
    (r"groundhog day", _on(2, 2)),
    (r"valentine'?s?(?: day)?", _on(2, 14)),
    (r"president'?s'? day", _nth(2, 0, 3)),
    (r"(?:saint|st\.?) patrick'?s?(?: day)?", _on(3, 17)),
    (r"good friday", _from_easter(-2)),
    (r"easter monday", _from_easter(1)),
    (r"easter(?: sunday)?", _from_easter(0)),
    (r"april fools?'?s?(?: day)?", _on(4, 1)),
    (r"earth day", _on(4, 22)),
    (r"may day", _on(5, 1)),
    (r"mother'?s'? day", _nth(5, 6, 2)),
    (r"memorial day", _nth(5, 0, -1)),
    (r"juneteenth", _on(6, 19)),
    (r"father'?s'? day", _nth(6, 6, 3)),
    (r"independence day", _on(7, 4)),
    (r"labou?r day", _nth(9, 0, 1)),
    (r"columbus day", _nth(10, 0, 2)),
    (r"halloween", _on(10, 31)),
    (r"veterans'? day", _on(11, 11)),
    (r"thanksgiving(?: day)?", _nth(11, 3, 4)),
    (r"black friday", _nth(11, 3, 4, days=1)),
    (r"cyber monday", _nth(11, 3, 4, days=4)),
    (r"(?:christmas|xmas|x-mas) eve", _on(12, 24)),
    (r"boxing day", _on(12, 26)),
    (r"christmas(?: day)?|xmas|x-mas", _on(12, 25)),
)
"""What it is called, and when it is in a year; holidays of a country are those of the United States."""

HOLIDAY = "(?:" + "|".join(name for name, _ in HOLIDAYS) + ")"


def holiday(name: str, year: int) -> date:
    """Return when a holiday that `HOLIDAY` matched is in a year."""
    called = " ".join(name.split())
    return next(when(year) for pattern, when in HOLIDAYS if re.fullmatch(pattern, called, re.IGNORECASE))
