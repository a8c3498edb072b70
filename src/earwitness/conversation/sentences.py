"""Cutting a text into sentences."""

import re

ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st jr sr inc ltd co corp vs etc approx dept e.g i.e a.m p.m u.s u.k".split()
)
"""Without their last stop, in lower case."""

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)")


def split_sentences(text: str) -> list[str]:
    """Split a text after final punctuation; the parts joined by single spaces give the text again.

    A stop after a known abbreviation, a single initial or before a lower-case letter ends nothing.
    """
    text = " ".join(text.split())
    parts = []
    start = 0
    for match in _END.finditer(text):
        rest = text[match.end() :].lstrip()
        if match.group()[0] in ".…" and _stays_open(text[start : match.start()], rest):
            continue
        parts.append(text[start : match.end()].strip())
        start = match.end()
    if tail := text[start:].strip():
        parts.append(tail)
    return parts


def _stays_open(before: str, after: str) -> bool:
    last = before.rsplit(" ", 1)[-1].casefold()
    is_initial = len(last) == 1 and last.isalpha() and last != "i"
    return last in ABBREVIATIONS or is_initial or after[:1].islower()
