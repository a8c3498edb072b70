"""Questions: what somebody wants to know, marked or not; small talk does not count."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from earwitness.insights.linear import load_model, probability_of
from earwitness.insights.ngrams import features
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
_TAG_WORDS = r"(?:right|correct|okay|ok|alright|yeah|huh|nuh|no|you know|see)"
_TAG = any_of(
    rf"""
    {_TAG_WORDS}
    (?:is|does|did|do|was|has|have|are|were|wo|ca|would|could|should)n't (?:it|s?he|they|you|we|that|there|i)
    (?:is|am|was|did|does) (?:it|that|i) (?:right|correct)
    """,
    before=r"^(?:(?:or|so|and|yeah|oh),? )?",
    after=r"[.?]$",
)
_MARK = re.compile(r"[.,?!](?:\s|$)")
_TAG_WITHOUT_MARK = re.compile(r"(?:right|nuh)\.", re.IGNORECASE)
"""Without a mark only these ask more often than they agree."""
_TAGGED_LEAST = 4
"""Words of a statement that a tag makes a question worth reading."""
_BACKCHANNEL = 2
_TAGGED_SCORE = 0.75
_ASKED, _STATED = 4.0, -1.5
"""What a question mark and a full stop add to the log-odds: recognisers set them mostly right."""
_IMPLICIT_AT_LEAST = 0.7
"""Transcripts end such questions with a full stop, so the model cannot know them."""
_MARKED_AT_LEAST = 0.55
NOT_SHOWN = 0.45
"""The score of questions that are sure, but tell a reader nothing: below what is shown by default."""
_UNFINISHED = frozenset("a an the my your our their his its of to or and but".split())


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know."""

    text: str
    """Worded so that it can be read alone, with a question mark."""
    score: float
    """0 to 1."""


def find_question(sentence: str, said: str = "", marked: bool = True) -> Question | None:
    """Find what a sentence asks; a tag alone ("Right?") asks what its speaker said before it.

    Args:
        sentence: one clean sentence.
        said: the clean sentence that the same speaker said before it; empty where others spoke since, unless
            only a word or two.
        marked: the text has punctuation, so that a full stop says something.
    """
    text = " ".join(sentence.replace("’", "'").split())
    tag = _TAG if marked else _TAG_WITHOUT_MARK
    asks = text.endswith("?") or not marked
    if asks and tag.match(text) and not said.endswith("?") and len(words_of(said)) >= _TAGGED_LEAST:
        return Question(as_question(f"{said.rstrip(' .,!')}, {text[0].lower()}{text[1:]}"), _TAGGED_SCORE)
    score = question_score(text, marked)
    return Question(as_question(text), score) if score > 0 else None


def is_marked(text: str) -> bool:
    """Say whether a text has punctuation, so that a full stop says something."""
    return _MARK.search(text) is not None


def said_before(speaker: str | None, latest: Iterable[tuple[str | None, str]]) -> str:
    """Return what a speaker said last, if others have said no more than a word or two since; else nothing.

    Args:
        speaker: who now speaks.
        latest: speakers and their clean sentences, the latest first.
    """
    for who, sentence in latest:
        if who == speaker:
            return sentence
        if len(words_of(sentence)) > _BACKCHANNEL:
            break
    return ""


def question_score(sentence: str, marked: bool = True) -> float:
    """Return the probability that a clean sentence asks something that somebody wants to know.

    Small talk ("right?", "how are you?") and what tells a later reader nothing, a single word ("Material?")
    or a question that breaks off ("What about the?"), stay at 0.45 or below.
    """
    words = words_of(sentence)
    if not words:
        return 0.0
    log_odds = load_model("questions").log_odds(question_features(sentence))
    if sentence.endswith("?"):
        log_odds += _ASKED
    elif marked:
        log_odds += _STATED
    score = round(probability_of(log_odds), 3)
    if sentence.endswith("?"):
        score = max(score, _MARKED_AT_LEAST)
    if _IMPLICIT.search(sentence):
        score = max(score, _IMPLICIT_AT_LEAST)
    tells = len(words) > 1 and not (len(words) < 6 and words[-1] in _UNFINISHED)
    return score if tells and not is_small_talk(sentence) else min(score, NOT_SHOWN)


def question_features(sentence: str) -> set[str]:
    """Return what the model looks at: n-grams, and whether the sentence is formed like a question."""
    found = set(features(sentence))
    text = sentence.rstrip(" .,!?")
    if _QUESTION_FORM.match(text):
        found.add("formed as a statement" if _STATEMENT_FORM.match(text) else "formed as a question")
    if _IMPLICIT.search(text):
        found.add("implicit")
    return found


def as_question(sentence: str) -> str:
    """Return the sentence with a question mark at its end."""
    return sentence.rstrip(" .,!?") + "?"
