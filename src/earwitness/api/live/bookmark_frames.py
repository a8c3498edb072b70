"""Bookmarks that clients make on a streaming socket."""

from earwitness.api.context import Context
from earwitness.api.conversations.bookmarks import keep, remove
from earwitness.api.errors import UNKNOWN_CONVERSATION, ApiError
from earwitness.api.requests.stream_request import BookmarkRequest
from earwitness.conversation.ids import new_id


async def carry_out(request: BookmarkRequest, conversation_id: str, context: Context) -> None:
    """Create, update or delete a bookmark.

    Raises:
        ApiError: there is no such bookmark, or no such message.
    """
    content = await context.conversations.content(conversation_id, ())
    if content is None:
        raise ApiError(404, UNKNOWN_CONVERSATION)
    if request.operation == "create":
        await keep(context, content.record, [(new_id(), request.body)])
        return
    if not request.id:
        raise ApiError(400, f"id: required to {request.operation} a bookmark.")
    if request.operation == "delete":
        await remove(context, content.record, request.id)
    else:
        await keep(context, content.record, [(request.id, request.body)], anew=False)
