"""Tasks that have to go on as long as their owner does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

_AGAIN_S = 5.0


async def supervised(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do long-lived work; where an error ends it, say so in the log and begin it again some seconds later.

    Ends when the work returns by itself or is cancelled.
    """
    while True:
        try:
            await work()
        except Exception:
            logger.exception("%s failed; it begins again in %g s", name, _AGAIN_S)
            await asyncio.sleep(_AGAIN_S)
        else:
            return
