"""Everything that a text names, from all detectors, without overlaps."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from earwitness.conversation.pieces import pieces
from earwitness.insights.entities.account_numbers import find_account_numbers
from earwitness.insights.entities.ages import find_ages
from earwitness.insights.entities.dates import find_dates
from earwitness.insights.entities.digit_runs import DigitRun, Digits, digit_runs
from earwitness.insights.entities.internet import find_internet_addresses, find_said_ip_addresses
from earwitness.insights.entities.kinds import KINDS
from earwitness.insights.entities.names import find_known_names, find_names
from earwitness.insights.entities.phone_numbers import find_phone_numbers
from earwitness.insights.entities.postal import find_postal_codes, find_street_addresses
from earwitness.insights.entities.quantities import find_amounts, find_numbers
from earwitness.insights.entities.span import Span, overlaps, without_overlaps

_LONGEST = 2000
"""Characters that are looked at together: a longer text is cut at a space, so that cost grows evenly."""
_CONTEXT = 120
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
"""An amount, by its commas."""
_BARE = re.compile(r"[\d\s]+")
_KIND_OF_TAG = {kind.tag: kind.name for kind in KINDS.values() if kind.group != "general"}
_TAG = re.compile(rf"\[(?P<tag>{'|'.join(_KIND_OF_TAG)})\]")
_LEAST_ROW = 3
"""Digits said one by one that may be part of a number that must be hidden."""
_LEAST_FIGURES = 5


def find_spans(
    text: str,
    today: date,
    *,
    before: str = "",
    members: Collection[str] = (),
    region: str = "US",
    hiding: bool = False,
) -> list[Span]:
    """Return what a text names, in order, without overlaps.

    When hiding, a name that is known and one that would be found without knowing it may overlap: "Marcus" in
    "Marcus Lindqvist".

    Args:
        text: what was said.
        today: the day it was said on, where the conversation takes place.
        before: what was said before it, which may say what a number is.
        members: names of the participants.
        region: the ISO 3166 code of where phone numbers without a country's prefix are from.
        hiding: whether personal data are to be hidden: then rows of digits without a meaning count too, and
            names that are less sure.
    """
    found: list[Span] = []
    at = 0
    for piece in pieces(text, _LONGEST):
        known = list(find_known_names(piece, members, hiding=hiding))
        every = list(_all(piece, today, before, known, region, hiding=hiding))
        spans = without_overlaps(every)
        if hiding and known:
            unaided = without_overlaps(span for span in every if span not in known)
            spans = sorted([*spans, *unaided], key=lambda span: span.start)
        found += [span.moved(at) for span in spans]
        before = piece
        at += len(piece)
    return found


def _all(
    text: str, today: date, before: str, known: Sequence[Span], region: str, *, hiding: bool
) -> Iterator[Span]:
    yield from _tags(text)
    dates = list(find_dates(text, today, before))
    # Figures alone may be a piece of a number, which comes first then: 2012 11 12 of +44 2012 11 12 55.
    bare = [span for span in dates if _BARE.fullmatch(text, span.start, span.end)]
    clear = [span for span in dates if span not in bare]
    sure = without_overlaps([*find_internet_addresses(text), *clear, *find_amounts(text)])
    runs = [part for run in digit_runs(text) for part in _outside(run, sure)]
    # Numbers are known by the words before them, which may be in what was said before.
    ahead = " ".join(before.split())[-_CONTEXT:] + " "
    shifted = ahead + text
    placed = [_shifted(run, len(ahead)) for run in runs]
    yield from find_said_ip_addresses(text, runs)
    postal = [*find_postal_codes(shifted), *find_street_addresses(shifted)]
    accounts = list(find_account_numbers(shifted, placed))
    if postal:
        placed = [part for run in placed for part in _outside(run, postal)]
    numbers = [*accounts, *postal, *find_phone_numbers(shifted, placed, region)]
    own = without_overlaps(span.moved(-len(ahead)) for span in numbers if span.start >= len(ahead))
    internet = [span for span in sure if span.kind in ("email_address", "url", "ip_address")]
    yield from internet
    ages = list(find_ages(text))
    # A street may hold what reads like a date or an age, a number of an account likewise.
    yield from own
    yield from ages
    yield from (span for span in sure if span not in internet)
    yield from bare
    if hiding:
        taken = without_overlaps([*sure, *own, *ages, *bare])
        yield from _rows(text, runs, taken)
    yield from known
    yield from find_names(text, hiding=hiding)
    yield from find_numbers(text)


def _tags(text: str) -> Iterator[Span]:
    """Yield what was hidden before: its kind is known still."""
    for match in _TAG.finditer(text):
        yield Span(_KIND_OF_TAG[match["tag"]], *match.span(), match.group())


def _shifted(run: DigitRun, by: int) -> DigitRun:
    return DigitRun(
        [replace(part, start=part.start + by, end=part.end + by) for part in run.parts], run.has_plus
    )


def _outside(run: DigitRun, spans: Sequence[Span]) -> Iterator[DigitRun]:
    """Yield the digits of a run that are not in the spans, those in a row together."""
    parts: list[Digits] = []
    for part in run.parts:
        if overlaps(Span("", part.start, part.end, ""), spans):
            if parts:
                yield DigitRun(parts, run.has_plus)
            parts = []
        else:
            parts.append(part)
    if parts:
        yield DigitRun(parts, run.has_plus and parts[0] is run.parts[0])


def _rows(text: str, runs: Sequence[DigitRun], taken: Sequence[Span]) -> Iterator[Span]:
    """Yield rows of digits that mean nothing known, but may be part of what must be hidden."""
    for run in runs:
        span = Span("digits", run.start, run.end, run.digits)
        if not overlaps(span, taken) and is_row(run) and not _GROUPED.fullmatch(text, run.start, run.end):
            yield span


def is_row(run: DigitRun) -> bool:
    """Return whether digits were said one by one, or are more than those of a usual amount."""
    count = len(run.digits)
    one_by_one = run.is_spoken and all(len(part.digits) == 1 for part in run.parts)
    return (one_by_one and count >= _LEAST_ROW) or count >= _LEAST_FIGURES
