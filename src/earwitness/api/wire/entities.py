"""Entities on the wire.

Clients know two shapes, a flat one (`text`, `messageRefs`) and one of matches (`detectedValue`). Each object
has the keys of both, since models of either refuse the other alone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from earwitness.api.wire.times import iso_at
from earwitness.conversation.insight import Entity, EntityMatch
from earwitness.insights.entities.kinds import KINDS


def rest_entity(entity: Entity, zero_at: datetime) -> dict[str, Any]:
    """Return an entity as the Conversation API and the frames of results sockets show it.

    Args:
        entity: with the places to show.
        zero_at: the instant of media time 0.
    """
    is_custom = entity.custom_kind is not None
    kind, subtype = _kind(entity)
    rendered: dict[str, Any] = {
        "id": entity.id,
        "type": kind,
        "subType": subtype,
        "category": "Custom" if is_custom else "Managed",
        "text": entity.text,
        "value": entity.value,
        "messageRefs": [_flat_ref(match) for match in entity.matches],
        "matches": _matches(entity, zero_at),
    }
    if is_custom:
        rendered["customType"] = entity.custom_kind
    return rendered


def _kind(entity: Entity) -> tuple[str, str]:
    """Return type and subtype; what a request calls by one name alone has the type `custom`."""
    if entity.custom_kind is not None:
        if entity.custom_subtype is not None:
            return entity.custom_kind, entity.custom_subtype
        return "custom", entity.custom_kind
    kind = KINDS.get(entity.kind)
    return ("custom", entity.kind.upper()) if kind is None else (kind.shown, kind.tag)


def entities_by_message(entities: Iterable[Entity]) -> dict[str, list[dict[str, Any]]]:
    """Return the personal data in each message, by its id, as messages show them for `identifyContent`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entity in entities:
        kind = KINDS.get(entity.kind)
        if kind is None or kind.group == "general":
            continue
        for match in entity.matches:
            rendered = {"type": kind.tag, "value": entity.value, "text": match.said, "offset": match.offset}
            found.setdefault(match.message_id, []).append(rendered)
    return found


def _flat_ref(match: EntityMatch) -> dict[str, Any]:
    return {"id": match.message_id, "text": match.text, "offset": match.offset}


def _matches(entity: Entity, zero_at: datetime) -> list[dict[str, Any]]:
    """Return the places by the wording that was used there."""
    by_wording: dict[str, list[EntityMatch]] = {}
    for match in entity.matches:
        by_wording.setdefault(match.said or entity.text, []).append(match)
    return [
        {"detectedValue": said, "value": said, "messageRefs": _refs(matches, zero_at)}
        for said, matches in by_wording.items()
    ]


def _refs(matches: Sequence[EntityMatch], zero_at: datetime) -> list[dict[str, Any]]:
    refs = []
    for match in matches:
        ref = _flat_ref(match)
        if match.start_s is not None and match.end_s is not None:
            ref["startTime"] = iso_at(zero_at, match.start_s)
            ref["endTime"] = iso_at(zero_at, match.end_s)
        refs.append(ref)
    return refs
