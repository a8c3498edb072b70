"""Sentences that no summary repeats: how to reach somebody, and by what somebody is known."""

import re
from datetime import date

from earwitness.insights.entities.kinds import PERSONAL

_TOLD = frozenset(("person", "age"))
"""Names and ages are what conversations are about."""
_HIDDEN = re.compile(r"\[(?!PERSON_NAME\])[A-Z]+(?:_[A-Z]+)*\]")
"""What redaction has left of the others."""
_ANY_DAY = date(2000, 1, 1)
"""Whether there is any does not depend on when it was said."""


def has_personal_data(text: str) -> bool:
    """Say whether a sentence tells a date of birth, an address or a number by which somebody is known."""
    from earwitness.insights.entities.detection import find_spans  # with all detectors, which are large

    if _HIDDEN.search(text):
        return True
    return any(span.kind in PERSONAL - _TOLD for span in find_spans(text, _ANY_DAY, hiding=True))
