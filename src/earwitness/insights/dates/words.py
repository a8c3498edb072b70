"""The words that dates are made of: names, numbers and the fragments that rules are written with."""

import re

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_CARDINALS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = (
    {word: value for names in (_CARDINALS, _ORDINALS) for value, word in enumerate(names)}
    | {word: value for value, word in enumerate(_TENS, 2) for value in (value * 10,)}
    | {"twentieth": 20, "thirtieth": 30, "a": 1, "an": 1, "another": 1, "couple": 2, "few": 3, "several": 3}
)
_YEARS_AHEAD = 35
"""Years of two digits up to 35 are of this century, others of the last one."""


def _either(*words: str) -> str:
    """Alternatives, the longer ones first, as a regular expression takes the first that fits."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_ONE_TO_NINE = _either(*_CARDINALS[1:10])
_TEENS = _either(*_CARDINALS[10:])
_COMPOUND = rf"(?:{_either(*_TENS)}[- ]{_ONE_TO_NINE})"
_COMPOUND_ORDINAL = rf"(?:twenty|thirty)[- ]{_either(*_ORDINALS[1:10])}"
_LATE_ORDINAL = rf"(?:{_COMPOUND_ORDINAL}|{_either(*_ORDINALS[11:], 'twentieth', 'thirtieth')})"
_ORDINAL_WORD = rf"(?:{_LATE_ORDINAL}|{_either(*_ORDINALS[1:11])})"
_DIGIT_ORDINAL = r"(?:(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th))"
_DIGIT_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d|\s?[ap]\.?m\b)"
_CARDINAL_WORD = _either(*_CARDINALS[1:], *_TENS)
_SMALL_NUMBER = rf"(?:{_COMPOUND}|{_CARDINAL_WORD})"

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
    "@COUNT": (
        rf"(?:\d{{1,3}}|{_SMALL_NUMBER}|(?:an? |another )?(?:couple|few)(?: of)?|several|another|an?)"
    ),
    "@UNIT": (
        r"(?:(?:business |working |week)?days?|weeks?|fortnights?|months?|quarters?|years?|decades?"
        r"|centur(?:y|ies))"
    ),
    "@YEAR": (
        rf"(?:(?:19|20)\d\d(?![\d:])|two thousand(?:(?: and)? {_SMALL_NUMBER})?"
        rf"|(?:nineteen|twenty)(?: hundred(?: and)?)? (?:{_COMPOUND}|{_TEENS}|{_either(*_TENS)}))"
    ),
    "@PART": r"(?:(?:early |late )?(?:in the )?(?:morning|afternoon|evening|night))",
}
"""What rules are written with: `@NAME` is a fragment, a space is white space, ` ?` some or none."""

_FRAGMENT = re.compile(r"@[A-Z_]+")


def compile_rule(pattern: str) -> re.Pattern[str]:
    """Compile a rule, whatever the case of the text."""
    expanded = _FRAGMENT.sub(lambda found: FRAGMENTS[found[0]], pattern)
    return re.compile(expanded.replace(" ?", r"\s*").replace(" ", r"\s+"), re.IGNORECASE)


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
    """Return the year of `2026`, `87`, `two thousand and fifteen` or `nineteen eighty six`."""
    digits = re.search(r"\d+", text)
    if digits:
        year = int(digits[0])
        return year if year > 99 else year + (2000 if year <= _YEARS_AHEAD else 1900)
    words = text.lower()
    for century, start in (("two thousand", 2000), ("nineteen", 1900), ("twenty", 2000)):
        if words.startswith(century):
            return start + number_of(words.removeprefix(century))
    raise ValueError(text)
