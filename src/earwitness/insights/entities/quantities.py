"""Amounts: money, percentages, durations, measures, and plain numbers."""

import re
from collections.abc import Iterator

from earwitness.conversation.number_words import BELOW_HUNDRED, SCALES, TENS, any_of
from earwitness.insights.english.twin_letters import without_twins
from earwitness.insights.entities.span import Span

_SCALES = {"hundred": 100, **SCALES, "k": 1000, "m": 10**6}
_WORD = any_of([*BELOW_HUNDRED, "hundred", *SCALES])
_WORDS = rf"{_WORD}(?:[\s-]+(?:and\s+)?{_WORD})*"
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_COUNT = (
    rf"(?P<count>{_FIGURES}|a half|half a|{_WORDS}|an?(?=\s+(?:hundred|thousand|million|billion|couple)\b))"
)
_SCALE = r"(?:\s*(?P<scale>hundred|thousand|million|billion|k|m|bn)\b)?"
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_UNITS_OF_MONEY = {
    "dollar": "USD",
    "buck": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "quid": "GBP",
    "yen": "JPY",
    "rupee": "INR",
    "franc": "CHF",
    "usd": "USD",
    "eur": "EUR",
    "gbp": "GBP",
}
_MONEY_SIGN = re.compile(rf"(?P<sign>[$€£¥₹])\s?(?P<count>{_FIGURES}){_SCALE}", re.IGNORECASE)
_MONEY = re.compile(
    rf"\b{_COUNT}{_SCALE}\s+(?P<unit>dollar|buck|euro|quid|yen|rupee|franc|pound(?=s?\s+sterling)|usd|eur|gbp)s?\b"
    rf"(?:\s+and\s+(?P<cents>{_FIGURES}|{_WORDS})\s+cents?\b)?",
    re.IGNORECASE,
)
_CENTS = re.compile(rf"\b{_COUNT}\s+cents\b", re.IGNORECASE)
_PERCENT = re.compile(rf"(?<![\w.]){_COUNT}\s*(?:%|percent\b|per\s+cent\b)", re.IGNORECASE)
_DURATION = re.compile(
    rf"\b{_COUNT}[\s-]+(?P<unit>second|minute|hour|day|week|month|year)s?\b(?!\s+(?:old|ago)\b)",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    rf"(?<![.,])\b{_COUNT}{_SCALE}\s*(?P<unit>kilo(?:gram|meter|metre|byte)s?|km|kg|miles?|met(?:er|re)s?|feet|inch(?:es)?|lit(?:er|re)s?"
    r"|gallons?|mega(?:byte|bit|watt)s?|giga(?:byte|bit|watt)s?|tera(?:byte|bit)s?|[MGT]B|kWh?"
    r"|degrees?|square feet)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"(?<![\w.,:/#+$€£-])(?P<count>{_FIGURES}|{_WORDS})(?:\s(?P<scale>thousand|million|billion)\b)?(?![\w:/]|[.,]\d|-\w)",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"\d|percent|per cent|dollar|buck|euro|quid|yen|rupee|franc|sterling|cents|second|minute|hour|day"
    r"|week|month|year"
    r"|kilo|mile|met(?:er|re)|feet|inch|lit(?:er|re)|gallon|mega|giga|tera|degree",
    re.IGNORECASE,
)
"""What stands in every amount."""
_LONGEST_NUMBER = 9
_LONGEST_FIGURES = 24
_MOST_WORDS = 16
_SMALL = 10


def find_amounts(text: str) -> Iterator[Span]:
    """Yield money, percentages, durations and measures; those that say most first, they may overlap."""
    text = without_twins(text)
    if not _HINT.search(text):
        return
    for match in _MONEY_SIGN.finditer(text):
        value = _value(match["count"], match["scale"])
        if value is not None:
            yield Span("money", *match.span(), f"{_shown(value)} {_CURRENCIES[match['sign']]}")
    for match in _MONEY.finditer(text):
        value = _value(match["count"], match["scale"])
        if value is not None:
            cents = _value(match["cents"] or "0") or 0
            amount = value + cents / 100
            yield Span(
                "money", *match.span(), f"{_shown(amount)} {_UNITS_OF_MONEY[match['unit'].casefold()]}"
            )
    for kind, pattern in (("percent", _PERCENT), ("duration", _DURATION), ("quantity", _MEASURE)):
        for match in pattern.finditer(text):
            value = _value(match["count"], match["scale"] if kind == "quantity" else None)
            if value is not None:
                unit = "" if kind == "percent" else " " + match["unit"].casefold()
                yield Span(kind, *match.span(), _shown(value) + (unit or "%"))
    for match in _CENTS.finditer(text):
        value = _value(match["count"])
        if value is not None:
            yield Span("money", *match.span(), f"{_shown(value / 100)} USD")


def find_numbers(text: str) -> Iterator[Span]:
    """Yield plain numbers; small ones in words are wording ("one of them") and are left out."""
    for match in _NUMBER.finditer(without_twins(text)):
        said = match["count"]
        value = _value(said, match["scale"])
        if value is None or (not said[0].isdigit() and value < _SMALL) or said.casefold() in _SCALES:
            continue
        if len(said.replace(",", "")) <= _LONGEST_NUMBER or not said.isdigit():
            yield Span("number", *match.span(), _shown(value))


def _shown(value: float) -> str:
    return f"{value:.10g}" if value < 1e10 else str(round(value))


def _value(said: str, scale: str | None = None) -> float | None:
    """Return what a count in figures or words is; None where the words are no number."""
    lowered = said.casefold()
    factor = _SCALES.get((scale or "").casefold().replace("bn", "billion"), 1)
    if lowered[0].isdigit():
        if len(lowered) > _LONGEST_FIGURES:
            return None
        return float(lowered.replace(",", "")) * factor
    if lowered in ("a", "an"):
        return float(factor)
    if lowered in ("a half", "half a"):
        return factor / 2
    words = re.split(r"[\s-]+", lowered)
    if len(words) > _MOST_WORDS:
        return None
    total = current = 0
    last = 10**12
    for word in words:
        if word == "and":
            continue
        if word in BELOW_HUNDRED:
            value = BELOW_HUNDRED[word]
            # "nineteen ninety" and "five five" are no numbers.
            if last <= value or (last < 20 and current % 100) or (last in TENS.values() and value >= 10):
                return None
            current += value
            last = value if value else 1
        elif word == "hundred":
            current = (current or 1) * 100
            last = 100
        else:
            total += (current or 1) * _SCALES[word]
            current, last = 0, 10**12
    return float(total + current) * factor
