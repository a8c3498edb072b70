"""Work on the store that waits until the store can write again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from earwitness.store.seams import StoreUnavailableError

T = TypeVar("T")

_RETRY_S = 5.0


async def when_available(work: Callable[[], Awaitable[T]]) -> T:
    """Do it when the store can write, however long that takes."""
    while True:
        try:
            return await work()
        except StoreUnavailableError:
            await asyncio.sleep(_RETRY_S)
