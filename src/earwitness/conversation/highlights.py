"""Key phrases in a text, marked up as HTML does it."""

import re
from collections.abc import Iterable


def highlighted(text: str, phrases: Iterable[str]) -> str:
    """Return the text with its key phrases in `<mark>`, and no other markup.

    Phrases are found as whole words in any case; those that overlap are marked as one.
    """
    spans = sorted(span for phrase in phrases for span in _places(text, phrase))
    pieces = []
    at = 0
    for start, end in _merged(spans):
        pieces += [escaped(text[at:start]), "<mark>", escaped(text[start:end]), "</mark>"]
        at = end
    return "".join([*pieces, escaped(text[at:])])


def escaped(text: str) -> str:
    """Return a text that begins no tag in Markdown; other characters stay as they are."""
    return text.replace("<", "&lt;")


def _places(text: str, phrase: str) -> Iterable[tuple[int, int]]:
    words = phrase.strip(" .,;:!?").split()
    if not words:
        return []
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)"
    return [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
