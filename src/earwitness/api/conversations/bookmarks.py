"""Bookmarks of a conversation, and summaries of what they mark."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field, ValidationError, model_validator

from earwitness.api.context import Context, Ctx, OwnHead, own_content
from earwitness.api.errors import ApiError, bad_fields
from earwitness.api.replies.common import Told, told
from earwitness.api.replies.marks import (
    BookmarkReply,
    BookmarksReply,
    BookmarksSummaryReply,
    BookmarkSummaryReply,
)
from earwitness.api.requests.bodies import body_of, described, read_json
from earwitness.api.requests.start_request import Loose
from earwitness.api.wire.marks import BookmarkBody, rest_bookmark, rest_bookmarks
from earwitness.api.wire.times import iso_at
from earwitness.calls.edits import Decision
from earwitness.conversation.bookmark import Bookmark, Markable
from earwitness.conversation.events import BookmarkKept, BookmarkRemoved
from earwitness.conversation.ids import new_id
from earwitness.conversation.insight import SummaryItem
from earwitness.conversation.message import Message
from earwitness.store.seams import Content, ConversationRecord, Part

router = APIRouter(prefix="/v1/conversations/{conversationId}", tags=["Bookmarks"])

MARKED: tuple[Part, ...] = ("messages", "bookmarks")
"""What is needed to tell what bookmarks mark."""
Marked = Annotated[Content, Depends(own_content(*MARKED))]

_MOST = 1000
"""Bookmarks of a conversation."""
_MOST_AT_ONCE = 100
_MOST_SUMMARIES = 20
"""In one reply: that of ten minutes of talk takes seconds to write."""
_EXAMPLE = {
    "label": "Report",
    "description": "Who sends it",
    "user": {"name": "Eve", "userId": "eve@example.com", "email": "eve@example.com"},
    "beginTimeOffset": 4,
    "duration": 6,
}


class BookmarksBody(Loose):
    """Several bookmarks; a list of them alone will do too."""

    bookmarks: list[BookmarkBody] = Field(min_length=1, max_length=_MOST_AT_ONCE)

    @model_validator(mode="before")
    @classmethod
    def _list_alone(cls, given: Any) -> Any:
        return {"bookmarks": given} if isinstance(given, list) else given


async def read_bookmarks(request: Request) -> BookmarksBody:
    """Read the body of a request for several bookmarks."""
    try:
        return BookmarksBody.model_validate(await read_json(request))
    except ValidationError as error:
        raise bad_fields(error) from None


Given = Annotated[BookmarkBody, Depends(body_of(BookmarkBody))]


@router.post("/bookmarks", openapi_extra=described(BookmarkBody, _EXAMPLE), responses=told(BookmarkReply))
async def create_bookmark(own: OwnHead, given: Given, context: Ctx) -> dict[str, Any]:
    """Mark some seconds of the conversation, or messages that follow one another."""
    kept = await keep(context, own.record, [(new_id(), given)])
    return rest_bookmarks(kept.bookmarks, kept.messages)[0]


@router.post(
    "/bookmarks/bulk",
    openapi_extra=described(BookmarksBody, {"bookmarks": [_EXAMPLE]}),
    responses=told(BookmarksReply),
)
async def create_bookmarks(
    own: OwnHead, given: Annotated[BookmarksBody, Depends(read_bookmarks)], context: Ctx
) -> JSONResponse:
    """Make several bookmarks: all of them, or none."""
    kept = await keep(context, own.record, [(new_id(), one) for one in given.bookmarks])
    return await asyncio.to_thread(_listed, kept)


@router.get("/bookmarks", responses=told(BookmarksReply))
def get_bookmarks(own: Marked) -> JSONResponse:
    """Return the bookmarks in the order in which they were made."""
    return _listed(own)


@router.get("/bookmarks-summary", responses=told(BookmarksSummaryReply))
async def get_bookmarks_summary(
    own: Marked,
    context: Ctx,
    limit: Annotated[
        int | None,
        Query(ge=0, le=_MOST_SUMMARIES, description="Needed where there are more bookmarks than that."),
    ] = None,
    offset: Annotated[int, Query(ge=0, le=_MOST, description="Bookmarks to pass over.")] = 0,
) -> dict[str, Any]:
    """Return a summary of what each bookmark marks, in the order in which they were made."""
    wanted = own.bookmarks[offset:]
    if limit is not None:
        wanted = wanted[:limit]
    elif len(wanted) > _MOST_SUMMARIES:
        raise ApiError(
            400,
            f"limit: {len(wanted)} bookmarks are too many to be summarised at once; ask for up to "
            f"{_MOST_SUMMARIES} with limit, and for those that follow with offset.",
        )
    summaries = await _summaries(own, wanted, context)
    return {
        "bookmarksSummary": [
            {"bookmarkId": one.id, "summary": summary} for one, summary in zip(wanted, summaries, strict=True)
        ]
    }


@router.get("/bookmarks/{bookmarkId}", responses=told(BookmarkReply))
async def get_bookmark(own: Marked, bookmarkId: str) -> dict[str, Any]:  # noqa: N803
    """Return one bookmark."""
    return rest_bookmark(found(own, bookmarkId), own.messages)


@router.put(
    "/bookmarks/{bookmarkId}", openapi_extra=described(BookmarkBody, _EXAMPLE), responses=told(BookmarkReply)
)
async def replace_bookmark(
    own: OwnHead,
    bookmarkId: str,  # noqa: N803
    given: Given,
    context: Ctx,
) -> dict[str, Any]:
    """Give a bookmark other fields; those that are not given are gone."""
    kept = await keep(context, own.record, [(bookmarkId, given)], anew=False)
    return rest_bookmarks(kept.bookmarks, kept.messages)[0]


@router.delete("/bookmarks/{bookmarkId}", responses=told(Told))
async def delete_bookmark(own: OwnHead, bookmarkId: str, context: Ctx) -> dict[str, str]:  # noqa: N803
    """Remove a bookmark; what it marked stays."""
    await remove(context, own.record, bookmarkId)
    return {"message": "successfully deleted the bookmark"}


@router.get("/bookmarks/{bookmarkId}/summary", responses=told(BookmarkSummaryReply))
async def get_bookmark_summary(own: Marked, bookmarkId: str, context: Ctx) -> dict[str, Any]:  # noqa: N803
    """Return a summary of what a bookmark marks."""
    (summary,) = await _summaries(own, [found(own, bookmarkId)], context)
    return {"summary": summary}


def found(content: Content, bookmark_id: str) -> Bookmark:
    """Return a bookmark of a conversation.

    Raises:
        ApiError: 404.
    """
    for bookmark in content.bookmarks:
        if bookmark.id == bookmark_id:
            return bookmark
    raise ApiError(404, f"The conversation has no bookmark with the id {bookmark_id!r}.")


async def keep(
    context: Context,
    record: ConversationRecord,
    given: Sequence[tuple[str, BookmarkBody]],
    *,
    anew: bool = True,
) -> Content:
    """Store bookmarks under their ids, all of them or none; `anew`, or in the place of those that there are.

    Returns:
        The conversation's messages, and these bookmarks.

    Raises:
        ApiError: 400, one marks messages that are not there, or there are too many; 404, there is none to be
            replaced.
    """

    def kept(content: Content) -> Decision[Content]:
        if not anew:
            for key, _ in given:
                found(content, key)
        markable = Markable(content.messages)
        try:
            bookmarks = tuple(body.bookmark(key, markable) for key, body in given)
        except ValueError as error:
            raise ApiError(400, f"messageRefs: {error}.") from None
        if len({one.id for one in (*content.bookmarks, *bookmarks)}) > _MOST:
            raise ApiError(400, f"A conversation has at most {_MOST} bookmarks; delete some first.")
        return Decision([BookmarkKept(one) for one in bookmarks], replace(content, bookmarks=bookmarks))

    return await context.edits.change(record, kept, MARKED)


async def remove(context: Context, record: ConversationRecord, bookmark_id: str) -> None:
    """Remove a bookmark.

    Raises:
        ApiError: 404.
    """

    def removed(content: Content) -> Decision[None]:
        return Decision([BookmarkRemoved(found(content, bookmark_id).id)], None)

    await context.edits.change(record, removed, MARKED)


def _listed(content: Content) -> JSONResponse:
    return JSONResponse({"bookmarks": rest_bookmarks(content.bookmarks, content.messages)})


async def _summaries(
    content: Content, bookmarks: Sequence[Bookmark], context: Context
) -> list[list[dict[str, Any]]]:
    written = await context.summaries.of_bookmarks(content, bookmarks)
    markable, zero_at = Markable(content.messages), content.record.zero_at
    return [
        [_item(item, bookmark, markable.of_ids(item.message_ids), zero_at) for item in items]
        for bookmark, items in zip(bookmarks, written, strict=True)
    ]


def _item(
    item: SummaryItem, bookmark: Bookmark, said: Sequence[Message], zero_at: datetime
) -> dict[str, Any]:
    return {
        "id": item.id,
        "text": item.text,
        "messageRefs": [{"id": key} for key in item.message_ids],
        "startTime": iso_at(zero_at, min((message.start_s for message in said), default=bookmark.start_s)),
        "endTime": iso_at(
            zero_at,
            max((message.end_s for message in said), default=bookmark.start_s + bookmark.duration_s),
        ),
        "bookmarkReference": {"id": bookmark.id},
    }
