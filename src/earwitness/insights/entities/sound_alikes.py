"""Words that sound like digits, in rows of digits: "five to zero", "zero for eight", "is for zero nine".

A recogniser writes the usual word. What is read with them is a guess, so it counts only where check digits
or the words around it prove it, or where a number that is to be hidden goes on.
"""

import re
from collections.abc import Iterator, Sequence

from earwitness.insights.english.twin_letters import without_twins
from earwitness.insights.entities.digit_runs import DigitRun, Digits

_HEARD_AS = {
    "1": "won",
    "2": "to too",
    "3": "free tree",
    "4": "for fore fourth",
    "8": "ate at it aight",
}
_DIGITS = {word: digit for digit, words in _HEARD_AS.items() for word in words.split()}
_WORD = rf"\b(?:{'|'.join(_DIGITS)})\b"
_MARKS = r"[\s,.…–—-]"
_BETWEEN = re.compile(rf"{_MARKS}*(?:{_WORD}{_MARKS}+){{1,2}}", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:{_WORD}[\s,]+){{1,2}}$", re.IGNORECASE)
_BEHIND = re.compile(rf"(?:[\s,–—-]+{_WORD}){{1,2}}(?=\s*(?:[.?!,]|$))", re.IGNORECASE)
_NOTHING_ELSE = re.compile(rf"\W*(?:{_WORD}\W*){{2,4}}", re.IGNORECASE)
_EACH = re.compile(_WORD, re.IGNORECASE)
_NEAR = 20
"""Characters before a run in which such words and the marks behind them stand."""


def with_sound_alikes(text: str, runs: Sequence[DigitRun], *, before: bool = True) -> Iterator[DigitRun]:
    """Yield what digits are together with the words among, before and behind them that sound like digits.

    Args:
        text: what was said.
        runs: its digits, from left to right.
        before: whether such words before the digits are taken too.
    """
    for parts, is_joined in _chains(text, runs):
        start, end = parts[0].start, parts[-1].end
        first = _digits(_BEFORE.search(text, max(start - _NEAR, 0), start)) if before else []
        last = _digits(_BEHIND.match(text, end))
        for skipped in range(len(first) + 1):
            for taken in range(len(last), -1, -1):
                if is_joined or skipped < len(first) or taken:
                    yield DigitRun([*first[skipped:], *parts, *last[:taken]])


def are_sound_alikes(text: str) -> bool:
    """Return whether a text is nothing but words that sound like digits."""
    return bool(_NOTHING_ELSE.fullmatch(text))


def _chains(text: str, runs: Sequence[DigitRun]) -> Iterator[tuple[list[Digits], bool]]:
    """Yield the digits of runs with nothing but such words between them, and whether there are any."""
    parts: list[Digits] = []
    is_joined = False
    for run in runs:
        between = _digits(_BETWEEN.fullmatch(text, parts[-1].end, run.start)) if parts else []
        if between and not run.has_plus:
            parts += [*between, *run.parts]
            is_joined = True
            continue
        if parts:
            yield parts, is_joined
        parts, is_joined = list(run.parts), False
    if parts:
        yield parts, is_joined


def _digits(match: re.Match[str] | None) -> list[Digits]:
    if match is None:
        return []
    words = _EACH.finditer(match.string, *match.span())
    return [
        Digits(
            _DIGITS[without_twins(word.group()).casefold()], *word.span(), is_spoken=True, opens_group=False
        )
        for word in words
    ]
