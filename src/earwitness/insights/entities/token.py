"""A word, a row of figures or a mark of a text, with its place."""

import re
from typing import NamedTuple


class Token(NamedTuple):
    """One of them; `text[start:end]` is how it is written."""

    text: str
    start: int
    """In characters from the start of the text."""
    end: int

    @property
    def key(self) -> str:
        """The text whatever its case."""
        return self.text.casefold()


def tokens_of(pattern: re.Pattern[str], text: str) -> list[Token]:
    """Return what a pattern finds in a text."""
    return [Token(match.group(), *match.span()) for match in pattern.finditer(text)]
