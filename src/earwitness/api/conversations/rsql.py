"""Filters in RSQL, as far as the Conversation API has it: comparisons that must all hold.

`metadata.agentId==johndoe;conversation.name=="Stand-up*"` (https://github.com/jirutka/rsql-parser). A comma
between comparisons, RSQL's "or", is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 2000
"""Characters of a filter."""

_OPERATORS = {
    "==": "==",
    "!=": "!=",
    "=lt=": "<",
    "<": "<",
    "=le=": "<=",
    "<=": "<=",
    "=gt=": ">",
    ">": ">",
    "=ge=": ">=",
    ">=": ">=",
    "=in=": "in",
    "=out=": "out",
}
_SELECTOR = re.compile(r"""\s*([^\s"'();,<>=!~]+)""")
_OPERATOR = re.compile(r"\s*(=(?:lt|le|gt|ge|in|out)=|==|!=|<=|>=|<|>)\s*")
_QUOTED = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*""")
_BARE = re.compile(r"""\s*([^\s"'();,]+(?:[ ]+(?!and\b|or\b)[^\s"'();,]+)*)\s*""")
_AND = re.compile(r"\s*(?:;|\band\b)\s*")
_OR = re.compile(r"\s*(?:,|\bor\b)")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a filter asks of one property."""

    selector: str
    operator: str
    """`==`, `!=`, `<`, `<=`, `>`, `>=`, `in` or `out`."""
    values: tuple[str, ...]
    """One, or for `in` and `out` any number."""


def parse(text: str) -> tuple[Comparison, ...]:
    """Read a filter.

    Raises:
        ValueError: it is no such filter; says where it ends to make sense.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a filter has at most {LONGEST} characters")
    comparisons: list[Comparison] = []
    at = 0
    while True:
        comparison, at = _comparison(text, at)
        comparisons.append(comparison)
        if at == len(text):
            return tuple(comparisons)
        if _OR.match(text, at):
            raise ValueError("a comma (or) between comparisons is not supported; join them by ';' (and)")
        joined = _AND.match(text, at)
        if joined is None:
            raise _senseless(text, at)
        at = joined.end()


def _comparison(text: str, at: int) -> tuple[Comparison, int]:
    selector = _SELECTOR.match(text, at)
    operator = selector and _OPERATOR.match(text, selector.end())
    if selector is None or operator is None:
        raise _senseless(text, at)
    kind = _OPERATORS[operator[1]]
    values, at = _values(text, operator.end(), several=kind in ("in", "out"))
    return Comparison(selector[1], kind, values), at


def _values(text: str, at: int, *, several: bool) -> tuple[tuple[str, ...], int]:
    if not several:
        value, at = _value(text, at)
        return (value,), at
    if not text.startswith("(", at):
        raise _senseless(text, at)
    values: list[str] = []
    while text.startswith(("(", ","), at):
        value, at = _value(text, at + 1)
        values.append(value)
    if not text.startswith(")", at):
        raise _senseless(text, at)
    return tuple(values), at + 1


def _value(text: str, at: int) -> tuple[str, int]:
    if found := _QUOTED.match(text, at):
        quoted = found[1] if found[1] is not None else found[2]
        return re.sub(r"\\(.)", r"\1", quoted), found.end()
    if found := _BARE.match(text, at):
        return found[1], found.end()
    raise _senseless(text, at)


def _senseless(text: str, at: int) -> ValueError:
    rest = text[at : at + 40]
    where = f"at {rest!r}" if rest.strip() else "at its end"
    return ValueError(f"it makes no sense {where}; write it as metadata.key==value;name!='other'")


def named(comparisons: Sequence[Comparison]) -> set[str]:
    """Return the properties that a filter asks for."""
    return {comparison.selector for comparison in comparisons}
