"""What the page of all conversations fetches, with the token of its list in `X-Page-Token`."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, Response

from earwitness.api.context import Ctx
from earwitness.api.errors import unauthorized
from earwitness.api.tokens import PageList, TokenError, Tokens
from earwitness.api.wire.heads import rest_head
from earwitness.api.wire.times import iso
from earwitness.store.seams import Head
from earwitness.web.headers import DATA_HEADERS

_MOST = 500
"""Conversations on the page: the latest."""


async def opened_list(context: Ctx, token: Annotated[str, Header(alias="X-Page-Token")] = "") -> PageList:
    """Return what the token of a list opens.

    Raises:
        ApiError: 401 where the token is none of ours, has expired, or its app was removed.
    """
    try:
        opened = context.tokens.list_of(token)
    except TokenError as error:
        raise unauthorized(
            f"The link to this page is not valid: {error}. Check that it is complete."
        ) from None
    if not await context.apps.has(opened.app_id):
        raise unauthorized("The link to this page is not valid: its app was removed.")
    return opened


Opened = Annotated[PageList, Depends(opened_list)]


def list_router() -> APIRouter:
    """Return the route of the list."""
    router = APIRouter(prefix="/meeting/list", include_in_schema=False)

    @router.get("/data")
    async def get_list(opened: Opened, context: Ctx) -> Response:
        heads = await context.conversations.listing(opened.app_id, limit=_MOST, descending=True)
        body = await asyncio.to_thread(_body, heads, opened, context.tokens)
        return Response(body, headers=DATA_HEADERS, media_type="application/json")

    return router


def _body(heads: Sequence[Head], opened: PageList, tokens: Tokens) -> bytes:
    """Return the list as JSON, each conversation with a link of its own, which has to be signed."""
    shown = []
    for head in heads:
        token = tokens.issue_page(opened.app_id, head.record.id, call_score=opened.call_score)
        shown.append({**_shown(head), "page": f"/meeting/#/{token}"})
    return msgspec.json.encode({"conversations": shown, "most": _MOST})


def _shown(head: Head) -> dict[str, Any]:
    record = head.record
    return {
        **rest_head(record, head.members),
        "title": record.title,
        "mediaStartTime": iso(record.media_started_at) if record.media_started_at else None,
        "timeZone": record.timezone,
        "endpoint": record.endpoint,
    }
