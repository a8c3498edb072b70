"""What the page of all conversations fetches, with the token of its list in `X-Page-Token`."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, Response

from earwitness.api.context import Ctx
from earwitness.api.errors import unauthorized
from earwitness.api.heads import rest_head
from earwitness.api.times import iso
from earwitness.api.tokens import TokenError
from earwitness.store.seams import Head
from earwitness.web.headers import DATA_HEADERS

_MOST = 500
"""Conversations on the page: the latest."""


async def listed_app(context: Ctx, token: Annotated[str, Header(alias="X-Page-Token")] = "") -> str:
    """Return the app whose conversations a token lists.

    Raises:
        ApiError: 401 where the token is none of ours, has expired, or its app was removed.
    """
    try:
        app_id = context.tokens.list_of(token)
    except TokenError as error:
        raise unauthorized(
            f"The link to this page is not valid: {error}. Check that it is complete."
        ) from None
    if not await context.apps.has(app_id):
        raise unauthorized("The link to this page is not valid: its app was removed.")
    return app_id


ListedApp = Annotated[str, Depends(listed_app)]


def list_router() -> APIRouter:
    """Return the route of the list."""
    router = APIRouter(prefix="/meeting/list", include_in_schema=False)

    @router.get("/data")
    async def get_list(app_id: ListedApp, context: Ctx) -> Response:
        heads = await context.conversations.listing(app_id, limit=_MOST, descending=True)
        shown = [
            {**_shown(head), "page": f"/meeting/#/{context.tokens.issue_page(app_id, head.record.id)}"}
            for head in heads
        ]
        body = msgspec.json.encode({"conversations": shown, "most": _MOST})
        return Response(body, headers=DATA_HEADERS, media_type="application/json")

    return router


def _shown(head: Head) -> dict[str, Any]:
    record = head.record
    return {
        **rest_head(record, head.members),
        "title": record.title,
        "mediaStartTime": iso(record.media_started_at) if record.media_started_at else None,
        "timeZone": record.timezone,
        "endpoint": record.endpoint,
    }
