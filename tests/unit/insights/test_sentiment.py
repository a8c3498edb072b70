import pytest

from earwitness.insights.sentiment import Sentiment, sentiment_of, sentiment_over


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("I love this, it is great!", "positive"),
        ("This is a terrible, awful mistake.", "negative"),
        ("The meeting is at noon.", "neutral"),
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


def test_a_topic_takes_the_mean_of_its_messages() -> None:
    assert sentiment_over([]).polarity == 0
    assert sentiment_over(["I love it.", "The meeting is at noon."]).polarity == pytest.approx(
        sentiment_of("I love it.").polarity / 2, abs=0.001
    )
