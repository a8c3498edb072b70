"""Changing a conversation that nobody hears: what is written is decided on what stands in it just then."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

from earwitness.conversation.events import Body
from earwitness.store.seams import (
    EVERYTHING,
    Content,
    Conversations,
    Draft,
    EventLog,
    FencedError,
    Part,
    UnknownConversationError,
)

_ATTEMPTS = 5
"""Somebody else may change the same conversation in the same moment."""


class HeardError(Exception):
    """Somebody hears the conversation and so writes it; two writers would fence each other."""


class ChangeableStore(Protocol):
    """What a change needs of a store."""

    @property
    def log(self) -> EventLog:
        """The event log."""

    @property
    def conversations(self) -> Conversations:
        """The projections."""


async def change_stored(
    store: ChangeableStore,
    conversation_id: str,
    decide: Callable[[Content], Awaitable[Sequence[Body]]],
    *,
    source: str,
    parts: Collection[Part] = EVERYTHING,
    is_heard: Callable[[], bool] = lambda: False,
) -> None:
    """Append to a conversation what `decide` makes of these parts of it, in one transaction.

    What it is given is how the conversation stands when its bodies are stored: where somebody else writes to
    the conversation meanwhile, it is asked once more, for how it stands then. It may return nothing to be
    stored.

    Raises:
        HeardError: `is_heard` tells so; nothing was claimed.
        FencedError: others came in between each time; nothing was changed.
        UnknownConversationError: there is no such conversation (any more).
        StoreUnavailableError: nothing was changed.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        content = await store.conversations.content(conversation_id, parts)
        if content is None:
            raise UnknownConversationError(f"There is no conversation {conversation_id}")
        drafts = [Draft(body, source=source) for body in await decide(content)]
        if not drafts:
            return
        if is_heard():
            raise HeardError(conversation_id)
        try:
            # Claimed no sooner than that: of two who decide at once, one is through.
            epoch = await store.log.claim(conversation_id, after=content.record.last_seq)
            await store.log.append(conversation_id, drafts, epoch=epoch)
        except FencedError:
            if attempt == _ATTEMPTS:
                raise
        else:
            return
