"""Times of day: 5 pm, 17:30, half past seven, ten to five, noon."""

import re
from collections.abc import Mapping
from datetime import time

from earwitness.conversation.number_words import BELOW_HUNDRED, DIGITS, any_of
from earwitness.insights.dates.words import compile_rule, number_of

_HOUR_WORDS = any_of(word for word, value in BELOW_HUNDRED.items() if 0 < value <= 12)
_ONE_TO_NINE = any_of(word for word, value in DIGITS.items() if value)
_MINUTE_WORDS = rf"(?:(?:twenty|thirty|forty|fifty)(?:[- ]{_ONE_TO_NINE})?|fifteen|ten)"
_HALF = r"(?: ?(?P<half>[ap]) ?\.? ?m\b\.?| in the (?P<part>morning|afternoon|evening)\b)"
_HOUR = (
    r"(?:(?P<named>noon|midnight)\b"
    r"|(?:(?P<past>half|quarter|(?:five|ten|twenty|twenty-five|\d\d?)(?: min(?:ute)?s?)?(?= past)"
    r"|(?<=\bat\s)(?:five|ten|twenty|twenty-five|\d\d?)(?: min(?:ute)?s?)?(?= to)) (?P<way>past|to) )?"
    rf"(?P<hour>(?:[01]?\d|2[0-3])(?!\d)|{_HOUR_WORDS}\b)"
    rf"(?:[:.](?P<minute>[0-5]\d)(?!\d)(?::(?P<second>[0-5]\d)(?!\d))?|(?: (?P<spelled>{_MINUTE_WORDS})\b))?)"
)
_SURE = rf"(?P<clock>{_HOUR}(?:{_HALF}|(?: o'?clock\b)|(?<=:\d\d)(?!\d)|(?(named)|(?(way)|(?!)))))"
_FREE = r"(?! ?(?:%|percent|people|of us|-|–|to \d|@UNIT))"

ANYWHERE = compile_rule(rf"(?<![\d:.,])\b{_SURE}")
"""A time that is sure to be one, wherever it stands."""
AFTER_DATE = (
    compile_rule(rf"(?:,? (?:(?:at|by|before|around|from|@) )?|T(?=\d)){_SURE}"),
    compile_rule(rf",? (?:at|by|before|around) (?P<clock>{_HOUR}){_FREE}"),
)
"""A time right after a date; there "at five" is sure enough."""
BEFORE_DATE = compile_rule(rf"\b(?:at|by|before|around) (?P<clock>{_HOUR}),? ?(?:on )?$")


def clock_of(match: re.Match[str], part_of_day: str = "") -> time | None:
    """Return the time of day; hours said without am or pm are taken as hours of work (8 to 7).

    Hours with a zero before them, or with seconds, are as they are.

    Args:
        match: of one of the patterns above.
        part_of_day: what was said of it elsewhere: morning, afternoon, evening or night.
    """
    if match["named"]:
        return time(12 if match["named"].lower() == "noon" else 0)
    hour = number_of(match["hour"])
    minute = int(match["minute"]) if match["minute"] else _spelled_minute(match["spelled"])
    half = _half_of_day(match.groupdict(), part_of_day) if hour <= 12 else ""
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif hour < 8 and not match["second"] and not match["hour"].startswith("0"):
        hour += 12
    if match["way"]:
        shift = {"half": 30, "quarter": 15}.get(match["past"].lower()) or number_of(match["past"])
        hour, minute = (hour, shift) if match["way"].lower() == "past" else ((hour - 1) % 24, 60 - shift)
    return time(hour, minute, int(match["second"] or 0)) if hour < 24 and 0 <= minute < 60 else None


def _half_of_day(groups: Mapping[str, str | None], part_of_day: str) -> str:
    if groups.get("half"):
        return (groups["half"] or "").lower()
    part = (groups.get("part") or part_of_day).lower()
    return "a" if part == "morning" else "p" if part else ""


def _spelled_minute(words: str | None) -> int:
    return number_of(words) if words else 0
