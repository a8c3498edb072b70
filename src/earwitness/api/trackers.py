"""Tracked phrases on the wire, joined to the trackers that they belong to."""

from collections.abc import Iterable, Sequence
from typing import Any

from earwitness.conversation.insight import Insight, TrackerMatch
from earwitness.insights.vocabulary import Vocabulary


def rest_trackers(found: Iterable[TrackerMatch], insights: Sequence[Insight] = ()) -> list[dict[str, Any]]:
    """Return what trackers matched, each once, with the messages and the insights that it is in.

    An offset counts characters; −1 stands for similar wording.
    """
    trackers: dict[str, dict[str, Any]] = {}
    for match in found:
        tracker = trackers.setdefault(match.id, {"id": match.id, "name": match.name, "matches": []})
        tracker["matches"].append(
            {
                "type": "vocabulary",
                "value": match.phrase,
                "messageRefs": [
                    {"id": place.message_id, "text": place.text, "offset": place.offset}
                    for place in match.matches
                ],
                "insightRefs": _insights_of(match, insights),
            }
        )
    return list(trackers.values())


def _insights_of(match: TrackerMatch, insights: Sequence[Insight]) -> list[dict[str, Any]]:
    offsets = {place.message_id: place.offset for place in match.matches}
    vocabulary = Vocabulary([match.phrase])
    references = []
    for insight in insights:
        cited = [offsets[key] for key in insight.message_ids if key in offsets]
        places = vocabulary.find(insight.text) if cited else []
        at = places[0].start if places else -1
        if cited and (at >= 0 or min(cited) < 0):
            references.append({"id": insight.id, "type": insight.kind, "text": insight.text, "offset": at})
    return references
