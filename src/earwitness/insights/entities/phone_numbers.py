"""Phone numbers, written or said, by form, by context and by the numbering plans of `phonenumbers`."""

import re
from collections.abc import Iterator, Sequence

import phonenumbers

from earwitness.insights.entities.digit_runs import DigitRun
from earwitness.insights.entities.sound_alikes import with_sound_alikes
from earwitness.insights.entities.span import Span

_SIZES = range(7, 16)
"""Digits of a number (ITU-T E.164: at most 15)."""
_BEFORE = 60
_AFTER = 16
_NAMED_BEFORE = re.compile(
    r"\b(?:phones?|telephone|tel|mobile|mob|cell(?:phone|ular)?|fax|land\s?line|desk|direct line|extension"
    r"|call(?:ing|ed|s)?|dial(?:ing|led)?|ring|reach(?:ed)?|text(?:ing)?|sms|whatsapp|messages?|contact"
    r"|answer(?:ing)?|hot\s?line|call\s?back|voice\s?mail|my number|the number|number is|numbers are"
    r"|number at"
    r"|his number|her number|your number|their number)\b",
    re.I,
)
_NAMED_AFTER = re.compile(r"^[\s\-–,;(\\]*(?:office|fax|mobile|cell|home|work|direct|phone|desk|tel)\b", re.I)
_NOT_A_PHONE = re.compile(
    r"(?:[$€£#]|\b(?:order|invoice|ticket|case|reference|ref|tracking|confirmation|zip|postcode|version|room"
    r"|page|id|serial|model|part|code|account|policy|claim|passport|licen[cs]e)\b[^.?!]{0,25})\s*$",
    re.I,
)
_UNIT_AFTER = re.compile(
    r"^\s*(?:%|percent|dollars?|euros?|pounds?|bucks|cents?|people|users|customers|units?|days?|weeks?|months?"
    r"|years?|hours?|minutes?|seconds?|times|miles?|kilo\w*|meters?|metres?|bytes?|megabytes?|rows|pages)\b",
    re.I,
)
_EXTENSION = re.compile(r"\s*(?:,\s*)?(?:x|ext\.?|extension)\s*$", re.I)
_NANP = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")
_LOCAL_GROUPS = frozenset({(3, 4), (3, 2, 2), (4, 4), (4, 3)})
_PREFIX_OUT = ("00", "011")
_LEAST_GROUPS = 2


def find_phone_numbers(text: str, runs: Sequence[DigitRun], region: str = "US") -> Iterator[Span]:
    """Yield the phone numbers among the digit runs of a text that mean nothing yet.

    Args:
        text: what was said.
        runs: its digit runs, from left to right.
        region: the ISO 3166 code of where numbers without a country's prefix are from.
    """
    for guess in with_sound_alikes(text, runs, before=False):
        if _NANP.fullmatch(guess.digits) and _is_named(text, guess) and _is_valid(guess.digits, region):
            yield Span("phone_number", guess.start, guess.end, _canonical(guess, region))
    skipped = 0
    for place, run in enumerate(runs):
        if place < skipped or not _is_phone(text, run, region):
            continue
        end = run.end
        value = _canonical(run, region)
        if place + 1 < len(runs):
            extension = runs[place + 1]
            if len(extension.digits) <= 6 and _EXTENSION.fullmatch(text[run.end : extension.start]):
                end, skipped = extension.end, place + 2
                value += f";ext={extension.digits}"
        yield Span("phone_number", run.start, end, value)


def _is_phone(text: str, run: DigitRun, region: str) -> bool:
    digits = run.digits
    if len(digits) not in _SIZES or len(set(digits)) == 1:
        return False
    before, after = text[max(run.start - _BEFORE, 0) : run.start], text[run.end : run.end + _AFTER]
    if run.has_plus:
        return True
    if _NOT_A_PHONE.search(before) or _UNIT_AFTER.match(after):
        return False
    named = _is_named(text, run)
    groups = run.groups
    if digits.startswith(_PREFIX_OUT) and len(digits) >= 11 and len(groups) >= _LEAST_GROUPS:
        return True
    if _NANP.fullmatch(digits):
        return named or len(groups) >= _LEAST_GROUPS or run.is_spoken or _is_valid(digits, region)
    if named:
        return len(digits) > 7 or groups in _LOCAL_GROUPS or run.is_spoken or len(groups) > 1
    if groups in _LOCAL_GROUPS:
        return run.is_spoken and groups == (3, 4)
    return len(groups) >= _LEAST_GROUPS and len(digits) >= 9 and _is_valid(digits, region)


def _is_named(text: str, run: DigitRun) -> bool:
    before, after = text[max(run.start - _BEFORE, 0) : run.start], text[run.end : run.end + _AFTER]
    return bool(_NAMED_BEFORE.search(before) or _NAMED_AFTER.match(after))


def is_whole_number(value: str) -> bool:
    """Return whether a canonical number has as many digits as its numbering plan asks for."""
    return value.startswith("+") and _is_valid(value, "US")


def _is_valid(digits: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, region))
    except phonenumbers.NumberParseException:
        return False


def _canonical(run: DigitRun, region: str) -> str:
    """Return the number in E.164 where its plan is known, else its digits."""
    digits = ("+" if run.has_plus else "") + run.digits
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_valid_number(number):
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
