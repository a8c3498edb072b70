"""Entities of a client's own kinds: terms that are looked for as they are written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from earwitness.conversation.custom_entity import CustomEntity
from earwitness.insights.entities.span import Span

_WORD = re.compile(r"\w*")
_BEGINNING = re.compile(r"(?<!\w)\S")


@dataclass(frozen=True, slots=True)
class CustomSpan:
    """A place where a client's term was said."""

    term: CustomEntity
    span: Span


class CustomTerms:
    """The terms of a conversation, ready to be looked for.

    An app may keep thousands of them, so only those are tried at a word that begin with it.
    """

    def __init__(self, terms: Iterable[CustomEntity]) -> None:
        """Take the terms; of the same text, kind and subtype the first counts."""
        self._terms: dict[str, list[CustomEntity]] = {}
        for term in terms:
            known = self._terms.setdefault(_key(term.text), [])
            if all((term.kind, term.subtype) != (other.kind, other.subtype) for other in known):
                known.append(term)
        by_word: dict[str, list[str]] = {}
        for text in sorted(self._terms, key=len, reverse=True):
            by_word.setdefault(_first_word(text, 0), []).append(text)
        self._patterns = {word: _pattern(texts) for word, texts in by_word.items()}

    def find(self, text: str) -> Iterator[CustomSpan]:
        """Yield where the terms stand as whole words, whatever their case; the longest wins."""
        if not self._patterns:
            return
        end = 0
        for beginning in _BEGINNING.finditer(text):
            start = beginning.start()
            pattern = self._patterns.get(_first_word(text, start)) if start >= end else None
            if pattern is None or (match := pattern.match(text, start)) is None:
                continue
            end = match.end()
            for term in self._terms.get(_key(match.group()), ()):
                yield CustomSpan(term, Span("custom", start, end, term.value))


def _key(text: str) -> str:
    return " ".join(text.lower().split())


def _first_word(text: str, start: int) -> str:
    """Return the letters and digits from a place on, as they are compared; none before another character."""
    found = _WORD.match(text, start)
    return "" if found is None else found.group().lower()


def _pattern(longest_first: Iterable[str]) -> re.Pattern[str]:
    spelled = "|".join(r"\s+".join(map(re.escape, term.split())) for term in longest_first)
    return re.compile(rf"(?:{spelled})(?!\w)", re.IGNORECASE)
