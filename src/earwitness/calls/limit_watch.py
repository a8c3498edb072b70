"""Keeping the limits of what goes on: looking at them again and again until one of them is passed."""

import asyncio
import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)

CANNOT_KEEP = "its limits cannot be kept"
"""Why something ends of whose limits nothing can be told."""


async def limit_passed(
    name: str, breach: Callable[[], str | None], *, is_stopped: Callable[[], bool], every_s: float
) -> str | None:
    """Return the limit that is passed, once one is; None where it is stopped before.

    An error in `breach` is logged under the `name` and counts as a limit, `CANNOT_KEEP`: without limits it
    could go on for ever.
    """
    try:
        while not is_stopped():
            await asyncio.sleep(every_s)
            if (passed := breach()) is not None:
                return passed
    except Exception:
        logger.exception("%s ends: %s", name, CANNOT_KEEP)
        return CANNOT_KEEP
    return None
