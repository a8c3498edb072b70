"""Taking up a conversation that is stored already, to add to it."""

from collections.abc import Mapping
from typing import Any

from earwitness.conversation.events import Opened
from earwitness.store.seams import Content

_THRESHOLD = 0.5


def opened_again(content: Content, options: Mapping[str, Any]) -> Opened:
    """Return the beginning of a stored conversation, with what a later request asks for added to it."""
    record = content.record
    request = with_options(record.request, options)
    return Opened(
        app_id=record.app_id,
        name=record.name,
        started_at=record.started_at,
        connection_id=record.connection_id,
        timezone=record.timezone,
        language=record.language,
        members=content.members,
        actions=record.actions,
        confidence_threshold=_threshold(request.get("confidenceThreshold")),
        request=request,
    )


def with_options(request: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Add options to those of an earlier request: lists grow, of anything else the later value counts."""
    both = dict(request)
    for name, value in options.items():
        before = both.get(name)
        if isinstance(before, list) and isinstance(value, list):
            both[name] = before + [one for one in value if one not in before]
        else:
            both[name] = value
    return both


def _threshold(given: object) -> float:
    return float(given) if isinstance(given, int | float) and 0 <= given <= 1 else _THRESHOLD
