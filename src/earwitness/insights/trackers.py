"""Trackers in a text: phrases that are said as they are, and sentences that mean about the same.

By meaning a sentence is scored for each tracker in two ways, whose sum counts: how near it is to the phrases
of the tracker, and what a linear classifier says of it that is fitted, when the trackers are given, to all
their phrases and to ordinary sentences that belong to none (ridge regression on the sentence vectors). So
what the phrases of several trackers have in common tells little. What score is enough depends on the tracker:
it lies half-way between the highest of the ordinary sentences and those of its own phrases, each left out in
turn. Of trackers that fit about equally well all are told, of others only the one that fits best.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from earwitness.conversation.insight import EntityMatch, TrackerMatch
from earwitness.conversation.message import Message
from earwitness.conversation.tracker import Tracker
from earwitness.insights.english.lexemes import lexemes
from earwitness.insights.english.sentence_vectors import Vectors, sentence_vectors
from earwitness.insights.english.vocabulary import Vocabulary

SIMILAR = -1
"""The offset of what is similar in meaning."""
_LEAST_SCORE = 0.5
"""0 is the highest score of an ordinary sentence, 1 that of another phrase of the tracker on average."""
_ABOUT_EQUAL = 0.1
"""Trackers whose scores are so near to the best are told too."""
_SHARPNESS = 12.0
"""Of the mean over the phrases of a tracker: the greater, the more the nearest phrase counts."""
_REGULARISATION = 0.3
_CONSTANT = 0.3
"""The feature that is the same in all sentences."""
_LEAST_SPAN = 0.1
_TINY = 1e-3
_LEAST_WORDS = 3
"""Of a sentence that is compared by its meaning: "Okay" and "My card" mean too little."""
_MOST_SENTENCES = 40
"""Of one message that are compared by their meaning."""
_MOST_TRACKERS = 500
_MOST_PHRASES = 50
"""Of a tracker; what is beyond these bounds is found exactly alone."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A tracker that a text holds."""

    tracker: Tracker
    phrase: str
    """Of its vocabulary: the one that was said, or the nearest."""
    offset: int
    """In characters from the start of the text, or `SIMILAR`."""


class TrackerMatcher:
    """Looks for trackers in texts; with `by_meaning` it reads the sentence vectors at the first text."""

    def __init__(self, trackers: Sequence[Tracker], *, by_meaning: bool = True) -> None:
        self._phrases = [(tracker, phrase) for tracker in trackers for phrase in tracker.vocabulary]
        self._vocabulary = Vocabulary([phrase for _, phrase in self._phrases])
        self._trackers = tuple(trackers)
        self._by_meaning = by_meaning
        self._meanings: _Meanings | None = None

    def find(self, text: str, sentences: Sequence[str] | None = None) -> list[Hit]:
        """Return what the text holds: first phrases that are said, then trackers that are only meant.

        `sentences` are those of the text, cleaned; by default the text is one.
        """
        if not self._phrases:
            return []
        hits = [Hit(*self._phrases[found.phrase], found.start) for found in self._vocabulary.find(text)]
        if self._by_meaning:
            said = {hit.tracker.id for hit in hits}
            meant = self._meant((text,) if sentences is None else sentences)
            hits += [hit for hit in meant if hit.tracker.id not in said]
        return hits

    def matches(self, message: Message, sentences: Sequence[str]) -> tuple[TrackerMatch, ...]:
        """Return the same of a message, each phrase with all its places."""
        places: dict[tuple[str, str], list[EntityMatch]] = {}
        trackers: dict[str, Tracker] = {}
        for hit in self.find(message.text, sentences):
            trackers[hit.tracker.id] = hit.tracker
            place = EntityMatch(message.id, message.text, hit.offset, message.start_s, message.end_s)
            places.setdefault((hit.tracker.id, hit.phrase), []).append(place)
        return tuple(
            TrackerMatch(key, trackers[key].name, phrase, tuple(found))
            for (key, phrase), found in places.items()
        )

    def _meant(self, sentences: Sequence[str]) -> list[Hit]:
        long = [one for one in sentences if len(lexemes(one)) >= _LEAST_WORDS][:_MOST_SENTENCES]
        if not long:
            return []
        if self._meanings is None:
            self._meanings = _Meanings(self._trackers)
        return list(
            dict.fromkeys(Hit(tracker, phrase, SIMILAR) for tracker, phrase in self._meanings.of(long))
        )


class _Meanings:
    """The trackers as vectors, the classifier that is fitted to them, and what scores mean for each."""

    def __init__(self, trackers: Sequence[Tracker]) -> None:
        self._trackers = [tracker for tracker in trackers if tracker.vocabulary][:_MOST_TRACKERS]
        self._phrases = [
            phrase for tracker in self._trackers for phrase in tracker.vocabulary[:_MOST_PHRASES]
        ]
        self._counts = np.array([min(len(one.vocabulary), _MOST_PHRASES) for one in self._trackers])
        self._starts = np.cumsum(self._counts) - self._counts
        self._owners = np.repeat(np.arange(len(self._trackers)), self._counts)
        table = sentence_vectors()
        self._vectors = table.of(self._phrases)
        self._weights, self._ordinary, self._span = self._fitted(table.background)

    def of(self, sentences: Sequence[str]) -> list[tuple[Tracker, str]]:
        """Return the trackers that sentences mean, each with its nearest phrase."""
        vectors = sentence_vectors().of(sentences)
        likeness = vectors @ self._vectors.T
        scores = self._near(likeness) + _with_constant(vectors) @ self._weights
        scores = (scores - self._ordinary) / self._span
        best = scores.max(axis=1, keepdims=True)
        meant = np.argwhere((scores >= _LEAST_SCORE) & (scores >= best - _ABOUT_EQUAL))
        return [(self._trackers[tracker], self._nearest(likeness[row], tracker)) for row, tracker in meant]

    def _near(self, likeness: Vectors) -> Vectors:
        """Return how near sentences are to each tracker (sentences × trackers), from those to each phrase."""
        sums = np.add.reduceat(np.exp(_SHARPNESS * likeness), self._starts, axis=1)
        near: Vectors = np.log(sums / self._counts) / _SHARPNESS
        return near

    def _nearest(self, likeness: Vectors, tracker: int) -> str:
        start = int(self._starts[tracker])
        own = likeness[start : start + int(self._counts[tracker])]
        return self._phrases[start + int(own.argmax())]

    def _fitted(self, background: Vectors) -> tuple[Vectors, Vectors, Vectors]:
        """Return the weights of the classifier, a column for each tracker, and two marks for its scores.

        The weights are found by ridge regression, in which the ordinary sentences count together as much as
        all phrases. The marks are the highest score of an ordinary sentence, and how much higher on average a
        phrase of the tracker scores that was left out (by the usual formula, without fitting anew).
        """
        count, owners = len(self._phrases), self._owners
        given = _with_constant(np.concatenate([self._vectors, background]))
        wanted = np.zeros((len(given), len(self._trackers)), np.float32)
        wanted[np.arange(count), owners] = 1.0
        weight = np.ones((len(given), 1), np.float32)
        weight[count:] = count / len(background)
        inverse = np.linalg.inv((given * weight).T @ given + _REGULARISATION * np.eye(given.shape[1]))
        weights: Vectors = (inverse @ ((given * weight).T @ wanted)).astype(np.float32)
        ordinary = (self._near(background @ self._vectors.T) + given[count:] @ weights).max(axis=0)

        phrases = given[:count]
        leverage = ((phrases @ inverse) * phrases).sum(axis=1)
        left_out = (phrases * weights[:, owners].T).sum(axis=1)
        left_out = (left_out - leverage) / np.maximum(1 - leverage, _TINY)
        scored = self._near_others() + left_out
        mean = np.add.reduceat(scored, self._starts) / self._counts
        return weights, ordinary, np.maximum(mean - ordinary, _LEAST_SPAN).astype(np.float32)

    def _near_others(self) -> Vectors:
        """Return how near each phrase is to the others of its tracker; to itself where there are none."""
        near = np.ones(len(self._phrases), np.float32)
        for start, count in zip(self._starts, self._counts, strict=True):
            if count > 1:
                own = self._vectors[start : start + count]
                likeness = np.exp(_SHARPNESS * (own @ own.T))
                np.fill_diagonal(likeness, 0.0)
                near[start : start + count] = np.log(likeness.sum(axis=1) / (count - 1)) / _SHARPNESS
        return near


def _with_constant(vectors: Vectors) -> Vectors:
    constant = np.full((len(vectors), 1), _CONSTANT, np.float32)
    return np.concatenate([vectors, constant], axis=1)
