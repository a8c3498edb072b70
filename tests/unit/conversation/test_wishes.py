from typing import Any

import pytest

from earwitness.conversation.custom_entity import CustomEntity
from earwitness.conversation.tracker import Tracker
from earwitness.conversation.wishes import Wishes, tracker_id, wishes_of


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"trackers": None, "insightTypes": None, "config": None},
        {"trackers": [{"name": "x"}, "y", {"vocabulary": ["z"]}], "entities": {"a": 1}},
        {"config": {"trackers": {"interimResults": True}}, "confidenceThreshold": "high"},
    ],
)
def test_whoever_asks_for_nothing_gets_the_defaults(request_: dict[str, Any]) -> None:
    assert wishes_of(request_) == Wishes()


def test_wishes_are_read_wherever_clients_put_them() -> None:
    tracker = {"name": "Price", "vocabulary": ["the  cost", "price", "price", "", "x" * 501]}
    wishes = wishes_of(
        {
            "insightTypes": ["question", "mood"],
            "detectEntities": "True",
            "entities": [{"customType": "Role", "text": "marketing director"}, {"text": "no type"}],
            "trackers": [tracker],
            "redaction": {"identifyContent": True},
            "confidenceThreshold": 0.7,
        }
    )
    assert wishes == Wishes(
        insight_kinds=frozenset({"question"}),
        entities=True,
        custom_entities=(CustomEntity("Role", "marketing director", "marketing director"),),
        trackers=(Tracker(tracker_id("Price"), "Price", ("the cost", "price")),),
        identifies=True,
        confidence_threshold=0.7,
    )
    streamed = wishes_of({"insightTypes": [], "config": {"detectEntities": True, "trackers": [tracker]}})
    assert (streamed.insight_kinds, streamed.entities) == (frozenset(), True)
    assert streamed.trackers == wishes.trackers


def test_the_id_of_a_tracker_fits_into_a_json_number() -> None:
    assert 10**15 <= int(tracker_id("Price")) < 2**53
    assert tracker_id("Price") != tracker_id("Cost")
