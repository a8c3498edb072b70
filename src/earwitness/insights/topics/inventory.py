"""Inventories: names for what talk may be about, and the terms that show them, listed in a file.

A term counts by how rare its words are in English at large, so that "invoice" shows more than "order" does,
and less where it shows several names.
"""

import functools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earwitness.insights.english.inflection import base_form
from earwitness.insights.english.lexicon import lexicon
from earwitness.insights.english.sentences import words_of
from earwitness.insights.shipped import shipped

_COMMONEST_ZIPF, _UNKNOWN_ZIPF = 6.7, 4.0
_LEAST_RARITY, _MOST_RARITY = 0.1, 6.0
"""Of a word, and of a term of several words."""


@dataclass(frozen=True, slots=True, eq=False)
class Inventory:
    """Names and the terms that show them."""

    names: tuple[str, ...]
    written: tuple[tuple[str, ...], ...]
    """The terms of each name, as they are listed."""
    terms: tuple[frozenset[str], ...]
    """The same as `term_of` has them."""
    places: Mapping[str, tuple[int, ...]]
    """By term: the places of the names that it shows."""
    weights: Mapping[str, float]
    """By term: how much evidence it is for each of them."""
    longest: int
    """Words of the longest term."""

    def terms_in(self, text: str) -> tuple[str, ...]:
        """Return the terms of a text, in order; the longest ones where they overlap."""
        return tuple(self._found(term_of(text).split()))

    def evidence(self, said: Mapping[str, float]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Return for each name how much speaks for it, and how many of its terms do.

        Args:
            said: how much each term is said; what is no term counts nothing.
        """
        evidence = [0.0] * len(self.names)
        kinds = [0] * len(self.names)
        for term, much in said.items():
            for place in self.places.get(term, ()):
                evidence[place] += self.weights[term] * much
                kinds[place] += 1
        return np.array(evidence), np.array(kinds)

    def _found(self, words: Sequence[str]) -> Iterator[str]:
        at = 0
        while at < len(words):
            for length in range(min(self.longest, len(words) - at), 0, -1):
                term = " ".join(words[at : at + length])
                if term in self.places:
                    yield term
                    at += length
                    break
            else:
                at += 1


def term_of(text: str) -> str:
    """Return words in the form in which terms are compared."""
    return " ".join(map(base_form, words_of(text)))


@functools.cache
def inventory(name: str) -> Inventory:
    """Return an inventory that ships with the package: `data/NAME.txt`, lines of "name: term, term"."""
    lines = shipped(f"{name}.txt").read_text("utf-8").splitlines()
    listed = dict(line.split(": ") for line in lines if line and not line.startswith("#"))
    written = [tuple(terms.split(", ")) for terms in listed.values()]
    rarities: dict[str, float] = {}
    places: dict[str, list[int]] = defaultdict(list)
    for place, terms in enumerate(written):
        for term, as_written in {term_of(one): one for one in terms}.items():
            rarities.setdefault(term, _rarity(as_written))
            places[term].append(place)
    return Inventory(
        names=tuple(listed),
        written=tuple(written),
        terms=tuple(frozenset(map(term_of, terms)) for terms in written),
        places={term: tuple(at) for term, at in places.items()},
        weights={term: rarities[term] / math.sqrt(len(at)) for term, at in places.items()},
        longest=max(len(term.split()) for term in places),
    )


def _rarity(term: str) -> float:
    known = [lexicon().get(word) for word in words_of(term)]
    rarities = [_COMMONEST_ZIPF - (word.zipf if word else _UNKNOWN_ZIPF) for word in known]
    return min(sum(max(rarity, _LEAST_RARITY) for rarity in rarities), _MOST_RARITY)
