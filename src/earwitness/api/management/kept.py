"""What an app keeps, spelled out in the requests that begin a conversation or add to it."""

from collections.abc import Mapping
from typing import Any

from earwitness.api.context import Context
from earwitness.api.management.kept_entities import with_kept_entities
from earwitness.api.management.kept_trackers import with_kept_trackers


async def with_kept(
    request: Mapping[str, Any], app_id: str, context: Context, *, unless_refused: bool = False
) -> dict[str, Any]:
    """Return a request with the trackers and custom entities that its app keeps.

    Kept trackers are followed where `enableAllTrackers` says so, with `unless_refused` also where it is not
    said; kept entities are looked for where entities are.
    """
    tracked = await with_kept_trackers(request, app_id, context, unless_refused=unless_refused)
    return await with_kept_entities(tracked, app_id, context)
