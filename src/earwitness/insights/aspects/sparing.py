"""Passing over what an analyst fails at."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_logger = logging.getLogger(__name__)


@contextmanager
def sparing(what: str, message_id: str) -> Iterator[None]:
    """Let a message at which a method fails cost no other: the defect is logged, and all before it stays.

    Args:
        what: is looked for.
        message_id: the message that it is looked for in; its words stay out of the log.
    """
    try:
        yield
    except Exception:
        _logger.exception("looking for %s failed at message %s", what, message_id)
