"""Rows of digits as people say them and recognisers write them.

"five five five, one two one two", "555 1212", "double five", "four oh", "one eight hundred", "nineteen
ninety": each is a run, with the digits that it stands for and where each of them was said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from earwitness.conversation.number_words import DIGITS, TEENS, TENS
from earwitness.insights.entities.token import Token, tokens_of

_OH = frozenset("oh o nought naught".split())
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_ZEROS = {"hundred": "00", "thousand": "000"}
_BETWEEN = frozenset("dash hyphen space uh um er erm uhm then".split())
"""Words that may stand between digits of one number."""
_MARKS = frozenset("-–—.,()+…")
_GROUP_MARKS = frozenset("-–—.,()…")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[^\w\s]|_")
_HINT = re.compile(
    r"\d|zero|one|two|three|four|five|six|seven|eight|nine|\bten\b|eleven|twelve|teen|twenty|thirty|forty|fifty"
    r"|\boh|naught|nought",
    re.IGNORECASE,
)
_MOST_BETWEEN = 3
"""Marks and fillers in a row that one number goes on over."""


@dataclass(frozen=True, slots=True)
class Digits:
    """Some digits and the words or figures that they were said with."""

    digits: str
    start: int
    end: int
    is_spoken: bool
    """In words, not in figures."""
    opens_group: bool
    """Whether a mark, or a space between figures, is before it."""


@dataclass(slots=True)
class DigitRun:
    """Digits that may be one number."""

    parts: list[Digits] = field(default_factory=list)
    has_plus: bool = False
    """Whether "+" or "plus" is before it."""

    @property
    def digits(self) -> str:
        """All digits."""
        return "".join(part.digits for part in self.parts)

    @property
    def start(self) -> int:
        """Where it begins in the text; a plus belongs to it."""
        return self.parts[0].start

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.parts[-1].end

    @property
    def is_spoken(self) -> bool:
        """Whether any of it is in words."""
        return any(part.is_spoken for part in self.parts)

    @property
    def groups(self) -> tuple[int, ...]:
        """How many digits are in each of the groups that it was written or said in."""
        sizes: list[int] = []
        for part in self.parts:
            if part.opens_group or not sizes:
                sizes.append(0)
            sizes[-1] += len(part.digits)
        return tuple(sizes)


def digit_runs(text: str) -> Iterator[DigitRun]:
    """Yield the runs of digits in a text, from left to right; one digit alone is a run too."""
    if not _HINT.search(text):
        return
    tokens = tokens_of(_TOKEN, text)
    run = DigitRun()
    between: list[str] = []
    at = 0
    plus_at: int | None = None
    while at < len(tokens):
        if run.parts and "\n" in text[tokens[at - 1].end : tokens[at].start]:
            yield run
            run, between = DigitRun(), []
        read = _read(tokens, at, in_run=bool(run.parts))
        if read is not None:
            digits, count = read
            first, last = tokens[at], tokens[at + count - 1]
            spoken = not first.text.isdigit()
            opens = bool(run.parts) and (
                any(mark in _GROUP_MARKS for mark in between)
                or not (spoken or run.parts[-1].is_spoken)
                or (len(digits) > 2 and not spoken)
            )
            start = first.start if plus_at is None or run.parts else plus_at
            run.has_plus = run.has_plus or (plus_at is not None and not run.parts)
            run.parts.append(Digits(digits, start, last.end, spoken, opens))
            between, plus_at = [], None
            at += count
            continue
        key = tokens[at].key
        if run.parts and len(between) < _MOST_BETWEEN and (key in _BETWEEN or key in _MARKS):
            between.append(key)
        else:
            if run.parts:
                yield run
            run, between = DigitRun(), []
        if key in ("+", "plus"):
            if run.parts:  # a plus begins a number, wherever it stands
                yield run
                run, between = DigitRun(), []
            plus_at = tokens[at].start
        elif key != "(":
            plus_at = None
        at += 1
    if run.parts:
        yield run


def split(run: DigitRun, sizes: Sequence[int]) -> DigitRun | None:
    """Return the beginning of a run that has so many digits, if it can be cut there."""
    count = 0
    for place, part in enumerate(run.parts, 1):
        count += len(part.digits)
        if count in sizes:
            return DigitRun(run.parts[:place], run.has_plus)
    return None


def _read(tokens: Sequence[Token], at: int, *, in_run: bool) -> tuple[str, int] | None:
    """Return the digits that begin at a token, with the count of tokens they take."""
    token = tokens[at]
    if token.text.isdecimal():
        return _figures(token.text), 1
    key = token.key
    following = tokens[at + 1].key if at + 1 < len(tokens) else ""
    if key in _TIMES and (digit := _digit(following)):
        return digit * _TIMES[key], 2
    if key in DIGITS:
        if following in _ZEROS and key != "zero":
            return str(DIGITS[key]) + _ZEROS[following], 2
        return str(DIGITS[key]), 1
    if key in _OH:
        if following in _GROUP_MARKS and at + 2 < len(tokens):
            following = tokens[at + 2].key
        near = in_run or _digit(following) is not None or following in TEENS or following in TENS
        return ("0", 1) if near and (in_run or key != "o") else None
    if key in TEENS:
        return str(TEENS[key]), 1
    if key in TENS:
        ahead = at + 2 if following == "-" else at + 1
        unit = tokens[ahead].key if ahead < len(tokens) else ""
        if unit in DIGITS and unit != "zero":
            return str(TENS[key] + DIGITS[unit]), ahead - at + 1
        return str(TENS[key]), 1
    return None


def _digit(word: str) -> str | None:
    if word in _OH:
        return "0"
    if len(word) == 1 and word.isdecimal():
        return _figures(word)
    return str(DIGITS[word]) if word in DIGITS else None


def _figures(text: str) -> str:
    """Return figures of any script as 0 to 9."""
    return "".join(str(int(figure)) for figure in text)
