"""Subjects: what a whole conversation is about in the words of everyday life, such as "job interview".

They are narrower than the themes of `abstract_topics`, and nobody need say their names. Subjects and the
words that show them are an inventory that ships with the package (`data/subjects.txt`). Two things speak for
one: how many of its words are said, how soon and how often for the length of the conversation; and how near
the sentence vector of all that is said comes to that of its words, beyond what talk in general does.
"""

import functools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earwitness.insights.english.sentence_vectors import Vectors, sentence_vectors
from earwitness.insights.topics.inventory import Inventory, inventory

_LEAST = 0.6
"""Strength from which on a subject is named."""
_SOON = 3.0
"""How many times more what is said first counts than what is said last, less one."""
_SINGLE = 0.5
"""Weight of evidence that is all of one term."""
_STRETCH = 25.0
"""Sentences to which the count of a term is scaled down in longer conversations."""
_TERMS = 20
"""Usual number of terms of a subject; one with more needs more evidence."""
_HALF = 21.0
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


def subjects() -> Inventory:
    """Return all subjects."""
    return inventory("subjects")


def find_subject(said: Sequence[Sequence[str]], about: Vectors) -> Subject | None:
    """Return the subject of a conversation, None where none is clear.

    Args:
        said: the terms of each sentence, see `subjects`.
        about: the conversation's unit vector less that of talk in general.
    """
    first: dict[str, int] = {}
    for place, terms in enumerate(said):
        for term in terms:
            first.setdefault(term, place)
    stretches = max(1.0, len(said) / _STRETCH)
    counts = Counter(term for terms in said for term in terms)
    evidence, kinds = subjects().evidence(
        {
            term: math.log2(1 + count / stretches) * (1 + _SOON * (1 - first[term] / len(said)))
            for term, count in counts.items()
        }
    )
    vectors, sizes = _measures()
    evidence *= np.where(kinds > 1, 1.0, _SINGLE) / sizes
    strengths = evidence / (evidence + _HALF) + vectors @ about
    best = int(strengths.argmax())
    if strengths[best] < _LEAST:
        return None
    shows = subjects().terms[best]
    mentions = tuple(place for place, terms in enumerate(said) if not shows.isdisjoint(terms))
    score = round(min(float(strengths[best]), 1.0), 3)
    return Subject(subjects().names[best], score, mentions, shows) if mentions else None


@functools.cache
def _measures() -> tuple[Vectors, npt.NDArray[np.float64]]:
    """Return the vector of each subject (subjects × dimensions), and what its evidence is divided by."""
    listed = zip(subjects().names, subjects().written, strict=True)
    vectors = sentence_vectors().of([f"{name}. {' '.join(terms)}" for name, terms in listed])
    return vectors, np.sqrt([len(terms) / _TERMS for terms in subjects().terms])
