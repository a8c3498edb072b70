"""The words that dates are made of: names, numbers and the fragments that rules are written with."""

import re

from earwitness.conversation.number_words import BELOW_HUNDRED, DIGITS, ORDINALS, TEENS, TENS, any_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_VALUES = (
    BELOW_HUNDRED
    | ORDINALS
    | {"a": 1, "an": 1, "another": 1, "couple": 2, "few": 3, "several": 3, "to": 2, "too": 2}
)
_YEARS_AHEAD = 35
"""Years of two digits up to 35 are of this century, others of the last one."""


_ONE_TO_NINE = any_of(word for word, value in DIGITS.items() if value)
_TEENS = any_of(TEENS)
_COMPOUND = rf"(?:{any_of(TENS)}[- ]{_ONE_TO_NINE})"
_ONE_TO_NINTH = any_of(word for word, value in ORDINALS.items() if 0 < value < 10)
_COMPOUND_ORDINAL = rf"(?:twenty|thirty)[- ]{_ONE_TO_NINTH}"
_LATE_ORDINAL = rf"(?:{_COMPOUND_ORDINAL}|{any_of(word for word, value in ORDINALS.items() if value > 10)})"
_ORDINAL_WORD = rf"(?:{_LATE_ORDINAL}|{any_of(word for word, value in ORDINALS.items() if 0 < value < 11)})"
_DIGIT_ORDINAL = r"(?:(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th))"
_DIGIT_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d|\s?[ap]\.?m\b)"
_CARDINAL_WORD = any_of(word for word, value in BELOW_HUNDRED.items() if value)
_SMALL_NUMBER = rf"(?:{_COMPOUND}|{_CARDINAL_WORD})"

_COUNT = rf"(?:\d{{1,3}}|{_SMALL_NUMBER}|(?:an? |another )?(?:couple|few)(?: of)?|several|another|an?)"
_YEAR = (
    rf"(?:(?:19|20)\d\d(?![\d:])|two thousand(?:(?: and)? {_SMALL_NUMBER})?"
    rf"|(?:nineteen|twenty) oh {_ONE_TO_NINE}"
    rf"|(?:nineteen|twenty)(?: hundred(?: and)?)? (?:{_COMPOUND}|{_TEENS}|{any_of(TENS)}))"
)

FRAGMENTS = {
    "@WEEKDAY": r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|weds?|thu(?:rs?)?|fri)",
    "@SHORT_WEEKDAY": r"(?:mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)(?:day|nesday|sday|urday)?",
    "@SURE_MONTH": (r"(?:january|february|april|june|july|august|september|october|november|december)"),
    "@LONE_MONTH": r"(?:january|february|july|august|september|october|november|december)",
    "@MONTH": (
        r"(?:(?:jan|febr)(?:uary)?|feb|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
        r"|sept(?:ember)?|sep|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    ),
    "@DAY": rf"(?:{_DIGIT_DAY}|{_ORDINAL_WORD})",
    "@SPELLED_DAY": rf"(?:{_COMPOUND}|{_TEENS}|twenty|thirty)",
    "@ORDINAL": rf"(?:{_DIGIT_ORDINAL}|{_ORDINAL_WORD})",
    "@SURE_ORDINAL": rf"(?:{_DIGIT_ORDINAL}|{_LATE_ORDINAL})",
    "@COUNT": _COUNT,
    # "Two weeks from now" is written as "to weeks from now" at times.
    "@HEARD_COUNT": rf"(?:{_COUNT}|too?(?= (?:days|weeks|months|years)\b))",
    "@UNIT": (
        r"(?:(?:business |working |week)?days?|weeks?|fortnights?|months?|quarters?|years?|decades?"
        r"|centur(?:y|ies))"
    ),
    "@YEAR": _YEAR,
    # Said in halves it is written as "19, 75" at times; no other number can follow a day of a month.
    "@HEARD_YEAR": rf"(?:{_YEAR}|19,? [2-9]\d(?![\d:]))",
    "@PART": r"(?:(?:early |late )?(?:in the )?(?:morning|afternoon|evening|night))",
}
"""What rules are written with: `@NAME` is a fragment, a space is white space, ` ?` some or none."""

_ABBREVIATED = re.compile(r"(?:\.\s?m|\b(?:jan|feb|mar|apr|aug|sept?|oct|nov|dec))\.$", re.IGNORECASE)
_FRAGMENT = re.compile(r"@[A-Z_]+")
_SPACE = re.compile(r"\[[^\]]*\]| \??")


def compile_rule(pattern: str) -> re.Pattern[str]:
    """Compile a rule, whatever the case of the text."""
    expanded = _FRAGMENT.sub(lambda found: FRAGMENTS[found[0]], pattern)
    return re.compile(_SPACE.sub(_white_space, expanded), re.IGNORECASE)


def _white_space(found: re.Match[str]) -> str:
    """Return what a space in a rule stands for. With an end to it, no text makes a rule slow."""
    if found[0].startswith("["):
        return found[0].replace(" ", r"\s")
    return r"\s{0,9}" if found[0] == " ?" else r"\s{1,9}"


def without_stop(text: str, start: int, end: int) -> int:
    """Return where `text[start:end]` ends without the stop of its sentence; those of abbreviations stay."""
    return end - 1 if text[end - 1] == "." and not _ABBREVIATED.search(text, start, end) else end


def weekday_of(text: str) -> int:
    """Return the number of a weekday's name or abbreviation, 0 for Monday."""
    return next(i for i, name in enumerate(WEEKDAYS) if name.startswith(text.lower()[:3]))


def month_of(text: str) -> int:
    """Return the number of a month's name or abbreviation, 1 for January."""
    return next(i for i, name in enumerate(MONTHS, 1) if name.startswith(text.lower()[:3]))


def number_of(text: str) -> int:
    """Return the value of digits (`22nd`), number words (`twenty-second`) or a count (`a couple of`)."""
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits[0])
    values = [_VALUES[word] for word in re.split(r"[\s-]+", text.lower()) if word in _VALUES]
    return values[-1] if len(values) == 2 and values[0] == 1 else sum(values)


def year_of(text: str) -> int:
    """Return the year of `2026`, `87`, `19, 75`, `two thousand and fifteen` or `nineteen eighty six`."""
    digits = "".join(re.findall(r"\d+", text))
    if digits:
        year = int(digits)
        return year if year > 99 else year + (2000 if year <= _YEARS_AHEAD else 1900)
    words = text.lower()
    for century, start in (("two thousand", 2000), ("nineteen", 1900), ("twenty", 2000)):
        if words.startswith(century):
            return start + number_of(words.removeprefix(century))
    raise ValueError(text)
