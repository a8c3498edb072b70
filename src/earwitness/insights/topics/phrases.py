"""Noun phrases of a sentence: what a topic may be called.

A phrase is one to three nouns and adjectives in a row that end in a noun, by the lexicon and by the word
before: "the signed contracts" has one, "we signed contracts" only "contracts".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.gazetteer import given_names
from earwitness.insights.english.lexicon import lexicon

LONGEST = 3
_PLACE = r"(?:New|Los|San|Santa|Hong|Sri) [A-Z][a-z]+"
_APART = r"[^\W_]*n ['’] t\b"
_TOKENS = re.compile(rf"{_PLACE}|{_APART}|[^\W_]+(?:['’-][^\W_]+)*|[^\w\s'’-]")
"""Words and marks; names such as "New York" are one word, and so is "haven ' t"."""
_DETERMINERS = frozenset(
    """
    the a an our your their my his her its this that these those some any no each every first next last new
    another other
    """.split()
)
_BEFORE_NOUN = _DETERMINERS | frozenset("of for about on with from in by and or at into than like".split())
_BEFORE_VERB = frozenset(
    """
    to will can could would should i we you they he she it not don't didn't doesn't won't can't please
    let's i'll we'll you'll they'll might may must is are was were be been being i'm we're you're it's they're
    just also already who
    """.split()
)
_TOPICAL = frozenset("beer channel cost plan pain rights weekend work land".split())
"""Common words that are topics all the same."""
_TITLES = frozenset("mr mrs ms miss dr mister madam sir".split())
_GREETINGS = frozenset("hey hi hello thanks dear bye".split())
_BEFORE_GERUND = frozenset(
    """
    go going goes went like likes love enjoy hate start started stop stopped quit keep do did about for of
    in at by with from without after before and or on than
    """.split()
)

_PAST = frozenset("fed led bent lent dug sung rung stole shook".split())
"""Forms of verbs that the lexicon knows as nouns alone."""


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
    tags = _tags(tokens)
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
                has_article=before in _DETERMINERS,
            )


def _may_be_verb(word: str) -> bool:
    known = lexicon().get(word.lower())
    return known is not None and known.verb >= 0.2


def _inside(word: str, at: int) -> str:
    """Return a word as it is written inside a sentence; what may be somebody's name keeps its capital."""
    lower = word.lower()
    starts = at == 0 and word[1:].islower() and lower in lexicon()
    return lower if starts and lower not in given_names() else word


def _tags(tokens: list[str]) -> str:
    """Tag each token: N noun, A adjective or other modifier, - anything that breaks a phrase."""
    tags = ""
    before = ""
    for place, token in enumerate(tokens):
        tags += "-" if _is_addressed(place, tokens) else _tag(token, before, tags[-1:])
        # "Mr." is two tokens.
        if token != "." or before not in _TITLES:
            before = token.lower()
    return tags


def _is_addressed(place: int, tokens: list[str]) -> bool:
    """Say whether somebody with an unknown name is spoken to: "Jayden, …", "hi Jayden", "…, Jayden"."""
    token = tokens[place]
    if not token[0].isupper() or token.lower() in lexicon():
        return False
    before = tokens[place - 1].lower() if place else ""
    after = tokens[place + 1] if place + 1 < len(tokens) else "."
    ends = "," if before == "" else ",.?!" if before in _GREETINGS else ".?!" if before == "," else ""
    return after in ends


def _tag(token: str, before: str, tag_before: str) -> str:
    word = token.lower().replace("’", "'").removesuffix("'s")
    if len(word) < 2 or not word[0].isalpha() or "'" in word or _is_common(word):
        return "-"
    if word in _TITLES or before in _TITLES:
        return "-"
    known = lexicon().get(word)
    in_phrase = tag_before in ("N", "A") or before in _DETERMINERS
    if known is None or (token[0].isupper() and before not in ("", ".", "?", "!")):
        return "-" if word.endswith("ly") else "N"
    if word in _PAST and before not in _DETERMINERS and not token.isupper():
        return "-"
    if word.endswith("ing") and known.verb > 0.1:
        if known.noun > 0.05 and (in_phrase or before in _BEFORE_GERUND):
            return "N"
        return "A" if in_phrase else "-"
    if known.noun >= 0.5 or (known.noun >= 0.25 and in_phrase):
        return "N"
    if known.adjective >= 0.3 and known.adjective >= known.verb:
        return "A"
    return "A" if word.endswith(("ed", "en")) and in_phrase and known.verb else "-"


def _is_common(word: str) -> bool:
    return word in common_words() and word not in _TOPICAL


def stem(word: str) -> str:
    """Fold the plural and the possessive of a lower-cased word."""
    word = word.removesuffix("'s").removesuffix("’s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
