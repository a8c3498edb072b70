"""Other names for people in what was written about a conversation."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from earwitness.conversation.insight import Insight, SummaryItem, TextSpan

Rename = Callable[[str], str]


def renaming(names: Mapping[str, str]) -> Rename:
    """Return what puts new names in the place of old ones, where these stand as whole words."""
    old = sorted(filter(None, names), key=len, reverse=True)
    if not old:
        return str
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, old))})(?!\w)")
    return lambda text: pattern.sub(lambda match: names[match.group()], text)


def renamed_insight(insight: Insight, rename: Rename) -> Insight:
    """Return an insight with other names in its text, and its spans where they are in that text now."""
    spans = (
        replace(
            span,
            text=rename(span.text),
            offset=len(rename(insight.text[: span.offset])),
            value=_value(span, rename),
        )
        for span in insight.spans
    )
    return replace(insight, text=rename(insight.text), spans=tuple(spans))


def renamed_item(item: SummaryItem, rename: Rename) -> SummaryItem:
    """Return a sentence of a summary with other names."""
    return replace(item, text=rename(item.text))


def _value(span: TextSpan, rename: Rename) -> str | None:
    return rename(span.value) if span.kind == "person" and span.value else span.value
