"""Questions: what somebody wants to know, marked or not; small talk does not count."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from earwitness.conversation.insight import WORTH_READING
from earwitness.insights.linear import load_model, probability_of
from earwitness.insights.ngrams import features
from earwitness.insights.sentences import words_of
from earwitness.insights.small_talk import is_of_the_talk, is_small_talk
from earwitness.insights.tags import ends_in_tag, is_tag
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
_MARK = re.compile(r"[.,?!](?:\s|$)")
_TAGGED_LEAST = 4
"""Words of a statement that a tag makes a question worth reading."""
_BACKCHANNEL = 2
_TAGGED_SCORE = 0.75
Ending = Literal["asked", "stated", "cut off", "unmarked"]
"""How a sentence ends: with a question mark, with another mark, before it was said to its end though the talk
has marks, or with none because the talk has none."""
_ADDED: dict[Ending, float] = {"asked": 4.0, "stated": -5.0, "cut off": -1.0, "unmarked": 0.0}
"""To the log-odds by how a sentence ends: recognisers set marks mostly right."""
_IMPLICIT_AT_LEAST = 0.7
"""Transcripts end such questions with a full stop, so the model cannot know them."""
WITHIN_TALK = 0.5
"""The most for a question that tells a reader nothing: it is shown by default, but not worth reading."""
NOT_SHOWN = 0.45
"""The most for what is a question in form alone: less than is shown by default."""
_UNFINISHED = frozenset("a an the my your our their his its of to or and but".split())
_CUT_OFF_AFTER = _UNFINISHED | frozenset(
    """
    in on at for with from by about is are was were am be do does did have has had can could will would
    should it that which who what how when where if so as like because than i we they you
    """.split()
)
"""What is cut off after one of these lacks too much to be understood."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know."""

    text: str
    """Worded so that it can be read alone, with a question mark."""
    score: float
    """0 to 1."""


def find_question(sentence: str, ending: Ending, said: str = "", goes_on: bool = False) -> Question | None:
    """Find what a sentence asks; a tag alone ("Right?") asks what its speaker said before it.

    Args:
        sentence: one clean sentence.
        ending: how it ends, see `ending_of`.
        said: the clean sentence that the same speaker said before it; empty where others spoke since, unless
            only a word or two.
        goes_on: the same speaker goes on after it. What then ends in a tag asks nobody.
    """
    text = " ".join(sentence.replace("’", "'").split())
    is_tag_alone = ending in ("asked", "unmarked") and is_tag(text, marked=ending == "asked")
    if is_tag_alone and not said.endswith("?") and len(words_of(said)) >= _TAGGED_LEAST:
        tagged = as_question(f"{said.rstrip(' .,!')}, {text[0].lower()}{text[1:]}")
        return Question(tagged, WITHIN_TALK if goes_on else _TAGGED_SCORE)
    score = question_score(text, ending)
    if goes_on and ends_in_tag(text) and not is_formed_as_question(text):
        score = min(score, NOT_SHOWN)
    return Question(as_question(text), score) if score > 0 else None


def ending_of(sentence: str, text: str, is_last: bool, marked: bool) -> Ending:
    """Return how a clean sentence ends.

    Args:
        sentence: one of `text`.
        text: the message as it was said.
        is_last: the sentence is the last of the message.
        marked: the talk has punctuation, so that a full stop says something.
    """
    if sentence.endswith("?"):
        return "asked"
    if not marked:
        return "unmarked"
    return "cut off" if is_last and text.rstrip()[-1:] not in (".", "!") else "stated"


def is_marked(text: str) -> bool:
    """Say whether a text has punctuation."""
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


def asks(sentence: str) -> bool:
    """Say whether a clean sentence is a question, also where nobody set its mark."""
    return sentence.endswith("?") or question_score(sentence, "unmarked") >= WITHIN_TALK


def question_score(sentence: str, ending: Ending) -> float:
    """Return the probability that a clean sentence asks something that somebody wants to know.

    What tells a later reader nothing, a single word ("Material?"), a question that breaks off ("What about
    the?") or one about the talk ("Really?"), scores 0.5 at most, small talk ("How are you?") 0.45.
    """
    words = words_of(sentence)
    if not words:
        return 0.0
    log_odds = load_model("questions").log_odds(question_features(sentence)) + _ADDED[ending]
    score = round(probability_of(log_odds), 3)
    if ending == "asked":
        score = max(score, WORTH_READING)
    if _IMPLICIT.search(sentence):
        score = max(score, _IMPLICIT_AT_LEAST)
    if is_small_talk(sentence) or (len(words) == 1 and ending == "cut off"):
        return min(score, NOT_SHOWN)
    if len(words) == 1 or _breaks_off(words, ending) or is_of_the_talk(sentence):
        return min(score, WITHIN_TALK)
    return score


def _breaks_off(words: Sequence[str], ending: Ending) -> bool:
    if ending == "cut off":
        return words[-1] in _CUT_OFF_AFTER
    return len(words) < 6 and words[-1] in _UNFINISHED


def is_formed_as_question(sentence: str) -> bool:
    """Say whether a sentence begins as a question does, with a question word or a verb before its subject."""
    text = sentence.rstrip(" .,!?")
    return _QUESTION_FORM.match(text) is not None and _STATEMENT_FORM.match(text) is None


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
