"""Abstract topics: the themes behind the words of a conversation, such as "Budget and costs".

The themes and the words that show them are an inventory that ships with the package (`data/themes.txt`). A
theme is found where several of its words are said.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from earwitness.insights.topics.inventory import inventory

MOST = 5
_LEAST = 4.0
"""Evidence below which a theme is not named: two or three words."""
_BESIDE = 0.25
"""Part of the strongest theme's evidence below which another one is not named."""
_HALF = 8.0
"""Evidence that gives a score of 0.5."""


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
    themes = inventory("themes")
    said = [themes.terms_in(text) for text in texts]
    scores = scores_of(Counter(term for terms in said for term in terms))
    mentions = [
        tuple(number for number, terms in enumerate(said) if not shows.isdisjoint(terms))
        for shows in themes.terms
    ]
    best = sorted(scores, key=lambda place: (-scores[place], themes.names[place]))[:MOST]
    return [Theme(themes.names[place], scores[place], mentions[place]) for place in best]


def scores_of(counts: Mapping[str, int]) -> dict[int, float]:
    """Return the scores (0 to 1) of the themes that terms show, by their places in the inventory.

    Args:
        counts: how often each term is said, see `inventory.term_of`; what is no term is passed over.
    """
    evidence, kinds = inventory("themes").evidence({term: math.log2(1 + n) for term, n in counts.items()})
    least = max(_LEAST, evidence.max() * _BESIDE)
    found = ((evidence >= least) & (kinds > 1)).nonzero()[0].tolist()
    return {place: round(float(evidence[place] / (evidence[place] + _HALF)), 3) for place in found}
