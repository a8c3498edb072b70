import pytest

from earwitness.conversation.message import Message
from earwitness.insights.sentiment import Sentiment, sentiment_of, sentiment_over_messages


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("I love this, it is great!", "positive"),
        ("This is a terrible, awful mistake.", "negative"),
        ("The meeting is at noon.", "neutral"),
        ("Honestly, I'm getting pretty fed up with this.", "negative"),
        ("It was pretty good.", "positive"),
        ("", "neutral"),
    ],
)
def test_suggested_label(text: str, suggested: str) -> None:
    assert sentiment_of(text).suggested == suggested


@pytest.mark.parametrize(
    ("polarity", "suggested"),
    [(0.3, "neutral"), (-0.3, "neutral"), (0.301, "positive"), (-0.301, "negative")],
)
def test_bands(polarity: float, suggested: str) -> None:
    assert Sentiment(polarity).suggested == suggested


@pytest.mark.parametrize(
    "text", ["I don't like it at all.", "We lost the customer.", "That was a waste of time."]
)
def test_what_the_lexicon_misses_is_learned(text: str) -> None:
    assert sentiment_of(text).polarity < -0.1


def test_polarity_stays_in_its_bounds() -> None:
    for text in ("love " * 200, "hate " * 200, "a" * 5000, "…"):
        assert -1 <= sentiment_of(text).polarity <= 1


def test_a_topic_takes_the_mean_of_its_messages() -> None:
    assert sentiment_over_messages([]).polarity == 0
    said = ["I love it.", "The meeting is at noon."]
    mean = sum(sentiment_of(text).polarity for text in said) / 2
    messages = [Message(text, text, 0.0, 1.0) for text in said]
    assert sentiment_over_messages(messages).polarity == pytest.approx(mean, abs=0.001)
