"""What is known of English words: how frequent they are, and whether they are nouns or verbs."""

import functools
from collections.abc import Mapping
from typing import NamedTuple

from earwitness.insights.shipped import shipped


class Word(NamedTuple):
    """An English word."""

    zipf: float
    """log10 of how often it occurs in a billion words: 7 for "the", 5 for "money", 3 for "hostel"."""
    noun: float
    """Part of its uses as a noun, 0 to 1; all parts are 0 where that is unknown."""
    verb: float
    adjective: float


RARE_ZIPF = 2.0
"""What is taken for the frequency of a word that the lexicon doesn't know: a name or a term, mostly."""


@functools.cache
def lexicon() -> Mapping[str, Word]:
    """Return the lower-cased words that ship with the package."""
    text = shipped("lexicon.txt").read_text("utf-8")
    words = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            word, zipf, *shares = line.split(" ")
            noun, verb, adjective = (int(share) / 100 for share in shares)
            words[word] = Word(int(zipf) / 10, noun, verb, adjective)
    return words
