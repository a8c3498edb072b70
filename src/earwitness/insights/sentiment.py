"""Sentiment of a text by VADER: a lexicon with rules for negation, degree and emphasis.

C. Hutto, E. Gilbert: VADER, A Parsimonious Rule-based Model for Sentiment Analysis of Social Media
Text (ICWSM 2014).
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

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


def sentiment_over(texts: Iterable[str]) -> Sentiment:
    """Return the mean sentiment of several texts, such as the messages of a topic; 0 without any."""
    polarities = [sentiment_of(text).polarity for text in texts]
    return Sentiment(round(sum(polarities) / len(polarities), 3) if polarities else 0.0)


@functools.cache
def _analyzer() -> "SentimentIntensityAnalyzer":
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
