"""Entities of a client's own kinds: terms that are looked for as they are written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from earwitness.insights.entities.span import Span


@dataclass(frozen=True, slots=True)
class CustomSpan:
    """A place where a client's term was said."""

    kind: str
    """The client's own."""
    span: Span


class CustomTerms:
    """The terms of a conversation, ready to be looked for."""

    def __init__(self, terms: Iterable[tuple[str, str, str]]) -> None:
        """Take the terms as kind, text and value; of the same text and kind the first counts."""
        self._terms: dict[str, list[tuple[str, str]]] = {}
        for kind, text, value in terms:
            known = self._terms.setdefault(_key(text), [])
            if all(kind != other for other, _ in known):
                known.append((kind, value))
        self._pattern = _pattern(self._terms)

    def find(self, text: str) -> Iterator[CustomSpan]:
        """Yield where the terms stand as whole words, whatever their case; the longest wins."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(text):
            for kind, value in self._terms[_key(match.group())]:
                yield CustomSpan(kind, Span("custom", *match.span(), value))


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _pattern(terms: Mapping[str, object]) -> re.Pattern[str] | None:
    if not terms:
        return None
    longest_first = sorted(terms, key=len, reverse=True)
    spelled = "|".join(r"\s+".join(map(re.escape, term.split())) for term in longest_first)
    return re.compile(rf"(?<!\w)(?:{spelled})(?!\w)", re.IGNORECASE)
