"""What a client of a results socket knows when it follows the frames by their ids."""

from collections.abc import Iterable
from typing import Any

Frame = dict[str, Any]


class Standing:
    """Insights, topics, entities and tracked phrases as the frames so far leave them."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        self.insights: dict[str, Frame] = {}
        self.topics: dict[str, Frame] = {}
        self.entities: dict[str, set[tuple[str, int]]] = {}
        """By id: the messages and the offsets of their places."""
        self.trackers: dict[tuple[str, str], set[tuple[str, int]]] = {}
        """By id and phrase."""
        for frame in frames:
            self.take(frame)

    def take(self, frame: Frame) -> None:
        """Follow one frame."""
        match frame:
            case {"type": "insight_response", "insights": insights}:
                for insight in insights:
                    if insight["dismissed"]:
                        del self.insights[insight["id"]]
                    else:
                        self.insights[insight["id"]] = insight
            case {"type": "topic_response", "topics": topics}:
                self.topics |= {topic["id"]: topic for topic in topics}
            case {"type": "entity_response", "entities": entities}:
                for entity in entities:
                    self.entities.setdefault(entity["id"], set()).update(_places(entity["matches"]))
            case {"type": "tracker_response", "trackers": trackers}:
                for key, places in _tracked(trackers):
                    self.trackers.setdefault(key, set()).update(places)
            case {"type": "message", "message": {"type": kind, "data": data}}:
                self._withdraw(kind, data)

    def _withdraw(self, kind: str, data: Any) -> None:
        match kind:
            case "topics_withdrawn":
                for topic in data["topics"]:
                    del self.topics[topic["id"]]
            case "entities_withdrawn":
                for entity in data["entities"]:
                    self.entities[entity["id"]] -= _places(entity["matches"])
                self.entities = {key: places for key, places in self.entities.items() if places}
            case "trackers_withdrawn":
                for key, places in _tracked(data["trackers"]):
                    self.trackers[key] -= places
                self.trackers = {key: places for key, places in self.trackers.items() if places}


def stored(entities: Iterable[Frame], trackers: Iterable[Frame]) -> "Standing":
    """Return entities and tracked phrases as the Conversation API gives them, in the same form."""
    standing = Standing(())
    standing.take({"type": "entity_response", "entities": entities})
    standing.take({"type": "tracker_response", "trackers": trackers})
    return standing


def _tracked(trackers: Iterable[Frame]) -> Iterable[tuple[tuple[str, str], set[tuple[str, int]]]]:
    for tracker in trackers:
        for match in tracker["matches"]:
            yield (tracker["id"], match["value"]), _places([match])


def _places(matches: Iterable[Frame]) -> set[tuple[str, int]]:
    return {(ref["id"], ref["offset"]) for match in matches for ref in match["messageRefs"]}
