"""Work on the store that waits until the store can write again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from earwitness.store.seams import StoreError, StoreUnavailableError

logger = logging.getLogger(__name__)

T = TypeVar("T")

_RETRY_S = 5.0


class Hastened(Protocol):
    """Deliveries that may wait."""

    async def hasten(self, conversation_id: str) -> None:
        """Make a conversation's deliveries due that still wait for their first attempt."""


async def when_available(work: Callable[[], Awaitable[T]]) -> T:
    """Do it when the store can write, however long that takes."""
    while True:
        try:
            return await work()
        except StoreUnavailableError:
            await asyncio.sleep(_RETRY_S)


async def hasten(outbox: Hastened, conversation_id: str, delivered: Callable[[], None]) -> None:
    """Make a conversation's deliveries due, and tell so; if that can't be, they go out in their own time."""
    try:
        await when_available(lambda: outbox.hasten(conversation_id))
    except StoreError:
        logger.exception("the e-mails of conversation %s go out when their wait is over", conversation_id)
    delivered()
