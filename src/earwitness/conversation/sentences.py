"""Cutting a text into sentences."""

import re

ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st jr sr inc ltd co corp vs etc approx dept e.g i.e a.m p.m u.s u.k".split()
)
"""Without their last stop, in lower case."""

_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]]*(?=\s)")


def split_sentences(text: str) -> list[str]:
    """Split a text after final punctuation; the parts joined by single spaces give the text again.

    A stop after a known abbreviation, a single initial or before a lower-case letter ends nothing.
    """
    text = " ".join(text.split())
    parts = []
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] in ".…":
            begun = max(text.rfind(" ", start, match.start()) + 1, start)
            if _stays_open(text[begun : match.start()], text[match.end() + 1 : match.end() + 2]):
                continue
        parts.append(text[start : match.end()].strip())
        start = match.end()
    if tail := text[start:].strip():
        parts.append(tail)
    return parts


def _stays_open(word: str, following: str) -> bool:
    """Say whether a sentence goes on over a stop, by the word before it and the character that comes next."""
    last = word.casefold()
    is_initial = len(last) == 1 and last.isalpha() and last != "i"
    return last in ABBREVIATIONS or is_initial or following.islower()
