from earwitness.insights.summary.opening import opening
from earwitness.insights.topics.ranking import Ranked


def topic(text: str, mention: int, *, has_article: bool = True) -> Ranked:
    return Ranked(text, 0.5, (mention,), (), has_article=has_article)


def test_nouns_that_tell_nothing_alone_are_passed_over() -> None:
    told = opening(
        ["Anna"], [topic("birth", 0), topic("dates", 1), topic("router", 2), topic("delivery date", 3)]
    )
    assert told == ("Anna talked about the router and the delivery date.", (2, 3))
    assert opening(["Anna"], [topic("weekend", 0)]) is None


def test_names_have_no_article() -> None:
    topics = [topic("Safari", 0), topic("EU", 1), topic("Brightside website", 2)]
    told = opening([], topics)
    assert told == ("The conversation was about Safari, the EU and the Brightside website.", (0, 1, 2))
