"""Summary: the sentences that say most of a conversation, in order of speech, with their speakers.

Sentences near the centroid of all (tf-idf vectors) are chosen by maximal marginal relevance
(J. Carbonell, J. Goldstein, SIGIR 1998). Wording is kept but for fillers and the first person.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earwitness.insights.common_words import common_words
from earwitness.insights.questions import question_score
from earwitness.insights.sentences import words_of
from earwitness.insights.wording import any_of

FEWEST, MOST = 3, 8
_SHORTEST, _LONGEST = 6, 45
_RELEVANCE = 0.7
"""Weight of relevance against novelty."""
_DANGLING = any_of(
    r"""
    he|she|it|they|that|this|those|these|both|there
    (?:one|two|three|some|none)(?: of them)? (?:is|are|was|were)
    because|or|which|if|like|then|just
    yes|no|not|sorry|i'm sorry|thanks?|hello|hi|bye|welcome|good (?:morning|afternoon|evening)
    i (?:don't know|mean|guess)
    let me see|let's see
    """,
    before="^",
    after=r"\b",
)
"""Openings that lean on what was said before, or say nothing."""
_ADDRESSING = re.compile(r"\b(?:do|can|could|are|have|would|will|did) you\b|\bwhat's your\b", re.IGNORECASE)
_BROKEN = any_of(
    r"""
    \b(?:[b-hj-z]|th|wh|ke|tw|fr)\b(?!['.])
    \b(?:or|and|but|so|because|that|the|a|to|of|like|is|are)[,.]
    ,\s+(?:i mean|you know|like)\b
    """
)
"""Fragments of words and clauses that speech leaves behind."""
_Vectors = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clean sentence and what is known of it."""

    text: str
    speaker: str | None
    message_id: str
    is_action: bool = False


def choose(sentences: Sequence[Spoken], count: int | None = None) -> list[Spoken]:
    """Choose the sentences of the summary, in order of speech.

    Args:
        sentences: all of the conversation, in order.
        count: how many; by default 3 to 8, growing with the logarithm of the length.
    """
    lengths = [len(words_of(sentence.text)) for sentence in sentences]
    if count is None:
        count = min(MOST, max(FEWEST, round(3 + math.log2(max(sum(lengths), 1) / 150))))
    fit = [
        index
        for index, sentence in enumerate(sentences)
        if _SHORTEST <= lengths[index] <= _LONGEST and question_score(sentence.text) < 0.5
    ]
    if not fit:
        return []
    vectors = _vectors([sentences[index].text for index in fit])
    relevance = vectors @ _unit(vectors.sum(axis=0))
    relevance *= np.array([_worth(sentences[index], lengths[index]) for index in fit])
    chosen: list[int] = []
    actions = 0
    similarity = np.zeros(len(fit))
    while len(chosen) < min(count, len(fit)):
        scores = _RELEVANCE * relevance - (1 - _RELEVANCE) * similarity
        scores[chosen] = -np.inf
        if actions * 3 >= count:
            scores[[at for at, index in enumerate(fit) if sentences[index].is_action]] = -np.inf
        best = int(scores.argmax())
        if scores[best] == -np.inf:
            break
        chosen.append(best)
        actions += sentences[fit[best]].is_action
        similarity = np.maximum(similarity, vectors @ vectors[best])
    return [sentences[fit[at]] for at in sorted(chosen)]


def _worth(sentence: Spoken, length: int) -> float:
    """Weigh a sentence by how well it stands alone."""
    worth = min(1.0, 0.6 + length / 30)
    if _DANGLING.match(sentence.text):
        worth *= 0.7
    if _ADDRESSING.search(sentence.text):
        worth *= 0.7
    return worth * 0.85 ** len(_BROKEN.findall(sentence.text)) * (0.8 if sentence.is_action else 1.0)


def _vectors(texts: Sequence[str]) -> _Vectors:
    """Return a row for each text: the unit vector of its content words' tf-idf."""
    common = common_words()
    bags = [
        Counter(word for word in words_of(text) if word not in common and len(word) > 2) for text in texts
    ]
    document_frequency = Counter(word for bag in bags for word in bag)
    column = {word: number for number, word in enumerate(document_frequency)}
    vectors: _Vectors = np.zeros((len(texts), max(len(column), 1)))
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            weight = math.log((1 + len(texts)) / document_frequency[word])
            vectors[row, column[word]] = (1 + math.log(count)) * weight
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


def _unit(vector: _Vectors) -> _Vectors:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector
