"""Questions: what somebody wants to know, marked or not; small talk does not count."""

import re

from earwitness.insights.sentences import words_of
from earwitness.insights.small_talk import is_small_talk
from earwitness.insights.wording import any_of

_OPENERS = r"(?:(?:so|and|but|well|then|or|now|yeah|okay|because|also|like)\s+)*"
_PRONOUN = r"(?:i|you|he|she|it|we|they|this|that|these|those|there)"
_AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|shall|may|might|must|isn't|aren't"
    r"|wasn't|weren't|don't|doesn't|didn't|hasn't|haven't|can't|couldn't|won't|wouldn't|shouldn't)"
)
_THEN_VERB = rf"(?: {_AUXILIARY}|'s|'re|'d|'ll)"
_SUBJECT = (
    rf"(?:{_PRONOUN}|the|an?|my|your|our|their|his|her|its|any\w*|every\w*|some\w*|all|(?-i:[A-Z][a-z]+))"
)
_WH_NOUN = rf"(?:what|how|which|whose) (?:kind of |sort of )?(?!(?:{_PRONOUN}|is|are|was|were|to)\b)\w+"
_QUESTION_FORM = any_of(
    rf"""
    (?:what|who|where|when|why|how|{_WH_NOUN})(?: else| exactly)?{_THEN_VERB} (?:not )?{_SUBJECT}\b
    (?:how|what) about\b
    how come\b
    why not\b
    (?:who|which one|which of (?:you|us|them|the \w+))(?:{_THEN_VERB}| (?:wants|needs|owns|knows|said))\b
    (?:what|who|which \w+) (?!was\b|is\b)\w+(?<!s)s (?:{_SUBJECT}|us|me|him|them)\b
    {_AUXILIARY} (?:{_PRONOUN}|any(?:one|body)|every(?:one|body)|the|your|our)\b
    """,
    before="^" + _OPENERS,
)
"""How a question begins: a question word before the verb, or the verb before its subject."""
_STATEMENT_FORM = any_of(
    r"""
    what (?:i|we|you|they|he|she) (?:\w+ )*(?:is|was)\b
    when(?:ever)? (?:i|we|you|they|he|she|it)\b
    don't (?:you )?worry
    should (?:you|anyone) (?:have|need|want)
    how (?:nice|funny|lovely|interesting)
    """,
    before="^" + _OPENERS,
)
_IMPLICIT = any_of(
    r"""
    i (?:was|am|was just|am just) wondering
    i'm (?:just )?wondering
    i wonder
    i(?:'d| would) (?:like|love) to (?:know|understand|ask)
    (?:can|could) you tell (?:me|us)
    """,
    before=r"\b",
    after=r" (?:if|whether|what|when|where|who|how|why)\b",
)
_TAG = re.compile(r",?\s(?:you know|right|okay|ok|yeah|huh|no)\?$", re.IGNORECASE)


def question_score(sentence: str) -> float:
    """Return how surely a sentence asks something, 0 to 1.

    A question mark nearly settles it; without one the order of words must show it. A single
    word ("Material?") tells a later reader nothing and stays below one half.
    """
    text = " ".join(sentence.replace("’", "'").split())
    if is_small_talk(text):
        return 0.0
    length = len(words_of(text))
    formed = _QUESTION_FORM.match(text) is not None
    if text.endswith("?"):
        if length < 3:
            return 0.4 if length < 2 else 0.6
        if formed:
            return 0.97
        return 0.8 if _TAG.search(text) else 0.9
    if _IMPLICIT.search(text):
        return 0.7
    if formed and length > 2 and not _STATEMENT_FORM.match(text):
        return 0.75 if length > 3 else 0.6
    return 0.0


def as_question(sentence: str) -> str:
    """Return the sentence with a question mark at its end."""
    return sentence.rstrip(" .,!?") + "?"
