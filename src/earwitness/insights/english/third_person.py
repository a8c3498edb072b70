"""The first person put into the third: "I've sent my notes" is "they've sent their notes"."""

import re

from earwitness.insights.english.twin_letters import without_twins

_THEY = {
    "i'm": "they're", "i am": "they are", "i was": "they were", "i've": "they've", "i'll": "they'll",
    "i'd": "they'd", "i": "they", "me": "them", "my": "their", "mine": "theirs", "myself": "themselves",
}  # fmt: skip
_FIRST_PERSON = re.compile(
    r"(?<![\w'])(?:" + "|".join(sorted(_THEY, key=len, reverse=True)) + r")(?![\w'])", re.IGNORECASE
)


def in_third_person(text: str) -> str:
    """Return what somebody says with "they" for "I"."""
    return _FIRST_PERSON.sub(lambda found: _THEY[" ".join(without_twins(found[0]).lower().split())], text)


def has_first_person(text: str) -> bool:
    """Say whether a text is about who says it."""
    return _FIRST_PERSON.search(text) is not None
