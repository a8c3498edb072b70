"""Which conversations pass a filter."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from earwitness.api.conversations.rsql import Comparison
from earwitness.api.wire.times import as_utc
from earwitness.store.seams import Findable, SortField

FIELDS: Mapping[str, SortField] = {
    "id": "id",
    "name": "name",
    "type": "kind",
    "startTime": "started_at",
    "startDate": "started_at",
    "endTime": "ended_at",
    "endDate": "ended_at",
}
"""What a conversation is sorted and filtered by, besides its metadata."""


def field_or_key(selector: str) -> tuple[SortField | None, str]:
    """Return the field that a filter means, or None and the key of metadata."""
    name = selector.removeprefix("conversation.")
    return FIELDS.get(name), name.removeprefix("metadata.")


def passes(record: Findable, comparisons: Sequence[Comparison]) -> bool:
    """Tell whether a conversation is what a filter asks for."""
    return all(_holds(_property(record, one.selector), one) for one in comparisons)


def _property(record: Findable, selector: str) -> Any:
    """Return a field, or else the metadata of that key; None where there is none."""
    field, key = field_or_key(selector)
    return getattr(record, field) if field is not None else record.metadata.get(key)


def _holds(actual: Any, asked: Comparison) -> bool:
    if asked.operator in ("!=", "out"):
        return not any(_equal(actual, value) for value in asked.values)
    if asked.operator in ("==", "in"):
        return any(_equal(actual, value) for value in asked.values)
    if actual is None:
        return False
    left, right = _comparable(actual, asked.values[0])
    holds = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
    return bool(holds[asked.operator])


def _equal(actual: Any, value: str) -> bool:
    if actual is None:
        return False
    left, right = _comparable(actual, value)
    if isinstance(left, str) and "*" in value:
        return _matches(left, value)
    return bool(left == right)


def _matches(text: str, pattern: str) -> bool:
    """Tell whether a text is like a pattern in which each `*` stands for anything.

    Each part is looked for from where the one before it was found first, so nothing is ever tried again.
    """
    first, *middle, last = pattern.split("*")
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _comparable(actual: Any, value: str) -> tuple[Any, Any]:
    """Return both as instants or as numbers, if they can be that, else as texts."""
    try:
        if isinstance(actual, datetime):
            return actual, as_utc(datetime.fromisoformat(value))
        if not isinstance(actual, bool):
            return float(actual), float(value)
    except (TypeError, ValueError):
        pass  # Then they are compared as what they are written like.
    if isinstance(actual, bool):
        return str(actual).lower(), value.lower()
    return (actual.isoformat() if isinstance(actual, datetime) else str(actual)), value
