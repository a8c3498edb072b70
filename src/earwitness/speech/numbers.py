"""English number words as digits, where nothing else can be meant and digits read better.

"twenty five percent" → "25%", "five dollars and fifty cents" → "$5.50", "three thirty p.m." → "3:30 p.m.",
"nineteen ninety nine" → "1999", "five five five one two" → "55512", "twenty-first" → "21st". Numbers below
ten stay words unless a unit follows, as "one of them" must; so does a row of number words that isn't one
number, such as "twelve thirty" or "twenty four seven".

Text is a list of tokens (words with their marks); a `Piece` says which of them became one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from earwitness.conversation.number_words import BELOW_HUNDRED, DIGITS, ORDINALS, SCALES, TEENS, TENS

_OH = "oh"
_CARDINALS = {*BELOW_HUNDRED, "hundred", *SCALES}
_ORDINAL_DIGITS = {word: value for word, value in ORDINALS.items() if 0 < value < 10 and word != "second"}
"""Without "second": "a thirty second delay" isn't the 32nd."""
_ORDINALS = {word: value for word, value in ORDINALS.items() if value > 10}
_HALVES_OF_DAY = {"a.m", "p.m", "am", "pm"}
_TIMES_OF_DAY = {("in", "the", "morning"), ("in", "the", "afternoon"), ("in", "the", "evening")}
_LINKS = {"to", "or", "and"}
_LEAST_DIGITS = 4
_LEAST_GROUPED_DIGITS = 5
_WITH_COMMAS_FROM = 10_000

_TOKEN = re.compile(r"^(?P<lead>[^\w$€£]*)(?P<core>.*?)(?P<trail>[^\w%]*)$", re.DOTALL)
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_WRITTEN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A token of the new text and the tokens that it stands for."""

    text: str
    first: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class _Token:
    lead: str
    core: str
    trail: str

    @property
    def key(self) -> str:
        return self.core.casefold()

    @property
    def parts(self) -> list[str]:
        return self.key.split("-")


@dataclass(slots=True)
class _Run:
    """Tokens in a row that are number words."""

    first: int
    count: int
    parts: list[str]
    digits: str | None = None
    """How the number is written in digits, if it is one."""
    is_small: bool = False
    """Whether it is below ten, and rather stays a word."""
    text: str | None = None
    """What replaces the tokens; None leaves them."""

    @property
    def end(self) -> int:
        return self.first + self.count


def with_digits(tokens: Sequence[str]) -> list[Piece]:
    """Return the tokens with numbers in digits; what is in digits already only gets its unit."""
    parsed = [_parse(token) for token in tokens]
    runs = list(_runs(parsed))
    for run in runs:
        _read(run, parsed)
    _agree(runs, parsed)
    _read_groups(runs, parsed)
    pieces = []
    at = 0
    for run in runs:
        if run.text is None or run.first < at:
            continue
        pieces += [Piece(tokens[index], index) for index in range(at, run.first)]
        lead, trail = parsed[run.first].lead, parsed[run.end - 1].trail
        number, _, scale = run.text.partition(" ")
        if scale:
            scale_at = next(i for i in range(run.first + 1, run.end) if parsed[i].key == scale)
            pieces.append(Piece(lead + number, run.first, scale_at - run.first))
            pieces.append(Piece(scale + trail, scale_at, run.end - scale_at))
        else:
            pieces.append(Piece(lead + number + trail, run.first, run.count))
        at = run.end
    return pieces + [Piece(tokens[index], index) for index in range(at, len(tokens))]


def is_number(token: str) -> bool:
    """Return whether a token is a number, in words or in digits, with no mark behind it."""
    parsed = _parse(token)
    return not parsed.trail and (_is_number(parsed) or bool(_CLOCK.fullmatch(parsed.core)))


def _parse(token: str) -> _Token:
    match = _TOKEN.match(token)
    assert match is not None, "every string matches"
    return _Token(match["lead"], match["core"], match["trail"])


def _runs(tokens: Sequence[_Token]) -> Iterator[_Run]:
    at = 0
    while at < len(tokens):
        if not _is_number(tokens[at]):
            at += 1
            continue
        run = _Run(at, 1, list(tokens[at].parts))
        while run.end < len(tokens) and not tokens[run.end - 1].trail and not tokens[run.end].lead:
            if _is_number(tokens[run.end]) or _is_inside(tokens, run.end):
                run.parts += tokens[run.end].parts
                run.count += 1
            else:
                break
        yield run
        at = run.end


def _is_number(token: _Token) -> bool:
    if _WRITTEN.fullmatch(token.core):
        return True
    *others, last = token.parts
    return all(part in _CARDINALS for part in others) and (
        last in _CARDINALS or last in _ORDINALS or (last in _ORDINAL_DIGITS)
    )


def _is_inside(tokens: Sequence[_Token], at: int) -> bool:
    """Whether "and", "point" or "oh" stands inside a number."""
    key, before = tokens[at].key, tokens[at - 1].parts[-1]
    if tokens[at].trail or at + 1 == len(tokens):
        return key == _OH and before in _CARDINALS | {_OH}
    after = tokens[at + 1].parts[0]
    if key == "and":
        return before in {"hundred", "thousand"} and after in BELOW_HUNDRED
    if key == "point":
        return before in _CARDINALS and after in DIGITS.keys() | {_OH}
    return key == _OH and before in _CARDINALS | {_OH} and after in DIGITS.keys() | {_OH}


def _read(run: _Run, tokens: Sequence[_Token]) -> None:
    """Find out what the run stands for, with the unit behind it."""
    is_open = not tokens[run.end - 1].trail
    following = [token.key for token in tokens[run.end : run.end + 3]] if is_open else []
    unit = following[0] if following and not tokens[run.end].lead else ""
    if (clock := _clock(run.parts)) and (
        (unit in _HALVES_OF_DAY and following[1:2] != ["i"]) or tuple(following) in _TIMES_OF_DAY
    ):
        run.digits = run.text = clock
        return
    run.digits = number = _number(run.parts)
    if number is None or (" " in number and tokens[run.end - 1].key not in {"million", "billion"}):
        return
    run.is_small = len(number) == 1 and not run.parts[0].isdigit()
    is_scaled = " " in number
    if unit in {"percent", "%"} and not is_scaled:
        run.text, run.count = number + "%", run.count + 1
    elif following[:2] == ["per", "cent"] and not tokens[run.end].trail and not is_scaled:
        run.text, run.count = number + "%", run.count + 2
    elif unit in {"dollar", "dollars"} and not _is_linked(run, tokens):
        run.text, run.count = "$" + number, run.count + 1
        _add_cents(run, tokens)
    elif unit in {"euro", "euros"} and not _is_linked(run, tokens):
        run.text, run.count = "€" + number, run.count + 1
    elif not run.is_small and not run.parts[0][0].isdigit() and unit != "second":
        before = tokens[run.first - 1].key if run.first else ""
        is_part = before in {"a", "an", "one"} and number.endswith(("st", "nd", "rd", "th"))
        run.text = None if is_part else number


def _add_cents(run: _Run, tokens: Sequence[_Token]) -> None:
    """Take "and fifty cents" behind dollars into the amount."""
    if tokens[run.end - 1].trail or "." in (run.text or ".") or " " in (run.text or ""):
        return
    after = list(tokens[run.end : run.end + 4])
    if after and after[0].key == "and" and not after[0].trail:
        for count in (1, 2):
            words, unit = after[1 : 1 + count], after[1 + count : 2 + count]
            if not unit or unit[0].key not in {"cent", "cents"} or any(word.trail for word in words):
                continue
            cents = _number([part for word in words for part in word.parts])
            if cents is not None and cents.isdigit() and int(cents) < 100:
                run.text, run.count = f"{run.text}.{int(cents):02}", run.count + count + 2
            return


def _is_linked(run: _Run, tokens: Sequence[_Token]) -> bool:
    """Whether the number ends a range or a choice: "five or six dollars" has no good short form."""
    at = run.first - 2
    return at >= 0 and tokens[at + 1].key in _LINKS and _is_number(tokens[at])


def _agree(runs: Sequence[_Run], tokens: Sequence[_Token]) -> None:
    """Write both ends of a range alike: "5 to 10%", not "five to 10%"."""
    for one, other in pairwise(runs):
        if other.first != one.end + 1 or tokens[one.end].key not in _LINKS:
            continue
        if tokens[one.end - 1].trail or tokens[one.end].trail:
            continue
        for small, large in ((one, other), (other, one)):
            if small.text is None and small.is_small and small.parts != ["one"] and _is_plain(large.text):
                small.text = small.digits


def _read_groups(runs: Sequence[_Run], tokens: Sequence[_Token]) -> None:
    """Write groups of digits with commas between them in digits, as phone numbers are said."""
    groups: list[_Run] = []
    for run in [*runs, None]:
        is_next = run is not None and bool(groups) and run.first == groups[-1].end
        if run is not None and (is_next or not groups) and _is_group(run, tokens):
            groups.append(run)
            continue
        if len(groups) > 1 and sum(len(group.parts) for group in groups) >= _LEAST_GROUPED_DIGITS:
            for group in groups:
                group.text = "".join(str(DIGITS.get(part, 0)) for part in group.parts)
        groups = [run] if run is not None and _is_group(run, tokens) else []


def _is_group(run: _Run, tokens: Sequence[_Token]) -> bool:
    """Whether a run is at least two digits with a comma or the end behind them."""
    digits_alone = all(part in DIGITS or part == _OH for part in run.parts)
    return digits_alone and len(run.parts) > 1 and run.count == len(run.parts)


def _is_plain(text: str | None) -> bool:
    return text is not None and text.rstrip("%").isdigit()


def _number(parts: Sequence[str]) -> str | None:
    """Return a row of number words in digits, None where it isn't one number."""
    if len(parts) == 1 and _WRITTEN.fullmatch(parts[0]):
        return parts[0]
    if any(part[0].isdigit() for part in parts):
        return None
    if len(parts) >= _LEAST_DIGITS and (row := _row_of_digits(parts)):
        return row
    if ordinal := _ordinal(parts):
        return ordinal
    if "point" in parts:
        return _decimal(parts)
    if year := _year(parts):
        return year
    if parts[-1] in {"million", "billion"} and len(parts) > 1:
        count = _cardinal(parts[:-1])
        return None if count is None or count >= 1000 else f"{count} {parts[-1]}"
    value = _cardinal(parts)
    if value is None:
        return None
    return f"{value:,}" if value >= _WITH_COMMAS_FROM else str(value)


def _row_of_digits(parts: Sequence[str]) -> str | None:
    """Return digits said one by one, as of a phone number, but not somebody's counting."""
    if any(part not in DIGITS and part != _OH for part in parts):
        return None
    values = [DIGITS.get(part, 0) for part in parts]
    steps = {after - before for before, after in pairwise(values)}
    return None if steps in ({1}, {-1}) else "".join(map(str, values))


def _ordinal(parts: Sequence[str]) -> str | None:
    *before, last = parts
    value: int | None
    if last in _ORDINALS and not before:
        value = _ORDINALS[last]
    elif last in _ORDINAL_DIGITS and len(before) == 1 and before[0] in TENS:
        value = TENS[before[0]] + _ORDINAL_DIGITS[last]
    else:
        return None
    suffix = "th" if 10 < value % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{suffix}"


def _decimal(parts: Sequence[str]) -> str | None:
    at = parts.index("point")
    scale = ""
    if parts[-1] in {"million", "billion"}:
        scale = " " + parts[-1]
        parts = parts[:-1]
    whole, fraction = _cardinal(parts[:at]), parts[at + 1 :]
    if whole is None or not fraction or any(part not in DIGITS and part != _OH for part in fraction):
        return None
    return f"{whole}.{''.join(str(DIGITS.get(part, 0)) for part in fraction)}{scale}"


def _year(parts: Sequence[str]) -> str | None:
    """Return a year said in two halves, 1300 to 1999 and 2010 to 2099, or "nineteen oh five"."""
    century = {**TEENS, "twenty": 20}.get(parts[0], 0)
    if century < 13 or len(parts) < 2:
        return None
    rest = parts[1:]
    if rest[0] == _OH and len(rest) == 2 and century < 20:
        return f"{century}0{DIGITS[rest[1]]}" if rest[1] in DIGITS and rest[1] != "zero" else None
    years = _below_hundred(rest)
    return None if years is None or years < 10 else f"{century}{years}"


def _clock(parts: Sequence[str]) -> str | None:
    """Return hours and minutes said one after the other, or hours alone."""
    hour = {**DIGITS, **TEENS}.get(parts[0], 0)
    if not 1 <= hour <= 12:
        return None
    rest = parts[1:]
    if not rest:
        return str(hour)
    if rest[0] == _OH and len(rest) == 2 and rest[1] in DIGITS and rest[1] != "zero":
        return f"{hour}:0{DIGITS[rest[1]]}"
    minute = _below_hundred(rest)
    return f"{hour}:{minute}" if minute is not None and 10 <= minute < 60 else None


def _below_hundred(parts: Sequence[str]) -> int | None:
    if len(parts) == 1:
        return BELOW_HUNDRED.get(parts[0])
    if len(parts) == 2 and parts[0] in TENS and DIGITS.get(parts[1], 0) > 0:
        return TENS[parts[0]] + DIGITS[parts[1]]
    return None


def _below_thousand(parts: Sequence[str]) -> int | None:
    if "hundred" not in parts:
        return _below_hundred(parts)
    at = parts.index("hundred")
    hundreds = _below_hundred(parts[:at])
    rest = list(parts[at + 1 :])
    if rest[:1] == ["and"]:
        rest = rest[1:]
    below = _below_hundred(rest) if rest else 0
    if hundreds is None or below is None or not 1 <= hundreds < 100 or hundreds % 10 == 0:
        return None
    return hundreds * 100 + below


def _cardinal(parts: Sequence[str]) -> int | None:
    """Return the value of "two hundred and five thousand six"; "hundred" alone has none."""
    total = 0
    rest = list(parts)
    for scale in ("billion", "million", "thousand"):
        if scale in rest:
            at = rest.index(scale)
            count = _below_thousand(rest[:at])
            if not count:
                return None
            total += count * SCALES[scale]
            rest = rest[at + 1 :]
            if rest[:1] == ["and"]:
                rest = rest[1:]
            if not rest:
                return total
    below = _below_thousand(rest)
    return None if below is None else total + below
