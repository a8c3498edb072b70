"""Sentiment of a text: VADER's lexicon and rules, together with what n-grams say.

VADER knows words, negation, degree and emphasis (C. Hutto, E. Gilbert: VADER, A Parsimonious Rule-based
Model for Sentiment Analysis of Social Media Text, ICWSM 2014). A linear model over words and pairs of words
was trained on texts with human labels; docs/models/sentiment.md says how, and what it is worth.
"""

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from earwitness.conversation.message import Message
from earwitness.insights.english.sentences import words_of
from earwitness.insights.shipped import shipped
from earwitness.insights.short_keys import kept_for_short

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

NEUTRAL_BAND = 0.3
"""Polarity from −0.3 to 0.3 is neutral."""
VADER_SHARE = 0.2
"""Part of VADER in the polarity."""
_MOST_BYTES = 1_200
"""Of UTF-8, as a symbol such as an emoji is several words to VADER."""

_SAYINGS = (
    (re.compile(r"\bfed up\b", re.IGNORECASE), "frustrated"),
    (re.compile(r"\bsick and tired of\b", re.IGNORECASE), "frustrated by"),
    (re.compile(r"\bcan'?t stand\b", re.IGNORECASE), "hate"),
    (re.compile(r"(?<=[a-z'])( pretty)(?= (?!good\b|nice\b|girl|picture|face|day)[a-z]+)"), " rather"),
    (re.compile(r"^(?:honestly|frankly|to be honest),? ", re.IGNORECASE), ""),
)

Label = Literal["positive", "neutral", "negative"]
LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
"""In the order of the model's columns."""


@dataclass(frozen=True, slots=True)
class Sentiment:
    """How a text feels."""

    polarity: float
    """−1 (negative) to 1 (positive)."""

    @property
    def suggested(self) -> Label:
        """The polarity in one word."""
        if self.polarity > NEUTRAL_BAND:
            return "positive"
        return "negative" if self.polarity < -NEUTRAL_BAND else "neutral"


@kept_for_short(4096, longest=300)
def sentiment_of(text: str) -> Sentiment:
    """Return the sentiment of one text, such as a message; topics ask again, so the latest are kept."""
    text = _plainly(text)
    vader = vader_polarity(text)
    return Sentiment(round(VADER_SHARE * vader + (1 - VADER_SHARE) * _model().polarity(text, vader), 3))


def _plainly(text: str) -> str:
    """Return a text with plain words for what means the contrary of its single words."""
    for said, meant in _SAYINGS:
        text = said.sub(meant, text)
    return text


def with_sentiment(messages: Iterable[Message], *, anew: bool = False) -> tuple[Message, ...]:
    """Return messages with the sentiment that they are kept with; `anew` where their words have changed."""
    return tuple(
        replace(message, polarity=sentiment_of(message.text).polarity)
        if anew or message.polarity is None
        else message
        for message in messages
    )


def sentiment_of_message(message: Message) -> Sentiment:
    """Return the sentiment that a message was made with, or has, if it is of an earlier version."""
    return sentiment_of(message.text) if message.polarity is None else Sentiment(message.polarity)


def sentiment_over_messages(messages: Iterable[Message]) -> Sentiment:
    """Return the mean sentiment of several messages, such as those of a topic; 0 without any."""
    return _mean([sentiment_of_message(message) for message in messages])


def _mean(sentiments: Sequence[Sentiment]) -> Sentiment:
    total = sum(one.polarity for one in sentiments)
    return Sentiment(round(total / len(sentiments), 3) if sentiments else 0.0)


def vader_polarity(text: str) -> float:
    """Return VADER's compound polarity, −1 to 1, of a text's beginning: its cost is quadratic."""
    beginning = text.encode(errors="ignore")[:_MOST_BYTES].decode(errors="ignore")
    return float(_analyzer().polarity_scores(beginning)["compound"])


def ngrams_of(text: str) -> Iterator[str]:
    """Yield the words and pairs of words of a text, as the model knows them."""
    words = words_of(text.replace("’", "'"))
    yield from words
    for first, second in itertools.pairwise(words):
        yield f"{first} {second}"


class _Model:
    """The weights of the linear model; columns in the order of `LABELS`."""

    def __init__(self) -> None:
        with shipped("sentiment.npz").open("rb") as file:
            stored = np.load(file)
            self._rows = {str(ngram): row for row, ngram in enumerate(stored["ngrams"])}
            self._weights: npt.NDArray[np.float32] = stored["weights"].astype(np.float32)
            self._vader: npt.NDArray[np.float32] = stored["vader"]
            self._bias: npt.NDArray[np.float32] = stored["bias"]

    def polarity(self, text: str, vader: float) -> float:
        """Return how much likelier it is that a text is positive than that it is negative."""
        rows = sorted({row for ngram in ngrams_of(text) if (row := self._rows.get(ngram)) is not None})
        evidence = self._weights[np.array(rows, int)].sum(axis=0) + vader * self._vader + self._bias
        chances = np.exp(evidence - evidence.max())
        return float((chances[2] - chances[0]) / chances.sum())


@functools.cache
def _model() -> _Model:
    return _Model()


@functools.cache
def _analyzer() -> "SentimentIntensityAnalyzer":
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
