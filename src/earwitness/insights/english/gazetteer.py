"""Names that are known beforehand: first names, surnames, places, countries, nationalities."""

import functools
from collections.abc import Sequence

from earwitness.insights.shipped import shipped

_MOST_WORDS = 4
_CITIES = frozenset(
    """
    austin cheyenne cleveland columbus dallas denver florence geneva houston lowell milan olympia orlando
    paris raleigh roma santiago savannah sydney trenton valencia venice
    """.split()
)
"""First names that are mostly heard as places."""


@functools.cache
def first_names() -> frozenset[str]:
    """Return common first names, lower-cased."""
    return _lines("first_names.txt")


@functools.cache
def given_names() -> frozenset[str]:
    """Return the first names that are not better known as places."""
    return first_names() - countries() - nationalities() - _CITIES


@functools.cache
def surnames() -> frozenset[str]:
    """Return common surnames, lower-cased."""
    return _lines("surnames.txt")


@functools.cache
def countries() -> frozenset[str]:
    """Return the names of countries and of the states of the US, lower-cased."""
    return _lines("countries.txt")


@functools.cache
def places() -> frozenset[str]:
    """Return the names of towns and regions, lower-cased, without those that are common words."""
    return _lines("places.txt")


@functools.cache
def nationalities() -> frozenset[str]:
    """Return adjectives of nationality, lower-cased."""
    return _lines("nationalities.txt")


def phrases_in(
    words: Sequence[str], may_begin: Sequence[bool], names: frozenset[str]
) -> list[tuple[int, int]]:
    """Return where the names stand in lower-cased words, as first word and count; the longest ones first.

    A name begins only where it may.
    """
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        if not may_begin[at]:
            at += 1
            continue
        for count in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            if " ".join(words[at : at + count]) in names:
                found.append((at, count))
                at += count
                break
        else:
            at += 1
    return found


def _lines(name: str) -> frozenset[str]:
    text = shipped(name).read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
