"""Marks such as `[PHONE_NUMBER]`, which stand for what redaction has hidden; their letters are no words."""

import re

_MARK = re.compile(r"\[[A-Z]+(?:[_ ][A-Z]+)*\]")


def without_marks(text: str, instead: str = " ") -> str:
    """Return a text with something else in the place of its marks."""
    return _MARK.sub(instead, text) if "[" in text else text
