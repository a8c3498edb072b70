"""Dates with the time of day that is said beside them, and times that stand alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from earwitness.insights.dates.clock import AFTER_DATE, ANYWHERE, BEFORE_DATE, clock_of
from earwitness.insights.dates.mentions import LONGEST_TEXT, DateMention, find_dates
from earwitness.insights.dates.periods import Period
from earwitness.insights.dates.words import compile_rule, without_stop
from earwitness.insights.english.twin_letters import without_twins

PARTS_OF_DAY = {
    "morning": (time(6), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(21)),
    "night": (time(20), time(23, 59, 59)),
}
"""From when until when they last."""
DAYS = ("day", "weekday", "away", "weeks away")
"""The units of periods that are one day."""
_ON = re.compile(r",?\s+(?:on\s+)?")
_PART = compile_rule(r"(?:\b(?P<part>morning|afternoon|evening|night)|(?P<night>tonight|tonite))$")
_MAY_HOLD_TIME = compile_rule(
    r"\d|noon|midnight|clock|[ap] ?\.? ?m\b|morning|afternoon|evening|night|\bpast\b|\bquarter\b|\bat\b"
)
"""No time of day is without one of these."""
_BEFORE = 60
"""Characters before a date that are searched for its time: more than any time takes."""
_PART_ALONE = compile_rule(r"\bin the (?P<part>morning|afternoon|evening|night)\b")


@dataclass(frozen=True, slots=True)
class Moment:
    """Days, a time of day, or both, that a text speaks of."""

    start: int
    """In characters from the start of the text."""
    end: int
    period: Period | None
    """None where only a time of day is said."""
    clock: time | None = None
    part: str = ""
    """The part of the day instead of a time: morning, afternoon, evening or night."""


def find_moments(text: str, today: date) -> list[Moment]:
    """Return the dates and times of day in a text, in its order.

    Args:
        text: a sentence.
        today: the day on which it was said, where the speakers are.
    """
    found = [with_time(text, mention) for mention in find_dates(text, today)]
    found += [one for one in _times(text) if not any(one.start < o.end and o.start < one.end for o in found)]
    return sorted(found, key=lambda one: one.start)


def with_time(text: str, mention: DateMention) -> Moment:
    """Take the time of day that stands right after a date or right before it."""
    text, start, end, period = without_twins(text), mention.offset, mention.end, mention.period
    named = _PART.search(text, start, end)
    part = (named["part"] or "night").lower() if named else ""
    for pattern in AFTER_DATE:
        after = pattern.match(text, end)
        if after and (clock := clock_of(after, part)) is not None:
            return Moment(start, without_stop(text, start, after.end()), period, clock)
    since = max(start - _BEFORE, 0)
    for before in (*ANYWHERE.finditer(text, since, start), BEFORE_DATE.search(text, since, start)):
        clock = clock_of(before, part) if before else None
        if before and clock is not None and _ON.fullmatch(text, before.end("clock"), start):
            return Moment(before.start("clock"), end, period, clock)
    return Moment(start, end, period, None, part)


def find_times(text: str) -> Iterator[Moment]:
    """Yield the times of day in a text, whether or not a date is beside them."""
    text = without_twins(text[:LONGEST_TEXT])
    if not _MAY_HOLD_TIME.search(text):
        return
    for match in ANYWHERE.finditer(text):
        if (clock := clock_of(match)) is not None:
            start, end = match.span("clock")
            yield Moment(start, without_stop(text, start, end), None, clock)


def _times(text: str) -> Iterator[Moment]:
    yield from find_times(text)
    text = without_twins(text[:LONGEST_TEXT])
    for match in _PART_ALONE.finditer(text):
        yield Moment(*match.span("part"), None, None, match["part"].lower())
