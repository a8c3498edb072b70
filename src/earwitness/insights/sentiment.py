"""Sentiment of a text by VADER: a lexicon with rules for negation, degree and emphasis.

C. Hutto, E. Gilbert: VADER, A Parsimonious Rule-based Model for Sentiment Analysis of Social Media
Text (ICWSM 2014).
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from earwitness.conversation.message import Message

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

NEUTRAL_BAND = 0.3
"""Polarity from −0.3 to 0.3 is neutral."""

Label = Literal["positive", "neutral", "negative"]


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


def sentiment_of(text: str) -> Sentiment:
    """Return the sentiment of one text, such as a message."""
    return Sentiment(round(_analyzer().polarity_scores(text)["compound"], 3))


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


def sentiment_over(texts: Iterable[str]) -> Sentiment:
    """Return the mean sentiment of several texts; 0 without any."""
    return _mean([sentiment_of(text) for text in texts])


def sentiment_over_messages(messages: Iterable[Message]) -> Sentiment:
    """Return the mean sentiment of several messages, such as those of a topic; 0 without any."""
    return _mean([sentiment_of_message(message) for message in messages])


def _mean(sentiments: Sequence[Sentiment]) -> Sentiment:
    total = sum(one.polarity for one in sentiments)
    return Sentiment(round(total / len(sentiments), 3) if sentiments else 0.0)


@functools.cache
def _analyzer() -> "SentimentIntensityAnalyzer":
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
