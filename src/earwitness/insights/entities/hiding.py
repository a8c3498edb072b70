"""Hiding personal data in a text and in its words.

The place of what is hidden is taken by its tag, such as `[PHONE_NUMBER]`, in the text and in the list of
words alike.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from earwitness.conversation.utterance import Word
from earwitness.conversation.word_times import estimate_words
from earwitness.insights.entities.detection import find_spans
from earwitness.insights.entities.redaction import Redaction
from earwitness.insights.entities.span import Span, united

_ANY_DAY = date(2000, 1, 1)
_SPELLED = re.compile(r"(?<![\w'’])(?<!(?<![\w'’])[A-Za-z][\s.,-])(?:[A-Za-z](?:[\s.,-]+|(?=$))){3,}(?!\w)")
"""A name that is spelled; three letters in a row are hardly anything else. It begins with the first."""
_END = 300
"""Characters at the end of a text in which an address may begin that goes on in the next one."""
_ADDRESS_BEGUN = re.compile(
    r"\be-?\s?mail(?:\s+(?:address|is|me|at|to|would|be|should|will))*[\s:,]+(?:it['’]s\s+)?"
    r"(?P<begun>[\w.+-]+(?:[\s.]+[\w+-]+){0,7})[\s.…]*$",
    re.IGNORECASE,
)
_ADDRESS_GOES_ON = re.compile(
    r"(?<!\w)(?P<begun>(?:\w[\w-]*\s+(?:dot|underscore)\s+)+\w[\w-]*(?:\s+at(?:\s+\w[\w-]*){0,3}?(?:\s+dot)?)?"
    r"|\w[\w-]*\s+(?:dot|underscore))[\s.…]*$",
    re.IGNORECASE,
)
_PROMISES_ADDRESS = re.compile(
    r"\be-?\s?mail(?:\s+address)?\s*(?:is|:|it['’]s)|\b(?:at|dot|underscore)[\s.…]*$", re.I
)


def personal_spans(
    text: str, redaction: Redaction, *, before: str = "", members: Collection[str] = ()
) -> list[Span]:
    """Return what is to be hidden in a text, in order, without overlaps: all that any of the rules finds."""
    found = find_spans(text, _ANY_DAY, before=before, members=members, hiding=True)
    extra: list[Span] = []
    for match in _SPELLED.finditer(text):
        said = match.group().rstrip(" .,-\n")
        extra.append(Span("person", match.start(), match.start() + len(said), said))
    end = max(len(text) - _END, 0)
    if _PROMISES_ADDRESS.search(text) and (begun := _ADDRESS_BEGUN.search(text, end)):
        extra.append(Span("email_address", *begun.span("begun"), begun["begun"]))
    if begun := _ADDRESS_GOES_ON.search(text, end):
        extra.append(Span("email_address", *begun.span("begun"), begun["begun"]))
    wanted = [span for span in (*found, *extra) if span.kind in redaction.kinds]
    return united(wanted, text)


def hidden(text: str, spans: Sequence[Span], redaction: Redaction) -> str:
    """Return a text with the spans hidden."""
    pieces = []
    at = 0
    for span in spans:
        pieces += [text[at : span.start], redaction.mark(span.kind)]
        at = span.end
    return "".join([*pieces, text[at:]])


def hidden_words(
    text: str, words: Sequence[Word], spans: Sequence[Span], redaction: Redaction
) -> tuple[Word, ...]:
    """Return the words of a text with the spans hidden; each hidden stretch is one word.

    Where the words are not those of the text, all of them are made anew, so that none can tell what it was.
    """
    places = [match.span() for match in re.finditer(r"\S+", text)]
    if [word.text for word in words] != [text[start:end] for start, end in places]:
        return (
            estimate_words(hidden(text, spans, redaction), words[0].start_s, words[-1].end_s) if words else ()
        )
    kept: list[Word] = []
    at = 0
    waiting = list(spans)
    while at < len(words):
        start, end = places[at]
        inside: list[Span] = []
        last = at
        while waiting and waiting[0].start < end:
            span = waiting.pop(0)
            inside.append(span)
            while last + 1 < len(words) and places[last + 1][0] < span.end:
                last += 1
            end = places[last][1]
        if inside:
            moved = [span.moved(-start) for span in inside]
            said = hidden(text[start:end], moved, redaction)
            kept.append(replace(words[at], text=said, end_s=words[last].end_s))
        else:
            kept.append(words[at])
        at = last + 1
    return tuple(kept)
