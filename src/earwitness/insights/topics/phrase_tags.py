"""Which words of a sentence may stand in a noun phrase, by the lexicon and by the words beside them.

Many words are nouns and verbs ("drain") or nouns and adjectives ("flat"). One that is rarely a noun at large
still is one after an article and before nothing that could be its noun: "the drain.", "in a flat".
"""

import functools
from collections.abc import Sequence

from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.lexicon import Word, lexicon

DETERMINERS = frozenset(
    """
    the a an our your their my his her its this that these those some any no each every first next last new
    another other
    """.split()
)
_ARTICLES = DETERMINERS - frozenset("this that her some any no".split())
"""Those that never stand alone."""
_PREPOSITIONS = frozenset("of for about with from in at into than without on".split())
_LINKS = frozenset(
    """
    and or but in on at for of with to from by than as about before after until during is are was were isn't
    wasn't can will who that which when where if because so
    """.split()
)
"""Words before which a noun phrase ends."""
_BETWEEN_ADJECTIVES = frozenset(", and or but".split())
_PREDICATES = frozenset("is isn't was wasn't can may might will would has costs takes makes helps".split())
"""Words before which a gerund is the subject of its sentence."""
_ACTIVE = frozenset(
    "go going goes went like likes love enjoy hate start started stop stopped quit about".split()
)
"""Words before which a gerund is what somebody does, even one that is no noun else: "started chatting"."""
_BEFORE_GERUND = _ACTIVE | frozenset(
    "keep do did for of in at by with from without after before and or on than".split()
)
_TOPICAL = frozenset("beer channel cost goods land news pain plan rights weekend work".split())
"""Common words that are topics all the same, and words that look like their plurals."""
_TITLES = frozenset("mr mrs ms miss dr mister madam sir".split())
_GREETINGS = frozenset("hey hi hello thanks dear bye".split())
_UNITS = frozenset(
    """
    dollar buck cent euro pound quid yuan rmb yen rupee franc percent gallon liter litre gram kilogram kilo
    inch inches mile meter metre centimeter centimetre millimeter millimetre kilometer kilometre
    """.split()
)
"""What is counted in these is the topic, not they."""
_PAST = frozenset(
    """
    ate bent chosen drew drove dug fed led lent rang rung sang sat shook slain spelt spoke stole sung tore
    """.split()
)
"""Forms of verbs that the lexicon knows as nouns alone."""
_MODIFYING = ("ed", "est", "ise", "ize", "ful", "ous", "able", "ible", "less")
"""Endings of words that are no nouns."""
_LEAST_ENDED = 6
"""Letters of a word of which the ending tells something."""
_SELDOM = 0.02
"""Part of its uses as a noun from which on a word can be one where only a noun fits."""


def tags_of(tokens: Sequence[str]) -> str:
    """Tag each token: N noun, A adjective or other modifier, - anything that breaks a phrase."""
    tags = ""
    before = ""
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else ""
        tags += "-" if _is_addressed(token, before, after) else _tag(token, before, after, tags[-1:])
        # "Mr." is two tokens.
        if token != "." or before not in _TITLES:
            before = token.lower()
    return tags


def _is_addressed(token: str, before: str, after: str) -> bool:
    """Say whether somebody with an unknown name is spoken to: "Jayden, …", "hi Jayden", "…, Jayden"."""
    if not token[0].isupper() or token.lower() in lexicon():
        return False
    ends = "," if before == "" else ",.?!" if before in _GREETINGS else ".?!" if before == "," else ""
    return (after or ".") in ends


def _tag(token: str, before: str, after: str, tag_before: str) -> str:
    word = token.lower().replace("’", "'").removesuffix("'s")
    if len(word) < 2 or not word[0].isalpha() or "'" in word or word in _common():
        return "-"
    if word in _TITLES or before in _TITLES:
        return "-"
    known = lexicon().get(word)
    in_phrase = tag_before in ("N", "A") or before in DETERMINERS or _describes(before)
    if token[0].isupper() and before not in ("", ".", "?", "!"):
        return "-" if word.endswith("ly") else "N"
    if known is None:
        return "-" if word.endswith("ly") else "A" if _modifies(word) else "N"
    if word in _PAST and before not in DETERMINERS and not token.isupper():
        return "-"
    if word.endswith("ing") and known.verb > 0.1:
        return _tag_of_gerund(known, before, after, in_phrase)
    if (
        known.noun >= 0.5
        or (known.noun >= 0.25 and in_phrase)
        or _must_be_noun(word, before, after, tag_before)
    ):
        return "N"
    if known.adjective >= 0.3 and known.adjective >= known.verb:
        return "A"
    return "A" if word.endswith(("ed", "en")) and in_phrase and known.verb else "-"


def _tag_of_gerund(known: Word, before: str, after: str, in_phrase: bool) -> str:
    """Tag "meeting" and "swimming": what takes an object ("changing a tire") is no noun."""
    if known.noun > 0.05 and (in_phrase or before in _BEFORE_GERUND):
        return "N"
    begins = before in ("", ".", "?", "!", ",") and after.lower() in _PREDICATES
    if begins or (before in _ACTIVE and _ends_phrase(after)):
        return "N"
    return "A" if in_phrase else "-"


def _must_be_noun(word: str, before: str, after: str, tag_before: str) -> bool:
    """Say whether a word that is seldom a noun stands where only a noun fits."""
    known = lexicon()[word]
    fits = before in _ARTICLES or tag_before == "A" or (tag_before == "N" and not known.verb)
    # "for presents" can be no verb, "at present" can.
    fits |= before in _PREPOSITIONS and (known.noun >= 0.25 or word.endswith("s"))
    if known.noun < _SELDOM or not fits:
        return False
    if known.adjective >= 0.3 and (after.lower() in _BETWEEN_ADJECTIVES or not _ends_phrase(after)):
        return False
    return not after or _tag(after, "", "", "") == "-"


def _describes(word: str) -> bool:
    """Say whether a word such as "hard" or "special" stands before nouns, common as it may be."""
    known = lexicon().get(word)
    return known is not None and known.adjective >= 0.5 and known.verb < 0.1 and known.noun < 0.3


def _ends_phrase(after: str) -> bool:
    return not after or not after[0].isalnum() or after.lower() in _LINKS


def _modifies(word: str) -> bool:
    """Say whether an unknown word is no noun: "heat-resistant", "over-protected"."""
    stem, _, last = word.rpartition("-")
    known = lexicon().get(last) if stem else None
    if known is not None and known.adjective >= 0.3:
        return last not in _common()
    return len(word) >= _LEAST_ENDED and last.endswith(_MODIFYING)


@functools.cache
def _common() -> frozenset[str]:
    """Return the words that are in no topic, plurals too: "kinds" say as little as "kind"."""
    words = (common_words() | _UNITS) - _TOPICAL
    return (words | {f"{word}s" for word in words}) - _TOPICAL
