"""Cutting a long conversation into windows that overlap."""

import math
from collections.abc import Sequence

MOST_MESSAGES = 80
OVERLAP = 10
MOST_CHARACTERS = 12_000
"""Of a window, about 4,000 tokens: small models follow no more, and local servers often offer no more."""


def windows(lengths: Sequence[int]) -> list[range]:
    """Return the windows of a conversation, as ranges of message numbers from 1.

    All of a long conversation have about the same size, 60 to 80 messages where they are short enough; each
    begins with the last messages of the one before, so that nothing is cut off from its context.

    Args:
        lengths: of the messages, in characters.
    """
    count = len(lengths)
    parts = max(1, math.ceil((count - OVERLAP) / (MOST_MESSAGES - OVERLAP)))
    size = math.ceil((count + OVERLAP * (parts - 1)) / parts)
    found: list[range] = []
    start = 0
    while start < count:
        end = _end(lengths, start, min(start + size, count))
        found.append(range(start + 1, end + 1))
        if end == count:
            break
        start = max(end - OVERLAP, start + 1) if end - start > 2 * OVERLAP else end
    return found


def _end(lengths: Sequence[int], start: int, most: int) -> int:
    """Return where a window ends that has room for at least one message."""
    room = MOST_CHARACTERS - lengths[start]
    end = start + 1
    while end < most and lengths[end] <= room:
        room -= lengths[end]
        end += 1
    return end
