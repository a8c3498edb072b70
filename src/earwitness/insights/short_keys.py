"""Keeping what was worked out for a text, as long as the text is short.

Many conversations ask about the same words. A longer text hardly comes again, would take as much memory as it
has characters, and would outlive the conversation that it is of.
"""

import functools
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def kept_for_short(most: int, longest: int) -> Callable[[Callable[[str], Result]], Callable[[str], Result]]:
    """Make a function of a text keep its latest results.

    Args:
        most: results that are kept.
        longest: characters of a text whose result is kept.
    """

    def keeping(function: Callable[[str], Result]) -> Callable[[str], Result]:
        kept = functools.lru_cache(most)(function)

        @functools.wraps(function)
        def look_up(text: str) -> Result:
            return kept(text) if len(text) <= longest else function(text)

        return look_up

    return keeping
