"""Taking up a conversation that is stored already, to add to it."""

from collections.abc import Mapping
from typing import Any

from earwitness.calls.hearing import Hearing
from earwitness.calls.when_available import when_available
from earwitness.conversation.events import Opened
from earwitness.jobs.seams import JobFailedError
from earwitness.store.seams import Content, Conversations, FencedError, StoreError

_THRESHOLD = 0.5


async def stored(conversations: Conversations, conversation_id: str) -> Content:
    """Return a conversation as it is now, however long the store takes to come back.

    Raises:
        JobFailedError: it was deleted.
    """
    content = await when_available(lambda: conversations.content(conversation_id))
    if content is None:
        raise JobFailedError("the conversation was deleted")
    return content


async def taken_up(hearing: Hearing, conversations: Conversations, content: Content) -> Content:
    """Become the writer of a conversation; returns it as it is from then on.

    It may be another than it was: somebody may have been about to write, such as who heard its call again.

    Raises:
        JobFailedError: it cannot be written to, such as one that was deleted.
    """

    async def reopen() -> Content:
        now = content
        while True:
            try:
                await hearing.reopen(now)
            except FencedError:
                now = await stored(conversations, content.record.id)
            else:
                return now

    try:
        return await when_available(reopen)
    except StoreError as error:
        raise JobFailedError(f"the conversation cannot be written to: {error}") from error


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
