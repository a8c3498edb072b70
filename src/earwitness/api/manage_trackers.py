"""The management API: the trackers that an app keeps for all its conversations.

Symbl had several spellings of these paths over the years; all of them are here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, Field, ValidationError

from earwitness.api.bodies import described, read_json
from earwitness.api.context import App, Context, Ctx
from earwitness.api.errors import ApiError, bad_fields
from earwitness.api.start_request import Line, Loose
from earwitness.conversation.ids import new_id
from earwitness.conversation.tracker import Tracker
from earwitness.store.seams import TrackerRefusedError

router = APIRouter(prefix="/v1/manage", tags=["Management API"])

Model = TypeVar("Model", bound=Loose)

MOST_PHRASES = 500
"""Of one tracker."""
_MOST_AT_ONCE = 500
_LARGEST_OCTETS = 1_000_000
_UNKNOWN = "There is no tracker with the id {!r}."


def _different(phrases: list[str]) -> list[str]:
    """Leave out what is there twice."""
    return list(dict.fromkeys(phrases))


Phrases = Annotated[
    list[Annotated[Line, Field(min_length=1, max_length=500)]],
    Field(min_length=1, max_length=MOST_PHRASES),
    AfterValidator(_different),
]


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
    return await _create(await _body(request), app_id, context)


@router.post("/trackers", openapi_extra=described(TrackerBody))
@router.post("/trackers/bulk", openapi_extra=described(TrackerBody))
async def create_trackers(request: Request, app_id: App, context: Ctx) -> dict[str, Any]:
    """Keep several trackers, all or none of them; a single object is taken for one tracker."""
    return await _create(await _body(request), app_id, context)


@router.get("/tracker")
@router.get("/trackers")
async def list_trackers(
    app_id: App, context: Ctx, name: Annotated[str | None, Query(max_length=1000)] = None
) -> dict[str, Any]:
    """Return the app's trackers, or the one of that name."""
    kept = await context.trackers.listing(app_id, name or None)
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
    given = await _body(request)
    tracker = await _kept(trackerId, app_id, context)
    plain = _patched(tracker, given) if isinstance(given, list) else given
    change = _read(TrackerChange, plain)
    changed = replace(
        tracker,
        name=change.name or tracker.name,
        vocabulary=tuple(change.vocabulary or tracker.vocabulary),
    )
    try:
        known = await context.trackers.change(app_id, changed)
    except TrackerRefusedError as error:
        raise ApiError(409, str(error)) from None
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
    several = isinstance(given, list)
    bodies = [_read(TrackerBody, one) for one in (given if several else [given])]
    if not 0 < len(bodies) <= _MOST_AT_ONCE:
        raise ApiError(400, f"Send at least one tracker, and at most {_MOST_AT_ONCE} at once.")
    fresh = [Tracker(new_id(), body.name, tuple(body.vocabulary)) for body in bodies]
    try:
        await context.trackers.add(app_id, fresh)
    except TrackerRefusedError as error:
        raise ApiError(409, str(error)) from None
    rendered = [_rendered(tracker) for tracker in fresh]
    return {"trackers": rendered} if several else {"tracker": rendered[0]}


async def _body(request: Request) -> Any:
    return await read_json(request, _LARGEST_OCTETS)


def _read(model: type[Model], given: Any) -> Model:
    if not isinstance(given, dict):
        raise ApiError(400, 'A tracker must be a JSON object, such as {"name": "…", "vocabulary": ["…"]}.')
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise bad_fields(error) from None


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
            plain[field] = operation["value"]
        elif kind == "remove":
            raise ValueError(f"{field} is required")
        return
    phrases: list[Any] = plain[field]
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
