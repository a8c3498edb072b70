"""Subjects: what a whole conversation is about in the words of everyday life, such as "job interview".

They are narrower than the themes of `abstract_topics`, and nobody need say their names. Subjects and the
words that show them are a list that ships with the package (`data/subjects.txt`). Two things speak for one:
how many of its words are said, by how rare they are, how soon and how often for the length of the
conversation; and how near the sentence vector of all that is said comes to that of its words, beyond what
talk in general does.
"""

import functools
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earwitness.insights.english.inflection import base_form
from earwitness.insights.english.lexicon import lexicon
from earwitness.insights.english.sentence_vectors import Vectors, sentence_vectors
from earwitness.insights.english.sentences import words_of
from earwitness.insights.shipped import shipped

_LEAST = 0.6
"""Strength from which on a subject is named."""
_COMMONEST_ZIPF, _UNKNOWN_ZIPF = 6.7, 4.0
_MOST_RARITY = 6.0
"""A term of several words counts no more than this."""
_SOON = 1.0
_SINGLE = 0.5
"""Weight of evidence that is all of one term."""
_STRETCH = 25.0
"""Sentences to which the count of a term is scaled down in longer conversations."""
_TERMS = 20
"""Usual number of terms of a subject; one with more needs more evidence."""
_HALF = 12.0
"""The evidence that gives a strength of 0.5."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a conversation is about."""

    text: str
    score: float
    """0 to 1, high = sure."""
    mentions: tuple[int, ...]
    """Indexes of the sentences that show it, ascending."""
    terms: frozenset[str]
    """The terms that show it, said or not."""


@dataclass(frozen=True, slots=True)
class _Inventory:
    names: tuple[str, ...]
    terms: tuple[frozenset[str], ...]
    """Of each subject."""
    shown: Mapping[str, tuple[tuple[int, ...], float]]
    """By term: the places of the subjects that it shows, and how much evidence it is for each."""
    longest: int
    """Words of the longest term."""
    vectors: Vectors
    """Subjects × dimensions."""
    sizes: npt.NDArray[np.float64]
    """What the evidence of each subject is divided by."""


def terms_in(sentence: str) -> tuple[str, ...]:
    """Return the terms of a sentence that show any subject, in order; the longest ones where they overlap."""
    return tuple(_terms(term_of(sentence).split()))


def term_of(text: str) -> str:
    """Return words in the form in which terms are compared."""
    return " ".join(map(base_form, words_of(text)))


def find_subject(said: Sequence[Sequence[str]], about: Vectors) -> Subject | None:
    """Return the subject of a conversation, None where none is clear.

    Args:
        said: the terms of each sentence, see `terms_in`.
        about: the conversation's unit vector less that of talk in general.
    """
    inventory = _inventory()
    counts = Counter(term for terms in said for term in terms)
    first: dict[str, int] = {}
    for place, terms in enumerate(said):
        for term in terms:
            first.setdefault(term, place)
    evidence = [0.0] * len(inventory.names)
    kinds = [0] * len(inventory.names)
    stretches = max(1.0, len(said) / _STRETCH)
    for term, count in counts.items():
        places, weight = inventory.shown[term]
        weight *= math.log2(1 + count / stretches) * (1 + _SOON * (1 - first[term] / len(said)))
        for at in places:
            evidence[at] += weight
            kinds[at] += 1
    shown = np.array(evidence) * np.where(np.array(kinds) > 1, 1.0, _SINGLE) / inventory.sizes
    strengths = shown / (shown + _HALF) + inventory.vectors @ about
    best = int(strengths.argmax())
    if strengths[best] < _LEAST:
        return None
    shows = inventory.terms[best]
    mentions = tuple(place for place, terms in enumerate(said) if not shows.isdisjoint(terms))
    score = round(min(float(strengths[best]), 1.0), 3)
    return Subject(inventory.names[best], score, mentions, shows) if mentions else None


def _terms(words: Sequence[str]) -> Iterator[str]:
    inventory = _inventory()
    at = 0
    while at < len(words):
        for length in range(min(inventory.longest, len(words) - at), 0, -1):
            term = " ".join(words[at : at + length])
            if term in inventory.shown:
                yield term
                at += length
                break
        else:
            at += 1


@functools.cache
def _inventory() -> _Inventory:
    lines = shipped("subjects.txt").read_text("utf-8").splitlines()
    listed = dict(line.split(": ") for line in lines if line and not line.startswith("#"))
    rarities: dict[str, float] = {}
    places: dict[str, list[int]] = defaultdict(list)
    terms_of: list[frozenset[str]] = []
    for place, terms in enumerate(listed.values()):
        written = {term_of(term): term for term in terms.split(", ")}
        terms_of.append(frozenset(written))
        for key, term in written.items():
            rarities.setdefault(key, _rarity(term))
            places[key].append(place)
    texts = [f"{name}. {terms.replace(', ', ' ')}" for name, terms in listed.items()]
    return _Inventory(
        names=tuple(listed),
        terms=tuple(terms_of),
        shown={key: (tuple(at), rarities[key] / math.sqrt(len(at))) for key, at in places.items()},
        longest=max(len(key.split()) for key in places),
        vectors=sentence_vectors().of(texts),
        sizes=np.sqrt([len(terms) / _TERMS for terms in terms_of]),
    )


def _rarity(term: str) -> float:
    known = [lexicon().get(word) for word in words_of(term)]
    rarities = [_COMMONEST_ZIPF - (word.zipf if word else _UNKNOWN_ZIPF) for word in known]
    return min(sum(max(rarity, 0.1) for rarity in rarities), _MOST_RARITY)
