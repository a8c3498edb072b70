"""Finding given phrases in a text, whatever their case, inflection, hyphens and contractions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from earwitness.insights.english.lexemes import Lexeme, lexemes

_MOST_JOINED = 2
"""A phrase may be spread over so many words more than it has: "sign up" is in "sign-up" and "signup"."""
_SMALL = frozenset("a an the in on at of to be i we it so no or my me us up by".split())
"""A single word is not found in several of which one is this small: "apart" is not "a part"."""


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase and where it is."""

    phrase: int
    """Its index among those given."""
    start: int
    """In characters from the start of the text."""
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    phrase: int
    words: int


class Vocabulary:
    """Phrases to be found; one without a letter or digit is never."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        self._longest = 0
        for number, phrase in enumerate(phrases):
            keys = [lexeme.key for lexeme in lexemes(phrase)]
            if keys:
                self._entries.setdefault("".join(keys), []).append(_Entry(number, len(keys)))
                self._longest = max(self._longest, sum(map(len, keys)))

    def find(self, text: str) -> list[Found]:
        """Return all places of all phrases, in the order of the text; none reaches over a sentence's end.

        Of the places of one phrase that overlap, the first counts.
        """
        return self.find_in(lexemes(text))

    def find_in(self, words: Sequence[Lexeme]) -> list[Found]:
        """Return the same of a text that is cut into words already."""
        taken: dict[int, int] = {}
        places = []
        for found in self._places(words):
            if taken.get(found.phrase, 0) <= found.start:
                taken[found.phrase] = found.end
                places.append(found)
        return places

    def _places(self, words: Sequence[Lexeme]) -> Iterator[Found]:
        for first, begin in enumerate(words):
            joined = ""
            for last in range(first, len(words)):
                joined += words[last].key
                if len(joined) > self._longest:
                    break
                for entry in self._entries.get(joined, ()):
                    if _fits(entry, words[first : last + 1]):
                        yield Found(entry.phrase, begin.start, words[last].end)
                if words[last].ends_sentence:
                    break


def _fits(entry: _Entry, words: Sequence[Lexeme]) -> bool:
    """Tell whether words of the same letters are the phrase and not others that sound like it."""
    if len(words) <= entry.words:
        return True
    if len(words) > entry.words + _MOST_JOINED:
        return False
    return not any(word.key in _SMALL for word in words)
