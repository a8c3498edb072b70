"""`GET /v1/conversations`: which conversations there are."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import AfterValidator

from earwitness.api.context import App, Ctx
from earwitness.api.conversations import rsql
from earwitness.api.conversations.filtering import FIELDS, passes
from earwitness.api.conversations.narrowing import narrowed
from earwitness.api.conversations.rsql import Comparison
from earwitness.api.errors import ApiError
from earwitness.api.replies.common import told
from earwitness.api.replies.conversations import ConversationsReply
from earwitness.api.wire.heads import rest_head
from earwitness.api.wire.times import as_utc
from earwitness.store.seams import Head, SortField

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])

Moment = Annotated[datetime, AfterValidator(as_utc)]

_DEFAULT_SPAN = timedelta(days=7)
_MOST_PROPERTIES = 2
"""That one filter may ask for; as Symbl has it."""


@router.get("", responses=told(ConversationsReply))
async def list_conversations(
    app_id: App,
    context: Ctx,
    limit: Annotated[int, Query(ge=0, le=65_536)] = 20,
    offset: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    order: Literal["asc", "desc"] = "asc",
    sort: Annotated[
        str, Query(max_length=200, description="Fields, separated by commas, such as conversation.name.")
    ] = "conversation.startTime",
    startTime: Annotated[  # noqa: N803
        Moment | None, Query(description="The earliest start; 7 days before endTime by default.")
    ] = None,
    endTime: Annotated[Moment | None, Query(description="The latest start; now by default.")] = None,  # noqa: N803
    filter: Annotated[  # noqa: A002
        str | None,
        Query(
            max_length=rsql.LONGEST,
            description="RSQL without OR over at most two properties, such as metadata.agentId==johndoe. "
            "With a filter, startTime and endTime have no defaults.",
        ),
    ] = None,
) -> JSONResponse:
    """Return the app's conversations, by default those that began in the last 7 days, oldest first."""
    comparisons = _comparisons(filter)
    if not comparisons:
        endTime = endTime or datetime.now(UTC)  # noqa: N806
        startTime = startTime or _before(endTime)  # noqa: N806
    heads = await context.conversations.listing(
        app_id,
        limit=limit,
        offset=offset,
        descending=order == "desc",
        since=startTime,
        until=endTime,
        sort=_sort(sort),
        where=(lambda record: passes(record, comparisons)) if comparisons else None,
        narrowed=narrowed(comparisons),
    )
    return await asyncio.to_thread(_listed, heads)


def _listed(heads: Sequence[Head]) -> JSONResponse:
    return JSONResponse({"conversations": [rest_head(head.record, head.members) for head in heads]})


def _before(moment: datetime) -> datetime:
    try:
        return moment - _DEFAULT_SPAN
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _sort(given: str) -> tuple[SortField, ...]:
    fields = []
    for name in given.split(","):
        field = FIELDS.get(name.strip().removeprefix("conversation."))
        if field is None:
            known = ", ".join(f"conversation.{one}" for one in FIELDS if not one.endswith("Date"))
            raise ApiError(400, f"sort: there is no field {name.strip()!r}; there is {known}.")
        fields.append(field)
    return tuple(fields)


def _comparisons(text: str | None) -> tuple[Comparison, ...]:
    if text is None or not text.strip():
        return ()
    try:
        comparisons = rsql.parse(text)
    except ValueError as error:
        raise ApiError(400, f"filter: {error}.") from None
    if len(rsql.named(comparisons)) > _MOST_PROPERTIES:
        raise ApiError(400, f"filter: it asks for more than {_MOST_PROPERTIES} properties; leave some out.")
    return comparisons
