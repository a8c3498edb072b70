"""Tracked phrases on the wire, joined to the trackers that they belong to."""

from collections.abc import Iterable, Sequence
from typing import Any

from earwitness.conversation.insight import Insight, TrackerMatch
from earwitness.insights.english.vocabulary import Vocabulary


def rest_trackers(found: Iterable[TrackerMatch], insights: Sequence[Insight] = ()) -> list[dict[str, Any]]:
    """Return what trackers matched, each once, with the messages and the insights that it is in.

    An offset counts characters; −1 stands for similar wording.
    """
    matches = list(found)
    cited = _Cited([match.phrase for match in matches], insights)
    trackers: dict[str, dict[str, Any]] = {}
    for match in matches:
        tracker = trackers.setdefault(match.id, {"id": match.id, "name": match.name, "matches": []})
        tracker["matches"].append(
            {
                "type": "vocabulary",
                "value": match.phrase,
                "messageRefs": [
                    {"id": place.message_id, "text": place.text, "offset": place.offset}
                    for place in match.matches
                ],
                "insightRefs": cited.references(match),
            }
        )
    return list(trackers.values())


class _Cited:
    """Insights by the messages that they rest on, each searched once for all phrases together."""

    def __init__(self, phrases: Sequence[str], insights: Sequence[Insight]) -> None:
        self._insights = insights
        self._by_message: dict[str, list[int]] = {}
        for number, insight in enumerate(insights):
            for key in insight.message_ids:
                self._by_message.setdefault(key, []).append(number)
        self._phrases = list(dict.fromkeys(phrases)) if insights else []
        self._vocabulary = Vocabulary(self._phrases)
        self._offsets: dict[int, dict[str, int]] = {}

    def references(self, match: TrackerMatch) -> list[dict[str, Any]]:
        """Return the insights that rest on messages of a match and have its phrase or are as similar."""
        places = {place.message_id: place.offset for place in match.matches}
        numbers = sorted({number for key in places for number in self._by_message.get(key, ())})
        references = []
        for number in numbers:
            insight = self._insights[number]
            at = self._offsets_in(number).get(match.phrase, -1)
            if at >= 0 or min(places[key] for key in insight.message_ids if key in places) < 0:
                references.append(
                    {"id": insight.id, "type": insight.kind, "text": insight.text, "offset": at}
                )
        return references

    def _offsets_in(self, number: int) -> dict[str, int]:
        """Return where each phrase is found first in the text of an insight."""
        if number not in self._offsets:
            first: dict[str, int] = {}
            for place in self._vocabulary.find(self._insights[number].text):
                first.setdefault(self._phrases[place.phrase], place.start)
            self._offsets[number] = first
        return self._offsets[number]
