"""Words that sound like digits, in rows of digits: "five to zero", "zero for eight", "is for zero nine".

A recogniser writes the usual word. What is read with them is a guess, so it counts only where check digits
or the words around it prove it.
"""

import re
from collections.abc import Iterator, Sequence

from earwitness.insights.entities.digit_runs import DigitRun, Digits

_DIGITS = {"to": "2", "too": "2", "for": "4", "fore": "4", "ate": "8", "at": "8", "won": "1"}
_MARKS = r"[\s,.…–—-]"
_AT_AN_END = r"(?P<word>to|too|for|fore|ate|won)"
_BETWEEN = re.compile(rf"{_MARKS}*\b(?P<word>{'|'.join(_DIGITS)})\b{_MARKS}+", re.IGNORECASE)
_BEFORE = re.compile(rf"\b{_AT_AN_END}[\s,]+$", re.IGNORECASE)
_BEHIND = re.compile(rf"[\s,]+{_AT_AN_END}(?=\s*(?:[.?!,]|$))", re.IGNORECASE)
_NEAR = 10
"""Characters before a run in which such a word and the marks behind it stand."""


def with_sound_alikes(text: str, runs: Sequence[DigitRun], *, at_ends: bool = True) -> Iterator[DigitRun]:
    """Yield what digits are together with the words among, before and behind them that sound like digits.

    Args:
        text: what was said.
        runs: its digits, from left to right.
        at_ends: whether such words before and behind the digits are taken too.
    """
    for parts, is_joined in _chains(text, runs):
        start, end = parts[0].start, parts[-1].end
        first = _digit(_BEFORE.search(text, max(start - _NEAR, 0), start)) if at_ends else []
        last = _digit(_BEHIND.match(text, end)) if at_ends else []
        if first and last:
            yield DigitRun([*first, *parts, *last])
        if first:
            yield DigitRun([*first, *parts])
        if last:
            yield DigitRun([*parts, *last])
        if is_joined:
            yield DigitRun(parts)


def _chains(text: str, runs: Sequence[DigitRun]) -> Iterator[tuple[list[Digits], bool]]:
    """Yield the digits of runs with nothing but such words between them, and whether there are any."""
    parts: list[Digits] = []
    is_joined = False
    for run in runs:
        between = _digit(_BETWEEN.fullmatch(text, parts[-1].end, run.start)) if parts else []
        if between and not run.has_plus:
            parts, is_joined = [*parts, *between, *run.parts], True
            continue
        if parts:
            yield parts, is_joined
        parts, is_joined = list(run.parts), False
    if parts:
        yield parts, is_joined


def _digit(match: re.Match[str] | None) -> list[Digits]:
    if match is None:
        return []
    digit = _DIGITS[match["word"].casefold()]
    return [Digits(digit, *match.span("word"), is_spoken=True, opens_group=False)]
