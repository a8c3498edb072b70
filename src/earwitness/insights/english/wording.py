"""Patterns over wording, written one phrase a line."""

import re


def any_of(phrases: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Compile a pattern that matches any of the phrases, whatever their case.

    Args:
        phrases: one regular expression a line; blank lines are ignored.
        before: what must come before them.
        after: what must come after them.
    """
    lines = [line.strip() for line in phrases.splitlines() if line.strip()]
    return re.compile(f"{before}(?:{'|'.join(lines)}){after}", re.IGNORECASE)
