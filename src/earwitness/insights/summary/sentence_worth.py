"""What a sentence is worth for a summary: how much it says of the whole, and how well it can be quoted.

A weighted sum of a few features. The weights were fitted on AMI and QMSum meetings by
`scripts/train/summary.py`, so that a sentence weighs as much as its words are in the meeting's summary;
docs/models/summary.md tells the rest.
"""

import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.lexicon import lexicon
from earwitness.insights.english.sentences import words_of
from earwitness.insights.english.wording import any_of
from earwitness.insights.summary.fluency import roughness

Floats = npt.NDArray[np.float32]

WEIGHTS = {
    "relevance": 0.26,
    "topics": 0.024,
    "length": 0.018,
    "addressing": -0.05,
    "self": -0.45,
    "broken": -0.02,
    "deciding": 0.02,
    "dangling": -0.03,
    "roughness": -0.04,
}
"""The last four are ours: the fit is indifferent to slips and decisions, and likes leaning openings."""

_MOST_TOPICS = 3.0
_SMOOTH = -2.0
"""Bits of roughness; smoother is no better."""
_DANGLING = any_of(
    r"""
    he|she|it|they|that|this|those|these|both|there
    (?:one|two|three|some|none)(?: of them)? (?:is|are|was|were)
    because|or|which|if|like|then|just|where|when|while|to|of|with|for|in|than|as
    yes|no|not|sorry|i'm sorry|thanks?|hello|hi|bye|welcome|good (?:morning|afternoon|evening)
    i (?:don't know|mean|guess)
    let me see|let's see
    """,
    before="^",
    after=r"\b",
)
"""Openings that lean on what was said before, or say nothing."""
_UNNAMED = re.compile(r"\b(?:it|them)\b(?! (?:is|was|will|would|seems|looks|takes|makes)\b)", re.IGNORECASE)
_ADDRESSING = re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE)
_BROKEN = any_of(
    r"""
    \b(?:[b-hj-z]|th|wh|ke|tw|fr)\b(?!['.])
    \b(?:or|and|but|so|because|that|the|a|to|of|like|is|are)[,.]
    ,\s+(?:i mean|you know|like)\b
    """
)
"""Fragments of words and clauses that speech leaves behind."""
_DECIDING = any_of(
    r"""
    (?:we|they|everybody|the \w+) (?:\w+ )?(?:decided?|agreed?|chose|settled)\b
    (?:we|i) (?:\w+ )?(?:should|must|need to|have to|will|are going to|'ll|want to)\b
    (?:decision|conclusion|agreement|plan|goal|aim|idea|problem|requirement|deadline|budget|proposal)s?\b
    """,
    before=r"\b",
)
_SELF = frozenset("i me my i'm i've i'll i'd mine myself".split())


def worths(texts: Sequence[str], relevance: Floats, topics: Sequence[float]) -> Floats:
    """Return what sentences are worth beside each other, 0 to 1; shape (sentences,).

    Args:
        texts: sentences as they can be quoted.
        relevance: cosine of each to the centroid of all.
        topics: sum of the scores of the topics that each mentions.
    """
    weights = np.array(list(WEIGHTS.values()))
    found = features(texts, relevance, topics) @ weights
    spread = float(found.max() - found.min()) if len(found) else 0.0
    worth: Floats = ((found - found.min()) / spread if spread > 0 else np.ones(len(found))).astype(np.float32)
    return worth


def features(texts: Sequence[str], relevance: Floats, topics: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return the features of sentences, in the order of `WEIGHTS`; shape (sentences, features)."""
    rows = []
    for text, fits, about in zip(texts, relevance, topics, strict=True):
        words = words_of(text)
        rows.append(
            (
                float(fits),
                min(about, _MOST_TOPICS),
                math.log(max(len(words), 1)),
                float(_ADDRESSING.search(text) is not None),
                sum(word in _SELF for word in words) / max(len(words), 1),
                float(len(_BROKEN.findall(text))),
                float(_DECIDING.search(text) is not None),
                float(_DANGLING.match(text) is not None or _leans(text)),
                max(roughness(text), _SMOOTH),
            )
        )
    return np.array(rows).reshape(len(rows), len(WEIGHTS))


def _leans(text: str) -> bool:
    """Say whether "it" or "them" is said before anything that it could stand for."""
    found = _UNNAMED.search(text)
    return found is not None and not any(map(_is_thing, words_of(text[: found.start()])))


def _is_thing(word: str) -> bool:
    known = lexicon().get(word)
    return known is None or (known.noun >= 0.4 and word not in common_words())
