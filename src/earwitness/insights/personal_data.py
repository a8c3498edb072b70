"""Sentences that no summary repeats: how to reach somebody, and by what somebody is known."""

import re

from earwitness.insights.entities.digit_runs import digit_runs
from earwitness.insights.wording import any_of

_PRIVATE = any_of(
    r"""
    \b(?:date of birth|birth ?date|d\.?o\.?b\.?|social security number)\b
    \b(?:i was|i'm) born\b
    \b(?:my|the) birthday is\b
    \bmy (?:home |postal |e-?mail |mail )?(?:address|e-?mail|password|pin)(?:'s| is)\b
    \b(?:phone|mobile|cell|account|card|policy|member(?:ship)?|passport|customer) number(?:'s| is)\b
    \[(?!PERSON_NAME\])(?-i:[A-Z]+(?:_[A-Z]+)*)\]
    \w@\w|\w at \w+ dot \w
    """
)
_CONTACT_DIGITS = 7
"""Figures in a row from which on they are somebody's number, unless they are a date or an amount."""
_DATE_OR_YEARS = re.compile(
    r"\b(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4}|\d{4}\s?[-–]\s?\d{4}|\d{1,3}(?:[,.]\d{3})+)\b"
)


def has_personal_data(text: str) -> bool:
    """Say whether a sentence tells a date of birth, an address or a number by which somebody is known."""
    if _PRIVATE.search(text):
        return True
    rest = _DATE_OR_YEARS.sub(" ", text)
    return any(len(run.digits) >= _CONTACT_DIGITS for run in digit_runs(rest))
