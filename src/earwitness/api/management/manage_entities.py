"""The management API: the custom entities that an app keeps for all its conversations.

As with trackers, Symbl had several spellings of these paths over the years; all of them are here. A reply
about one entity has its fields at the top, as documented, and under `entity` too, as those of trackers have.
"""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from earwitness.api.context import App, Context, Ctx
from earwitness.api.errors import ApiError
from earwitness.api.management.managing import MOST_AT_ONCE, Phrases, listed, long_body, refusals_told
from earwitness.api.requests.bodies import as_model, described
from earwitness.api.requests.start_request import Line, Loose
from earwitness.conversation.custom_entity import KeptEntity
from earwitness.conversation.ids import new_id

router = APIRouter(prefix="/v1/manage", tags=["Management API"])

_UNKNOWN = "There is no entity with the id {!r}."
_OBJECT = 'An entity must be a JSON object, such as {"type": "…", "subType": "…", "values": ["…"]}.'

Word = Annotated[Line, Field(min_length=1, max_length=200)]
WantedType = Annotated[str | None, Query(alias="type", max_length=1000)]
WantedSubtype = Annotated[str | None, Query(alias="subType", max_length=1000)]


class EntityBody(Loose):
    """A custom entity to be kept; its `category` is always `Custom`."""

    kind: Word = Field(alias="type")
    subtype: Word = Field(alias="subType")
    values: Phrases
    category: Literal["Custom"] = "Custom"


class EntityChange(Loose):
    """What of a custom entity is to be another."""

    kind: Word | None = Field(None, alias="type")
    subtype: Word | None = Field(None, alias="subType")
    values: Phrases | None = None
    category: Literal["Custom"] = "Custom"


@router.post("/entity", openapi_extra=described(EntityBody))
@router.post("/entities", openapi_extra=described(EntityBody))
@router.post("/entities/bulk", openapi_extra=described(EntityBody))
async def create_entities(request: Request, app_id: App, context: Ctx) -> dict[str, Any]:
    """Keep an entity, or of a list several: all or none of them."""
    given = await long_body(request)
    bodies = [as_model(EntityBody, one, _OBJECT) for one in listed(given)]
    if not 0 < len(bodies) <= MOST_AT_ONCE:
        raise ApiError(400, f"Send at least one entity, and at most {MOST_AT_ONCE} at once.")
    fresh = [KeptEntity(new_id(), body.kind, body.subtype, tuple(body.values)) for body in bodies]
    with refusals_told():
        await context.entities.add(app_id, fresh)
    return {"entities": list(map(_rendered, fresh))} if isinstance(given, list) else _alone(fresh[0])


@router.get("/entity")
@router.get("/entities")
async def list_entities(
    app_id: App,
    context: Ctx,
    kind: WantedType = None,
    subtype: WantedSubtype = None,
) -> dict[str, Any]:
    """Return the app's entities, or those of a type and subtype."""
    return {"entities": list(map(_rendered, await _matching(app_id, context, kind, subtype)))}


@router.delete("/entity")
@router.delete("/entities")
async def delete_entities(
    app_id: App,
    context: Ctx,
    kind: WantedType = None,
    subtype: WantedSubtype = None,
) -> dict[str, Any]:
    """Keep the entities of a subtype, a type or both no longer."""
    if not kind and not subtype:
        raise ApiError(400, "subType: required; it says which entities are to be deleted.")
    gone = await _matching(app_id, context, kind, subtype)
    return {
        "entities": [
            _deleted(entity.id) for entity in gone if await context.entities.remove(app_id, entity.id)
        ]
    }


@router.get("/entity/{entityId}")
@router.get("/entities/{entityId}")
async def get_entity(entityId: str, app_id: App, context: Ctx) -> dict[str, Any]:  # noqa: N803
    """Return an entity."""
    return _alone(await _kept(entityId, app_id, context))


@router.put("/entity/{entityId}", openapi_extra=described(EntityChange))
@router.put("/entities/{entityId}", openapi_extra=described(EntityChange))
@router.patch("/entity/{entityId}", openapi_extra=described(EntityChange))
@router.patch("/entities/{entityId}", openapi_extra=described(EntityChange))
async def change_entity(
    request: Request,
    entityId: str,  # noqa: N803
    app_id: App,
    context: Ctx,
) -> dict[str, Any]:
    """Give an entity another type, subtype or values; what is not said stays as it is."""
    change = as_model(EntityChange, await long_body(request), _OBJECT)
    entity = await _kept(entityId, app_id, context)
    changed = replace(
        entity,
        kind=change.kind or entity.kind,
        subtype=change.subtype or entity.subtype,
        values=tuple(change.values or entity.values),
    )
    with refusals_told():
        known = await context.entities.change(app_id, changed)
    if not known:
        raise ApiError(404, _UNKNOWN.format(entityId))
    return _alone(changed)


@router.delete("/entity/{entityId}")
@router.delete("/entities/{entityId}")
async def delete_entity(entityId: str, app_id: App, context: Ctx) -> dict[str, Any]:  # noqa: N803
    """Keep an entity no longer; where it was found in conversations it stays."""
    if not await context.entities.remove(app_id, entityId):
        raise ApiError(404, _UNKNOWN.format(entityId))
    return _deleted(entityId)


async def _matching(app_id: str, context: Context, kind: str | None, subtype: str | None) -> list[KeptEntity]:
    fields = {"type": kind, "subtype": subtype}
    return await context.entities.listing(app_id, **{name: one for name, one in fields.items() if one})


async def _kept(entity_id: str, app_id: str, context: Context) -> KeptEntity:
    entity = await context.entities.find(app_id, entity_id)
    if entity is None:
        raise ApiError(404, _UNKNOWN.format(entity_id))
    return entity


def _rendered(entity: KeptEntity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "type": entity.kind,
        "subType": entity.subtype,
        "category": "Custom",
        "values": list(entity.values),
    }


def _alone(entity: KeptEntity) -> dict[str, Any]:
    rendered = _rendered(entity)
    return {**rendered, "entity": rendered}


def _deleted(entity_id: str) -> dict[str, Any]:
    return {"id": entity_id, "type": "entity", "deleted": True}
