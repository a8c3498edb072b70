"""A greedy tagger for people, places and organisations: logistic regression over hashed features.

It goes from left to right, and sees the label that it gave the word before (a maximum entropy Markov model,
McCallum, Freitag and Pereira, ICML 2000, decoded greedily). Only words with a capital are asked
about, and words that go on a name ("Bank of America"): recognisers write names with one, and a text without
any capital tells nothing. The weights come from `scripts/train/names.py`; see docs/models/names.md.
"""

import functools
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.gazetteer import (
    countries,
    first_names,
    phrases_in,
    places,
    surnames,
)
from earwitness.insights.entities.span import Span
from earwitness.insights.shipped import shipped
from earwitness.insights.short_keys import kept_for_short

LABELS = ("O", "B-person", "I-person", "B-location", "I-location", "B-organization", "I-organization")
BUCKETS = 1 << 17
_KINDS = ("person", "location", "organization")
_INSIDE = {1: 2, 3: 4, 5: 6}
_TOKEN = re.compile(r"https?://\S+|\w+(?:[-.][^\W_]+)*|['’][sS]\b|[^\w\s]")
_ENDS_SENTENCE = frozenset('.?!:;"“”»«\n*-–—…')
_TITLES = frozenset(
    "mr mrs ms miss dr prof professor sir madam president senator doctor captain uncle aunt".split()
)
_JOINTS = frozenset("of de la da do di del der den van von du le the and & - . ' ’ st".split())

Weights = NDArray[np.int16]


class Token(NamedTuple):
    """A word or a mark of the text; a tuple, as so many are made."""

    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """Return the words and marks of a text."""
    return [Token(match.group(), *match.span()) for match in _TOKEN.finditer(text)]


@dataclass(frozen=True, slots=True)
class Tagger:
    """The weights, and the margins from which on a label is believed."""

    weights: Weights
    """One row for each bucket, one column for each label."""
    least: tuple[float, float, float]
    """Least margins over `O` of people, places and organisations that are told."""
    least_hidden: float
    """Least margin of a name that redaction hides: missing one is worse there."""

    def find(self, text: str, tokens: Sequence[Token], *, hiding: bool = False) -> Iterator[Span]:
        """Yield the names of a text; more, and less sure ones, where they are to be hidden."""
        for span, margin in _spans(text, tokens, self.tag([token.text for token in tokens])):
            # A handle is somebody's in any case.
            is_sure = hiding or "@" in text[max(span.start - 2, 0) : span.start + 1]
            if margin >= (self.least_hidden if is_sure else self.least_of(span.kind)):
                yield span

    def least_of(self, kind: str) -> float:
        """Return the least margin of a name of a kind that is told."""
        return self.least[_KINDS.index(kind)]

    def tag(self, words: Sequence[str]) -> list[tuple[int, float]]:
        """Return a label for each word and its margin over `O`."""
        asked = Features(words)
        tagged: list[tuple[int, float]] = []
        label = 0
        for at in range(len(words)):
            if not asked.is_asked(at, label):
                label = 0
                tagged.append((0, 0.0))
                continue
            scores = self.weights[asked.rows(at, label)].sum(axis=0)
            label = best_label(scores, label)
            tagged.append((label, float(scores[label] - scores[0])))
        return tagged


def best_label(scores: NDArray[np.generic], before: int) -> int:
    """Return the label of the highest score; an inside must follow its own beginning."""
    allowed = [0, 1, 3, 5]
    if before:
        allowed.append(_INSIDE.get(before, before))
    return max(allowed, key=lambda label: scores[label])


class Features:
    """What the tagger sees of the words of a text."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._keys = [word.casefold() for word in words]
        self._starts = [at == 0 or words[at - 1] in _ENDS_SENTENCE for at in range(len(words))]
        self._capitals = [word[:1].isupper() for word in words]
        self._places: dict[int, str] = {}
        for names, mark in ((places(), "p"), (countries(), "c")):
            for first, count in phrases_in(self._keys, self._capitals, names):
                for place in range(first, first + count):
                    self._places[place] = self._places.get(place, "") + (
                        mark if place == first else mark.upper()
                    )

    def is_asked(self, at: int, before: int) -> bool:
        """Whether a word can be a name, or go on one of the label before it."""
        word = self._words[at]
        if self._capitals[at]:
            # A common word at the beginning of a sentence is one, unless a name goes on.
            is_common = self._starts[at] and self._keys[at] in common_words()
            return word != "I" and (not is_common or (at + 1 < len(self._words) and self._capitals[at + 1]))
        # Texts that were typed name people and firms by their handles.
        if word == "@" or (at and self._words[at - 1] in ("@", "#")):
            return True
        return bool(before) and (self._keys[at] in _JOINTS or word[:1].isdigit())

    def rows(self, at: int, before: int) -> list[int]:
        """Return the rows of the weights that a word's features fall into."""
        key, shape, known = self._around(at)
        previous, following = self._around(at - 1), self._around(at + 1)
        before_previous = self._keys[at - 2] if at > 1 else "<>"
        after_following = self._keys[at + 2] if at + 2 < len(self._keys) else "<>"
        start = "^" if self._starts[at] else ""
        label = LABELS[before]
        common = "m" if key in common_words() else ""
        return [
            crc32(feature.encode()) & (BUCKETS - 1)
            for feature in (
                "b" + start,
                "w" + key,
                "s3" + key[-3:],
                "s2" + key[-2:],
                "p3" + key[:3],
                "sh" + shape + start,
                "k" + known + common + start,
                "k+" + known + "|" + following[2] + "|" + shape,
                "k-" + previous[2] + "|" + known,
                "-w" + previous[0],
                "+w" + following[0],
                "-2" + before_previous,
                "+2" + after_following,
                "-sh" + previous[1] + shape,
                "+sh" + shape + following[1],
                "-w2" + before_previous + "|" + previous[0],
                "-wk" + previous[0] + "|" + known,
                "+wk" + following[0] + "|" + known,
                "t" + ("y" if previous[0] in _TITLES else "") + ("." if before_previous in _TITLES else ""),
                "l" + label,
                "lk" + label + known + common,
                "lsh" + label + shape,
                "lw" + label + key,
                "l-" + label + previous[0],
            )
        ]

    def _around(self, at: int) -> tuple[str, str, str]:
        if not 0 <= at < len(self._words):
            return "<>", "<>", "<>"
        key = self._keys[at]
        return key, _shape(self._words[at]), _known(key) + self._places.get(at, "")


@functools.cache
def tagger() -> Tagger:
    """Return the tagger that ships with the package."""
    data = shipped("names.npz").read_bytes()
    with np.load(io.BytesIO(data)) as arrays:
        weights = np.zeros((BUCKETS, len(LABELS)), np.int16)
        weights[arrays["rows"]] = arrays["weights"]
        person, location, organization = map(float, arrays["least"])
        return Tagger(weights, (person, location, organization), float(arrays["least_hidden"]))


def _spans(
    text: str, tokens: Sequence[Token], tagged: Sequence[tuple[int, float]]
) -> Iterator[tuple[Span, float]]:
    at = 0
    while at < len(tokens):
        label = tagged[at][0]
        if label not in _INSIDE:
            at += 1
            continue
        end = at + 1
        while end < len(tokens) and tagged[end][0] == _INSIDE[label]:
            end += 1
        sure = max(margin for _, margin in tagged[at:end])
        while end - 1 > at and tokens[end - 1].text.casefold() in _JOINTS:
            end -= 1
        start, stop = tokens[at].start, tokens[end - 1].end
        yield Span(LABELS[label][2:], start, stop, " ".join(text[start:stop].split())), sure
        at = max(end, at + 1)


@kept_for_short(4096, longest=40)
def _shape(word: str) -> str:
    shape = "".join(
        "X"
        if character.isupper()
        else "x"
        if character.islower()
        else "d"
        if character.isdigit()
        else character
        for character in word[:12]
    )
    return re.sub(r"(.)\1+", r"\1\1", shape)


def _known(key: str) -> str:
    return ("f" if key in first_names() else "") + ("s" if key in surnames() else "")
