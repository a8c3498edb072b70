"""Summary: the sentences that say most of a conversation, told in order of speech.

What can be quoted is weighed (see `sentence_worth`) and chosen by maximal marginal relevance (J. Carbonell,
J. Goldstein, SIGIR 1998) over tf-idf vectors, as much as the length of the conversation allows. It is told
in the third person, after a first sentence that says who talked about what.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from earwitness.insights.acts.questions import asks
from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.marks import without_marks
from earwitness.insights.english.sentences import words_of
from earwitness.insights.summary.opening import opening
from earwitness.insights.summary.orders import asks_or_orders
from earwitness.insights.summary.personal_data import has_personal_data
from earwitness.insights.summary.quoting import quotable
from earwitness.insights.summary.sentence_worth import worths
from earwitness.insights.summary.telling import Teller
from earwitness.insights.topics.phrases import stem
from earwitness.insights.topics.ranking import Ranked, rank_topics

_FEWEST_WORDS, _MOST_WORDS = 40, 260
_WORDS_PER_ROOT = 4.2
"""A conversation of n words is told in this many times √n."""
_NAMED = 4
"""Words that it takes to say who said a sentence."""
_WORTH = 0.6
"""Weight of worth against novelty."""
_MOST_TERMS = 2000
_ACTION_SHARE = 1 / 3
_FEWEST_SENTENCES = 4
"""Of a conversation for a sentence that says what it was about."""
_Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clean sentence and what is known of it."""

    text: str
    speaker: str | None
    message_id: str
    is_action: bool = False
    told: str | None = None
    """How to tell it, where that is known better than its words say."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of the summary."""

    text: str
    message_ids: tuple[str, ...]


def summarise(sentences: Sequence[Spoken]) -> list[Told]:
    """Tell a conversation in a few sentences, in order of speech.

    Args:
        sentences: all of the conversation, in order.
    """
    speakers = list(dict.fromkeys(one.speaker for one in sentences if one.speaker))
    topics = rank_topics([one.text for one in sentences], speakers)
    chosen = choose(sentences, topics=topics)
    if not chosen:
        return []
    teller = Teller((one.text for one in sentences), speakers)
    story: list[Told] = []
    if len(sentences) >= _FEWEST_SENTENCES and (first := opening(speakers, topics)):
        text, places = first
        story.append(Told(text, tuple(dict.fromkeys(sentences[place].message_id for place in places))))
        teller.named(speakers)
    for one in chosen:
        text = teller.quote(one.told, one.speaker) if one.told else teller.tell(one.text, one.speaker)
        story.append(Told(text, (one.message_id,)))
    return story


def choose(
    sentences: Sequence[Spoken], budget: int | None = None, topics: Sequence[Ranked] = ()
) -> list[Spoken]:
    """Choose the sentences of the summary, in order of speech and without their false starts.

    Args:
        sentences: all of the conversation, in order.
        budget: about how many words; by default 40 to 260, growing with the square root of the length.
        topics: of the conversation, with the indexes of sentences that mention them.
    """
    if budget is None:
        budget = budget_for(sum(len(words_of(sentence.text)) for sentence in sentences))
    about = [0.0] * len(sentences)
    for topic in topics:
        for mention in topic.mentions:
            about[mention] += topic.score
    fit = [
        (place, replace(one, text=text))
        for place, one in enumerate(sentences)
        if (text := quotable(one.text)) is not None and (one.told or not asks_or_orders(text))
    ]
    if not fit:
        return []
    texts = [sentence.text for _, sentence in fit]
    lengths = [len(words_of(text)) + _NAMED for text in texts]
    vectors = vectors_of(texts)
    worth = worths(texts, vectors @ unit(vectors.sum(axis=0)), [about[place] for place, _ in fit])
    is_action = np.array([sentence.is_action for _, sentence in fit])
    chosen: list[int] = []
    words = actions = 0
    similarity = np.zeros(len(fit), np.float32)
    open_ones = np.ones(len(fit), bool)
    while words < budget:
        scores = np.where(open_ones, _WORTH * worth - (1 - _WORTH) * similarity, -np.inf)
        if actions >= _ACTION_SHARE * budget:
            scores[is_action] = -np.inf
        best = int(scores.argmax())
        if scores[best] == -np.inf:
            break
        open_ones[best] = False
        # Only now, as it costs more than all else: models and all detectors are asked.
        if asks(texts[best]) or has_personal_data(texts[best]):
            continue
        chosen.append(best)
        words += lengths[best]
        actions += lengths[best] * bool(is_action[best])
        similarity = np.maximum(similarity, vectors @ vectors[best])
    return [fit[at][1] for at in sorted(chosen)]


def budget_for(words: int) -> int:
    """Return in how many words to tell a conversation of so many words."""
    return round(min(max(_WORDS_PER_ROOT * math.sqrt(words), _FEWEST_WORDS), _MOST_WORDS))


def vectors_of(texts: Sequence[str]) -> _Vectors:
    """Return a row for each text: the unit vector of its content words' tf-idf."""
    common = common_words()
    bags = [
        Counter(stem(word) for word in words_of(without_marks(text)) if word not in common and len(word) > 2)
        for text in texts
    ]
    document_frequency = Counter(word for bag in bags for word in bag)
    column = {word: at for at, (word, _) in enumerate(document_frequency.most_common(_MOST_TERMS))}
    vectors: _Vectors = np.zeros((len(texts), max(len(column), 1)), np.float32)
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            if word in column:
                weight = math.log((1 + len(texts)) / document_frequency[word])
                vectors[row, column[word]] = (1 + math.log(count)) * weight
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: _Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit


def unit(vector: _Vectors) -> _Vectors:
    """Return a vector of length 1 in the same direction; zero stays zero."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector
