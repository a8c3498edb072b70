"""The management API: the trackers that an app keeps for all its conversations.

Symbl had several spellings of these paths over the years; all of them are here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field

from earwitness.api.context import App, Context, Ctx
from earwitness.api.errors import ApiError
from earwitness.api.management.managing import MOST_AT_ONCE, Phrases, listed, long_body, refusals_told
from earwitness.api.requests.bodies import as_model, described
from earwitness.api.requests.start_request import Line, Loose
from earwitness.conversation.ids import new_id
from earwitness.conversation.tracker import Tracker

router = APIRouter(prefix="/v1/manage", tags=["Management API"])

_UNKNOWN = "There is no tracker with the id {!r}."
_OBJECT = 'A tracker must be a JSON object, such as {"name": "…", "vocabulary": ["…"]}.'


class TrackerBody(Loose):
    """A tracker to be kept."""

    name: Annotated[Line, Field(min_length=1, max_length=200)]
    vocabulary: Phrases


class TrackerChange(Loose):
    """What of a tracker is to be another; a list of operations as in JSON Patch (RFC 6902) does as well."""

    name: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    vocabulary: Phrases | None = None


@router.post("/tracker", openapi_extra=described(TrackerBody))
async def create_tracker(request: Request, app_id: App, context: Ctx) -> dict[str, Any]:
    """Keep a tracker."""
    return await _create(await long_body(request), app_id, context)


@router.post("/trackers", openapi_extra=described(TrackerBody))
@router.post("/trackers/bulk", openapi_extra=described(TrackerBody))
async def create_trackers(request: Request, app_id: App, context: Ctx) -> dict[str, Any]:
    """Keep several trackers, all or none of them; a single object is taken for one tracker."""
    return await _create(await long_body(request), app_id, context)


@router.get("/tracker")
@router.get("/trackers")
async def list_trackers(
    app_id: App, context: Ctx, name: Annotated[str | None, Query(max_length=1000)] = None
) -> dict[str, Any]:
    """Return the app's trackers, or the one of that name."""
    kept = await context.trackers.listing(app_id, **({"name": name} if name else {}))
    return {"trackers": [_rendered(tracker) for tracker in kept]}


@router.get("/tracker/{trackerId}")
@router.get("/trackers/{trackerId}")
async def get_tracker(trackerId: str, app_id: App, context: Ctx) -> dict[str, Any]:  # noqa: N803
    """Return a tracker."""
    return {"tracker": _rendered(await _kept(trackerId, app_id, context))}


@router.put("/tracker/{trackerId}", openapi_extra=described(TrackerChange))
@router.put("/trackers/{trackerId}", openapi_extra=described(TrackerChange))
@router.patch("/tracker/{trackerId}", openapi_extra=described(TrackerChange))
@router.patch("/trackers/{trackerId}", openapi_extra=described(TrackerChange))
async def change_tracker(
    request: Request,
    trackerId: str,  # noqa: N803
    app_id: App,
    context: Ctx,
) -> dict[str, Any]:
    """Give a tracker another name or vocabulary; what is not said stays as it is."""
    given = await long_body(request)
    tracker = await _kept(trackerId, app_id, context)
    plain = _patched(tracker, given) if isinstance(given, list) else given
    change = as_model(TrackerChange, plain, _OBJECT)
    changed = replace(
        tracker,
        name=change.name or tracker.name,
        vocabulary=tuple(change.vocabulary or tracker.vocabulary),
    )
    with refusals_told():
        known = await context.trackers.change(app_id, changed)
    if not known:
        raise ApiError(404, _UNKNOWN.format(trackerId))
    return {"tracker": _rendered(changed)}


@router.delete("/tracker/{trackerId}")
@router.delete("/trackers/{trackerId}")
async def delete_tracker(trackerId: str, app_id: App, context: Ctx) -> dict[str, Any]:  # noqa: N803
    """Keep a tracker no longer; what it found in conversations stays."""
    if not await context.trackers.remove(app_id, trackerId):
        raise ApiError(404, _UNKNOWN.format(trackerId))
    return {"id": trackerId, "type": "tracker", "deleted": True}


async def _create(given: Any, app_id: str, context: Context) -> dict[str, Any]:
    bodies = [as_model(TrackerBody, one, _OBJECT) for one in listed(given)]
    if not 0 < len(bodies) <= MOST_AT_ONCE:
        raise ApiError(400, f"Send at least one tracker, and at most {MOST_AT_ONCE} at once.")
    fresh = [Tracker(new_id(), body.name, tuple(body.vocabulary)) for body in bodies]
    with refusals_told():
        await context.trackers.add(app_id, fresh)
    rendered = [_rendered(tracker) for tracker in fresh]
    return {"trackers": rendered} if isinstance(given, list) else {"tracker": rendered[0]}


async def _kept(tracker_id: str, app_id: str, context: Context) -> Tracker:
    tracker = await context.trackers.find(app_id, tracker_id)
    if tracker is None:
        raise ApiError(404, _UNKNOWN.format(tracker_id))
    return tracker


def _rendered(tracker: Tracker) -> dict[str, Any]:
    return {"id": tracker.id, "name": tracker.name, "vocabulary": list(tracker.vocabulary)}


def _patched(tracker: Tracker, operations: Sequence[Any]) -> dict[str, Any]:
    """Carry out a JSON Patch (RFC 6902) on a tracker: `add`, `replace`, `remove` and `test`."""
    plain: dict[str, Any] = {"name": tracker.name, "vocabulary": list(tracker.vocabulary)}
    for number, operation in enumerate(operations):
        try:
            _apply(plain, operation)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ApiError(
                400,
                f"Operation {number} cannot be carried out ({error}); the paths are /name, /vocabulary, "
                "/vocabulary/- and /vocabulary/N.",
            ) from None
    return plain


def _apply(plain: dict[str, Any], operation: Mapping[str, Any]) -> None:
    kind, (_, field, *rest) = operation["op"], str(operation["path"]).split("/")
    if field not in plain or kind not in ("add", "replace", "remove", "test") or len(rest) > bool(rest):
        raise ValueError(f"{kind} {operation['path']}")
    if not rest:
        if kind == "test" and plain[field] != operation["value"]:
            raise ValueError(f"{field} has another value")
        if kind in ("add", "replace"):
            if not isinstance(operation["value"], type(plain[field])):
                raise TypeError(f"{field} cannot be {operation['value']!r:.100}")
            plain[field] = operation["value"]
        elif kind == "remove":
            raise ValueError(f"{field} is required")
        return
    phrases = plain[field]
    if not isinstance(phrases, list):
        raise TypeError(f"{field} has no parts")
    place = len(phrases) if rest[0] == "-" else int(rest[0])
    if kind == "add" and 0 <= place <= len(phrases):
        phrases.insert(place, operation["value"])
    elif not 0 <= place < len(phrases):
        raise IndexError(f"there is no phrase {rest[0]}")
    elif kind == "replace":
        phrases[place] = operation["value"]
    elif kind == "remove":
        del phrases[place]
    elif phrases[place] != operation["value"]:
        raise ValueError(f"phrase {place} is another")
