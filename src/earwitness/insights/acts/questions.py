"""Questions: what somebody wants to know, marked or not; small talk does not count."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from earwitness.conversation.insight import WORTH_READING
from earwitness.insights.acts.question_form import (
    is_formed_as_question,
    is_formed_as_statement,
    without_openers,
    wonders,
)
from earwitness.insights.acts.small_talk import is_small_talk, tells_nothing
from earwitness.insights.acts.tag_questions import Following, ends_in_tag, is_tag, tag_asks
from earwitness.insights.english.ngrams import features
from earwitness.insights.english.sentences import LONGEST_SENTENCE, words_of
from earwitness.insights.linear import load_model, probability_of

_MARK = re.compile(r"[.,?!](?:\s|$)")
_ABBREVIATED = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know."""

    text: str
    """Worded so that it can be read alone, with a question mark."""
    score: float
    """0 to 1."""


def find_question(
    sentence: str, ending: Ending, said: str = "", following: Following = "nothing"
) -> Question | None:
    """Find what a sentence asks; a tag alone ("Right?") asks what its speaker said before it.

    Args:
        sentence: one clean sentence; nothing is found beyond `LONGEST_SENTENCE`.
        ending: how it ends, see `ending_of`.
        said: the clean sentence that the same speaker said before it; empty where others spoke since, unless
            only a word or two.
        following: what comes after it, which says whether a tag asks.
    """
    if len(sentence) > LONGEST_SENTENCE:
        return None
    text = " ".join(sentence.replace("’", "'").split())
    is_tag_alone = ending in ("asked", "unmarked") and is_tag(text, marked=ending == "asked")
    if is_tag_alone and not said.endswith("?") and len(words_of(said)) >= _TAGGED_LEAST:
        tagged = as_question(f"{said.rstrip(' .,!')}, {text[0].lower()}{text[1:]}")
        return Question(tagged, WITHIN_TALK if following == "its speaker" else _TAGGED_SCORE)
    score = question_score(text, ending)
    if ends_in_tag(text) and not is_formed_as_question(text) and not tag_asks(text, following):
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

    What tells a later reader nothing ("Material?", "What about the?", "Really?") scores 0.5 at most, small
    talk ("How are you?") 0.45.
    """
    words = words_of(sentence)
    if not words:
        return 0.0
    log_odds = load_model("questions").log_odds(question_features(sentence)) + _ADDED[ending]
    score = round(probability_of(log_odds), 3)
    if ending == "asked":
        score = max(score, WORTH_READING)
    if wonders(sentence):
        score = max(score, _IMPLICIT_AT_LEAST)
    if is_small_talk(sentence) or (len(words) == 1 and ending == "cut off"):
        return min(score, NOT_SHOWN)
    return min(score, WITHIN_TALK) if tells_nothing(sentence, ending == "cut off") else score


def question_features(sentence: str) -> set[str]:
    """Return what the model looks at: n-grams, and whether the sentence is formed like a question."""
    found = set(features(without_openers(sentence)))
    if is_formed_as_question(sentence):
        found.add("formed as a question")
    elif is_formed_as_statement(sentence):
        found.add("formed as a statement")
    if wonders(sentence):
        found.add("implicit")
    return found


def as_question(sentence: str) -> str:
    """Return the sentence with a question mark at its end."""
    text = sentence.rstrip(" ,!?")
    return (text if _ABBREVIATED.search(text) else text.rstrip(" .,!?")) + "?"
