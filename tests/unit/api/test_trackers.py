"""Which messages and insights the phrases of trackers are shown with."""

from earwitness.api.wire.trackers import rest_trackers
from earwitness.conversation.insight import EntityMatch, Insight, TrackerMatch

SAID = {"1": "What does it cost?", "2": "The costs are high, so cost counts.", "3": "It is quite pricey."}


def match(phrase: str, *places: tuple[str, int], tracker: str = "t") -> TrackerMatch:
    return TrackerMatch(
        tracker, "Price", phrase, tuple(EntityMatch(key, SAID[key], at) for key, at in places)
    )


def insight(key: str, *message_ids: str, text: str | None = None) -> Insight:
    return Insight(key, "question", SAID[message_ids[0]] if text is None else text, 0.8, message_ids)


def references(found: TrackerMatch, *insights: Insight) -> list[tuple[str, int]]:
    (tracker,) = rest_trackers([match("high", ("2", 14)), found], insights)
    return [(one["id"], one["offset"]) for one in tracker["matches"][1]["insightRefs"]]


def test_an_insight_is_shown_with_the_first_place_of_the_phrase_in_its_own_text() -> None:
    found = match("cost", ("1", 13), ("2", 4))
    shortened = insight("c", "1", "2", text="Costs are high.")
    assert references(found, insight("a", "1"), insight("b", "2"), shortened) == [
        ("a", 13),
        ("b", 4),
        ("c", 0),
    ]


def test_insights_of_other_messages_or_in_other_words_are_left_out() -> None:
    found = match("cost", ("1", 13))
    assert references(found, insight("a", "2"), insight("b", "1", text="What is it?")) == []


def test_an_insight_of_a_message_of_similar_wording_has_no_place() -> None:
    assert references(match("expensive", ("3", -1)), insight("a", "3", "1")) == [("a", -1)]


def test_matches_of_one_tracker_are_together_in_the_order_of_the_insights() -> None:
    found = [
        match("cost", ("2", 4), ("1", 13)),
        match("high", ("2", 14)),
        match("cost", ("1", 13), tracker="u"),
    ]
    first, second = rest_trackers(found, [insight("a", "2"), insight("b", "1")])
    assert [one["value"] for one in first["matches"]] == ["cost", "high"]
    assert [one["id"] for one in first["matches"][0]["insightRefs"]] == ["a", "b"]
    assert [one["id"] for one in second["matches"][0]["insightRefs"]] == ["b"]
    assert [one["matches"][0]["insightRefs"] for one in rest_trackers(found)] == [[], []]
