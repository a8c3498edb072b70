"""What a database can tell of a filter, so that few conversations are looked at.

A filter compares whatever kinds of values meet (`rank==9` finds the number, the text and 9.0), so
`filtering.passes` decides. Here is what follows from it and is as easily said in SQL; the rest is left out.
"""

from collections.abc import Sequence
from datetime import datetime

from earwitness.api.conversations.filtering import field_or_key
from earwitness.api.conversations.rsql import Comparison
from earwitness.api.wire.times import as_utc
from earwitness.store.seams import Narrowing, SortField

_MOST_VALUES = 50
"""SQLite nests alternatives, and only so deep."""


def narrowed(comparisons: Sequence[Comparison]) -> tuple[Narrowing, ...]:
    """Return conditions that every conversation meets of which all comparisons hold."""
    return tuple(found for one in comparisons if (found := _narrowing(one)) is not None)


def _narrowing(asked: Comparison) -> Narrowing | None:
    field, key = field_or_key(asked.selector)
    is_equality = asked.operator in ("==", "in")
    if field == "started_at" or field == "ended_at":
        return _of_times(field, asked)
    if not is_equality or len(asked.values) > _MOST_VALUES or any("\0" in value for value in asked.values):
        return None
    if field is None:
        return Narrowing("metadata", "in", asked.values, key) if all(map(_is_word, asked.values)) else None
    if len(asked.values) == 1 and "*" in asked.values[0]:
        prefix = asked.values[0].partition("*")[0]
        return Narrowing(field, "begins", (prefix,)) if prefix else None
    is_plain = _is_id if field == "id" else _is_word
    return Narrowing(field, "in", asked.values) if all(map(is_plain, asked.values)) else None


def _of_times(field: SortField, asked: Comparison) -> Narrowing | None:
    try:
        moments = tuple(as_utc(datetime.fromisoformat(value)) for value in asked.values)
    except ValueError:
        return None
    match asked.operator:
        case "==" | "in":
            return Narrowing(field, "in", moments)
        case "<" | "<=" | ">" | ">=" as relation:
            return Narrowing(field, relation, moments)
    return None


def _is_word(value: str) -> bool:
    """Tell whether nothing but the same text is equal to a value: no number, no list, no pattern."""
    if not value or value[0] in "[{" or "*" in value or value.lower() in ("true", "false"):
        return False
    try:
        float(value)
    except ValueError:
        return True
    return False


def _is_id(value: str) -> bool:
    """Tell whether a number is written as ids are."""
    return value.isascii() and value.isdecimal() and (value[0] != "0" or value == "0")
