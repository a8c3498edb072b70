"""Dates of birth: where one is told or asked for, and those in digits, "five, three, nineteen ninety"."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from earwitness.insights.entities.digit_runs import DigitRun, Digits, digit_runs
from earwitness.insights.entities.span import Span

_HINT = re.compile(r"birth|born|d\.?o\.?b\b", re.IGNORECASE)
_TELLS = re.compile(
    r"\b(?:date of birth|birth\s?date|d\.?o\.?b\.?|was born|were born|born)\b(?:\s+(?:is|was|on|in))*[\s:,]*"
    r"(?:it['’]s\s+)?$",
    re.IGNORECASE,
)
_ANNIVERSARY = re.compile(r"\bbirthday(?:\s+(?:is|was|on|in))*[\s:,]*(?:it['’]s\s+)?$", re.IGNORECASE)
"""Of birth if a year is said: "my birthday is next Friday"."""
_YEAR = re.compile(r"\b(?:19|20)\d\d|\d/\d\d$|\bnineteen\b|\btwo thousand\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:(?:date|day|month|year) of birth|birth\s?(?:date|day)|d\.?o\.?b\b"
    r"|(?:when|what (?:day|month|year))\b[^.?!]{0,30}\bborn)\b[^.?!]{0,40}[.?!\s]*$",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    r"\W*(?:(?:it['’]s|it is|it was|that['’]s|that is|i was born(?: on| in)?|on|in|um|uh|sure|yes|yeah|okay)"
    r"\W+)*",
    re.IGNORECASE,
)
_TOLD_WITHIN = 40
_ASKED_WITHIN = 80
_MOST_PIECES = 8
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


def is_of_birth(text: str, start: int, end: int, before: str) -> bool:
    """Return whether somebody was born on the date that is `text[start:end]`.

    Args:
        text: what was said.
        start: where the date begins.
        end: where it ends.
        before: what was said before the text.
    """
    ahead = text[max(start - _TOLD_WITHIN, 0) : start]
    if _TELLS.search(ahead) or (_ANNIVERSARY.search(ahead) and _YEAR.search(text[start:end])):
        return True
    return bool(_ANSWERS.fullmatch(text, 0, start) and _ASKS.search(before[-_ASKED_WITHIN:]))


def find_birth_dates(text: str, today: date, before: str) -> Iterator[Span]:
    """Yield the dates of birth that are said in digits, the month before the day where both can be.

    Args:
        text: what was said.
        today: the day it was said on.
        before: what was said before the text.
    """
    if not (_HINT.search(text) or _HINT.search(before)):
        return
    for run in digit_runs(text):
        if is_of_birth(text, run.start, run.end, before):
            found = _date_of(run, today)
            if found is not None:
                yield Span("date_of_birth", run.start, run.end, str(found))


def _date_of(run: DigitRun, today: date) -> date | None:
    for first, second, year in _in_three(run.parts):
        for month, day in ((first, second), (second, first)):
            found = _day(year, month, day, today)
            if found is not None:
                return found
    return None


def _in_three(parts: Sequence[Digits]) -> Iterator[tuple[str, str, str]]:
    """Yield the ways in which digits are a month, a day and a year, cut where they were in saying them."""
    if len(parts) == 1 and len(parts[0].digits) in (6, 8):
        digits = parts[0].digits
        yield digits[:2], digits[2:4], digits[4:]
    if len(parts) > _MOST_PIECES:
        return
    for one in range(1, len(parts) - 1):
        for other in range(one + 1, len(parts)):
            pieces = parts[:one], parts[one:other], parts[other:]
            first, second, last = ("".join(part.digits for part in piece) for piece in pieces)
            if len(first) <= 2 and len(second) <= 2 and len(last) in (2, 4):
                yield first, second, last


def _day(year: str, month: str, day: str, today: date) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += today.year // 100 * 100
        number -= 100 if number > today.year else 0
    try:
        found = date(number, int(month), int(day))
    except ValueError:
        return None
    return found if _FIRST_YEAR <= number <= _LAST_YEAR else None
