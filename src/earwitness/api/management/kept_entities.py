"""Which custom entities are looked for: those of the request, and those that the app keeps."""

from collections.abc import Mapping
from typing import Any

from earwitness.api.context import Context
from earwitness.conversation.wishes import wishes_of


async def with_kept_entities(request: Mapping[str, Any], app_id: str, context: Context) -> dict[str, Any]:
    """Return a request with all its custom entities spelled out; kept ones too, if it asks for entities."""
    if not wishes_of(request).entities:
        return dict(request)
    kept = await context.entities.listing(app_id)
    if not kept:
        return dict(request)
    spelled = [
        {"id": one.id, "type": one.kind, "subType": one.subtype, "values": list(one.values)} for one in kept
    ]
    return {**request, "entities": [*_given(request), *spelled]}


def _given(request: Mapping[str, Any]) -> list[Any]:
    """Return the custom entities of a request: at the top, or in the `config` of a stream."""
    config = request.get("config")
    for place in (request, config if isinstance(config, Mapping) else {}):
        for name in ("entities", "customEntities"):
            if isinstance(given := place.get(name), list) and given:
                return given
    return []
