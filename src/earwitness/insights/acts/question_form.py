"""How questions are worded: where the verb stands, and how people ask without a question mark."""

import re

from earwitness.insights.english.wording import any_of

_OPENERS = (
    r"(?:(?:so|and|but|well|then|or|now|yeah|yes|no|okay|right|oh|because|also|like|i mean|you know)"
    r"[,.]?\s+)*"
)
_OPENED = re.compile("^" + _OPENERS, re.IGNORECASE)
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
_QUESTION_WORD = any_of(r"(?:what|who|whose|where|when|why|how|which)\b", before="^" + _OPENERS)
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
    after=r",? (?:if|whether|what|when|where|who|how|why|could|can|would|should|is it|are there)\b",
)


def is_formed_as_question(sentence: str) -> bool:
    """Say whether a sentence begins as a question does: a question word before the verb, or the verb."""
    text = sentence.rstrip(" .,!?")
    return _QUESTION_FORM.match(text) is not None and _STATEMENT_FORM.match(text) is None


def is_formed_as_statement(sentence: str) -> bool:
    """Say whether a sentence begins like a question and is none ("When we are done, …")."""
    text = sentence.rstrip(" .,!?")
    return _QUESTION_FORM.match(text) is not None and _STATEMENT_FORM.match(text) is not None


def begins_with_question_word(sentence: str) -> bool:
    """Say whether a sentence begins with a question word, whatever follows."""
    return _QUESTION_WORD.match(sentence) is not None


def wonders(sentence: str) -> bool:
    """Say whether a sentence asks by saying so: "I'm wondering whether …"."""
    return _IMPLICIT.search(sentence) is not None


def without_openers(sentence: str) -> str:
    """Return the sentence from where it says something: without "so", "I mean" and the like."""
    return _OPENED.sub("", sentence) or sentence
