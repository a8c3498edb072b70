"""Which sentences of talk can be quoted: whole ones, that say something, without their false starts."""

import re
from collections.abc import Sequence
from itertools import pairwise

from earwitness.insights.english.gazetteer import first_names
from earwitness.insights.english.inflection import base_form
from earwitness.insights.english.lexicon import lexicon
from earwitness.insights.english.repair import repaired
from earwitness.insights.english.sentences import capitalise, words_of
from earwitness.insights.english.wording import any_of
from earwitness.insights.summary.fluency import roughness

_SHORTEST, _LONGEST = 6, 40
_ROUGH = 3.0
"""Bits; see `roughness`."""
_A_VERB = 0.4
"""Part of a word's uses."""
_GARBLED = any_of(
    r"""
    \b(?:i|we|you|they|he|she) (?:i|we|you|they|he|she|it|the|a)\b
    \b(?:a|an|the|my|our|your|their) (?:a|an|the|of|is|are|was|as|in|on|at|to|and|or|but|we|they|it|that|so)\b
    \b(?:is|are|was|were) (?:is|are|was|were|do|does|has|have)\b
    \b(?:the|an?|my|our|your|their) (?:our|my|your|their|this|these|those|some|any)\b
    \b(?:the|an?|my|our|your|their) (?:there|you|i|he|she|under|for|what|who|how|when|where|which|if|by)\b
    \b(?:be|been|being) (?:has|had|do|does|is|are|was|can|could|will|would|should|be|have(?! to))\b
    \b(?:will|would|can|could|should|must|may|might|to|\w+n't) (?:is|are|was|were|has|had|does|did|\w+n't)\b
    \b(?:have|has|had|do|does|did) (?:are|is|was|were|am|do|does|will|can|would|could|should)\b
    \b(?!(?:let|what|that|where|how|who)'s)\w+'(?:s|re|m|ll|ve) (?:i|we|you|they|he|she|we're|it's|they're)\b
    \b(?:that's|it's) (?:i|we|they|he|she|those|we're|it's)\b
    \b(?:that|so|and|but|or|because|if) (?:so|and|but|or|because)\b
    \b(?:to|of|for|with|from) (?:to|of|for|with|from|and|or|but|we|they|i)\b
    \b(?:that that|which can which|and which and|the one the|it it|this this)\b
    \b(?:where|which|that|if|when|because|and|or|but|than) (?:it|we|they|i|he|she|you)\.$
    \b(?:where|which|if|when|because|and|or|but|with|for|the|an?|is|are|was|were|than|from|my|very|to be)\.$
    \b(?:as|at|by|even|every|into|some|specific|about|like|can we|who|what)\.$
    \b(?:thanks?|thank you|sorry|excuse me|bye|see you|nice to (?:meet|see)|how are you|you're welcome)\b
    [@"“”_/]
    """
)
"""What no sentence has that was said to its end, and courtesies."""
FINITE = frozenset(
    """
    is are was were am be been has have had do does did can could will would shall should may might must
    isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't can't couldn't won't wouldn't
    shouldn't cannot
    """.split()
)
_DEPENDENT = re.compile(
    r"(?:(?:maybe|perhaps|especially|even|just|only|also|so|and|or),? )*"
    r"(?:if|when(?:ever)?|because|'cause|since|as|which|unless|whether|although|though|until|while|where"
    r"|that (?=(?:when|if|i|we|you|they|he|she|it|maybe|the)\b))\b(?!'|-)(?!.*\bthen\b)[^,]*(?:,\s\w+)?[.]",
    re.IGNORECASE,
)
"""A clause that waits for another one."""
_NOT_BEFORE_FINITE = frozenset(
    "to a an the my our your their of for with in on by very this these those no another each one".split()
)
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: (?:there|again|all|every(?:one|body)|team))?"
    r"(?: [A-Z][\w'-]+){0,2}[,.!]\s+)+",
    re.IGNORECASE,
)
_MY_NAME = re.compile(r"\bmy (?:full |first |last )?name(?:'s| is| was)\b", re.IGNORECASE)
_THIS_IS = re.compile(r"(?:^|, )(?:[Tt]his is|I'm|I am) (?P<name>[A-Z][a-z]+)\b(?!')")
_ASKED_ABOUT = re.compile(
    r"(?:what|how|who|why|where|whether)\b(?!.*\b(?:is|are|was|were|means)\b.*\w)", re.IGNORECASE
)


def quotable(sentence: str) -> str | None:
    """Return a clean sentence as it can be quoted, without its false starts, or None if it can't."""
    if len(words_of(sentence)) < _SHORTEST or sentence.endswith("?"):
        return None
    text = repaired(capitalise(_GREETING.sub("", sentence)))
    words = words_of(text)
    if not _SHORTEST <= len(words) <= _LONGEST or not _is_clause(words):
        return None
    if (
        _GARBLED.search(text)
        or _DEPENDENT.fullmatch(text)
        or _ASKED_ABOUT.match(text)
        or _introduces(text)
        or roughness(text) > _ROUGH
    ):
        return None
    return text


def _introduces(text: str) -> bool:
    """Say whether speakers say who they are, which whoever tells what they say has told already."""
    if _MY_NAME.search(text):
        return True
    named = _THIS_IS.search(text)
    return named is not None and named["name"].lower() in first_names()


def _is_clause(words: Sequence[str]) -> bool:
    """Say whether there is a verb."""
    return any(
        word in FINITE
        or word.endswith(("'s", "'re", "'ll", "'ve", "'d", "'m"))
        or (
            not word.endswith("ing")
            and before not in _NOT_BEFORE_FINITE
            and (_is_verb(word) or _is_verb(base_form(word)))
        )
        for before, word in pairwise(["", *words])
    )


def _is_verb(word: str) -> bool:
    known = lexicon().get(word)
    return known is not None and known.verb >= _A_VERB
