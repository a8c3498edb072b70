"""A stretch of a text that names something."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """An entity in one text; `text[start:end]` is how it was said."""

    kind: str
    """See `kinds.KINDS`."""
    start: int
    """In characters from the start of the text."""
    end: int
    value: str
    """The canonical form: digits of a number, an ISO 8601 date, an address in lower case …"""

    def moved(self, by: int) -> "Span":
        """Return it for a text that has `by` more characters in front."""
        return Span(self.kind, self.start + by, self.end + by, self.value)


def without_overlaps(found: Iterable[Span]) -> list[Span]:
    """Return the spans in order of the text; where two overlap, the one that comes first in `found` stays."""
    kept: list[Span] = []
    for span in found:
        if span.start < span.end and not overlaps(span, kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def united(found: Iterable[Span], text: str) -> list[Span]:
    """Return the spans in order of the text; those that overlap become one, of the longest one's kind."""
    whole: list[Span] = []
    longest = 0
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        length = span.end - span.start
        if not whole or span.start >= whole[-1].end:
            whole.append(span)
            longest = length
            continue
        last = whole[-1]
        end = max(last.end, span.end)
        kind = span.kind if length > longest else last.kind
        longest = max(length, longest)
        if (kind, end) != (last.kind, last.end):
            whole[-1] = Span(kind, last.start, end, text[last.start : end])
    return whole


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Return whether a span shares a character with one of the others."""
    return any(span.start < other.end and other.start < span.end for other in others)
