"""Which trackers a conversation is followed by: those of its request, and those that its app keeps."""

from collections.abc import Mapping
from typing import Any

from earwitness.api.context import Context
from earwitness.conversation.tracker import Tracker


async def with_kept_trackers(
    request: Mapping[str, Any], app_id: str, context: Context, *, unless_refused: bool = False
) -> dict[str, Any]:
    """Return a request in which all its trackers are spelled out.

    Kept ones are added where `enableAllTrackers` asks for them, and with `unless_refused` also where it does
    not say; one that the request names by its id alone gets its vocabulary. What makes no sense stays, to be
    passed over by whoever reads it.
    """
    given = _given(request)
    wants_all = _wants_all(request, unless_refused)
    by_id = any(isinstance(one, Mapping) and one.get("id") and not one.get("vocabulary") for one in given)
    if not wants_all and not by_id:
        return dict(request)
    kept = await context.trackers.listing(app_id)
    known = {tracker.id: tracker for tracker in kept}
    spelled = [_spelled(one, known) for one in given]
    names = {one.get("name") for one in spelled if isinstance(one, Mapping)}
    if wants_all:
        spelled += [_plain(tracker) for tracker in kept if tracker.name not in names]
    return {**request, "trackers": spelled} if spelled else dict(request)


def _given(request: Mapping[str, Any]) -> list[Any]:
    """Return the trackers of a request: at the top, or in the `config` of a stream."""
    config = request.get("config")
    for place in (request, config if isinstance(config, Mapping) else {}):
        if isinstance(listed := place.get("trackers"), list) and listed:
            return listed
    return []


def _wants_all(request: Mapping[str, Any], unless_refused: bool) -> bool:
    config = request.get("config")
    places = [request]
    if isinstance(config, Mapping):
        places.append(config)
        if isinstance(inner := config.get("trackers"), Mapping):
            places.append(inner)
    said = [place["enableAllTrackers"] for place in places if place.get("enableAllTrackers") is not None]
    return unless_refused if not said else str(said[0]).strip().casefold() == "true"


def _spelled(given: Any, known: Mapping[str, Tracker]) -> Any:
    if isinstance(given, Mapping) and not given.get("vocabulary"):
        tracker = known.get(str(given.get("id")))
        return _plain(tracker) if tracker else given
    return given


def _plain(tracker: Tracker) -> dict[str, Any]:
    return {"id": tracker.id, "name": tracker.name, "vocabulary": list(tracker.vocabulary)}
