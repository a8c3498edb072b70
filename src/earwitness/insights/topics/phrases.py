"""Noun phrases of a sentence: what a topic may be called.

A phrase is one to three nouns and adjectives in a row that end in a noun (see `phrase_tags`): "the signed
contracts" has one, "we signed contracts" only "contracts".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from earwitness.insights.english.gazetteer import given_names
from earwitness.insights.english.lexicon import lexicon
from earwitness.insights.topics.phrase_tags import DETERMINERS, tags_of

LONGEST = 3
_PLACE = r"(?:New|Los|San|Santa|Hong|Sri) [A-Z][a-z]+"
_APART = r"[^\W_]*n ['’] t\b"
_TOKENS = re.compile(rf"{_PLACE}|{_APART}|[^\W_]+(?:['’-][^\W_]+)*|[^\w\s'’-]")
"""Words and marks; names such as "New York" are one word, and so is "haven ' t"."""
_BEFORE_NOUN = DETERMINERS | frozenset("of for about on with from in by and or at into than like".split())
_BEFORE_VERB = frozenset(
    """
    to will can could would should i we you they he she it not don't didn't doesn't won't can't please
    let's i'll we'll you'll they'll might may must is are was were be been being i'm we're you're it's they're
    just also already who
    """.split()
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A place where a noun phrase stands in a sentence."""

    stems: tuple[str, ...]
    """Its lower-cased words without plural endings: phrases of the same stems are one."""
    text: str
    """As written there; a capital that only the start of the sentence asks for is lowered."""
    evidence: int
    """1 where the word before comes before nouns, −1 where it comes before verbs, else 0."""
    has_article: bool
    """Whether a word like "the" or "our" stands before it."""


def phrases_of(sentence: str) -> tuple[Phrase, ...]:
    """Return the noun phrases of a clean sentence, longer ones too: "portal", "customer portal"."""
    tokens = _TOKENS.findall(sentence)
    tags = tags_of(tokens)
    return tuple(
        phrase for start in range(len(tokens)) if tags[start] in "NA" for phrase in _from(start, tokens, tags)
    )


def _from(start: int, tokens: list[str], tags: str) -> Iterator[Phrase]:
    before = tokens[start - 1].lower() if start else ""
    after_noun = before in _BEFORE_NOUN or (start > 0 and tags[start - 1] in "NA")
    after_verb = before in _BEFORE_VERB and _may_be_verb(tokens[start])
    for end in range(start + 1, min(start + LONGEST, len(tokens)) + 1):
        if tags[end - 1] not in "NA":
            return
        if tags[end - 1] == "N":
            words = tokens[start:end]
            yield Phrase(
                stems=tuple(stem(word.lower()) for word in words),
                text=" ".join([_inside(words[0], start), *words[1:]]).removesuffix("'s").removesuffix("’s"),
                evidence=after_noun - after_verb,
                has_article=before in DETERMINERS,
            )


def _may_be_verb(word: str) -> bool:
    known = lexicon().get(word.lower())
    return known is not None and known.verb >= 0.2


def _inside(word: str, at: int) -> str:
    """Return a word as it is written inside a sentence; what may be somebody's name keeps its capital."""
    lower = word.lower()
    starts = at == 0 and word[1:].islower() and lower in lexicon()
    return lower if starts and lower not in given_names() else word


def stem(word: str) -> str:
    """Fold the plural and the possessive of a lower-cased word."""
    word = word.removesuffix("'s").removesuffix("’s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "news")):
        return word[:-1]
    return word
