"""Abstract topics: the themes behind the words of a conversation, such as "Budget and costs".

The themes and the words that show them are a list that ships with the package (`data/themes.txt`). A theme
is found where several of its words are said; every word counts by how rare it is, so that "invoice" shows
more than "order" does, and less where it shows several themes.
"""

import functools
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from earwitness.insights.english.lexicon import RARE_ZIPF, lexicon
from earwitness.insights.english.sentences import words_of
from earwitness.insights.shipped import shipped
from earwitness.insights.topics.phrases import stem

MOST = 5
_COMMONEST_ZIPF = 6.5
_LEAST = 3.0
"""Evidence below which a theme is not named: two or three words."""
_BESIDE = 0.25
"""Part of the strongest theme's evidence below which another one is not named."""
_HALF = 8.0
"""Evidence that gives a score of 0.5."""
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of a conversation."""

    text: str
    score: float
    """0 to 1."""
    mentions: tuple[int, ...]
    """Indexes of the texts that show it, ascending."""


def find_themes(texts: Sequence[str]) -> list[Theme]:
    """Return the themes of texts, such as messages, the strongest first."""
    counts: Counter[str] = Counter()
    mentions: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for term in _terms_in(text):
            counts[term] += 1
            for theme in themes_of(term):
                if mentions[theme][-1:] != [number]:
                    mentions[theme].append(number)
    return [
        Theme(theme, score, tuple(mentions[theme])) for theme, score in list(scores_of(counts).items())[:MOST]
    ]


def scores_of(counts: Mapping[str, int]) -> dict[str, float]:
    """Return the scores (0 to 1) of the themes that terms show, the highest first.

    Args:
        counts: how often each term is said; terms are as `themes_of` knows them, others are passed over.
    """
    evidence: dict[str, float] = defaultdict(float)
    terms: Counter[str] = Counter()
    for term, count in counts.items():
        for theme in themes_of(term):
            evidence[theme] += _evidence(term, count)
            terms[theme] += 1
    least = max(_LEAST, max(evidence.values(), default=0.0) * _BESIDE)
    found = {
        theme: round(strength / (strength + _HALF), 3)
        for theme, strength in evidence.items()
        if strength >= least and terms[theme] > 1
    }
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def themes_of(term: str) -> tuple[str, ...]:
    """Return the themes that a term shows: one to three stems (see `phrases.stem`), joined by spaces."""
    return _themes_by_term().get(term, ())


def _terms_in(text: str) -> Iterator[str]:
    """Yield the terms of a text; a term of two words counts instead of its words."""
    stems = [stem(word) for word in words_of(text)]
    at = 0
    while at < len(stems):
        for length in range(min(_LONGEST, len(stems) - at), 0, -1):
            term = " ".join(stems[at : at + length])
            if themes_of(term):
                yield term
                at += length
                break
        else:
            at += 1


def _evidence(term: str, count: int) -> float:
    rarity = sum(_rarity(word) for word in term.split())
    return rarity * math.log2(1 + count) / len(themes_of(term))


def _rarity(word: str) -> float:
    known = lexicon().get(word)
    return max(_COMMONEST_ZIPF - (known.zipf if known else RARE_ZIPF + 1), 0.3)


@functools.cache
def _themes_by_term() -> Mapping[str, tuple[str, ...]]:
    lines = shipped("themes.txt").read_text("utf-8").splitlines()
    themes: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        if line and not line.startswith("#"):
            name, _, terms = line.partition(": ")
            for term in terms.split(", "):
                key = " ".join(map(stem, words_of(term)))
                if name not in themes[key]:
                    themes[key].append(name)
    return {term: tuple(names) for term, names in themes.items()}
