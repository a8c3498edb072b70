"""Tags: "right?", "isn't it?" after a statement, which alone ask nothing that can be understood."""

import re

from earwitness.insights.wording import any_of

_ANY = r"(?:right|correct|okay|ok|alright|yeah|huh|nuh|no|you know|see)"
_NEGATED = (
    r"(?:is|does|did|do|was|has|have|are|were|wo|ca|would|could|should)n't "
    r"(?:it|s?he|they|you|we|that|there|i)"
)
_TAG = any_of(
    rf"""
    {_ANY}
    {_NEGATED}
    (?:is|am|was|did|does) (?:it|that|i) (?:right|correct)
    """,
    before=r"^(?:(?:or|so|and|yeah|oh),? )?",
    after=r"[.?]$",
)
_TAG_WITHOUT_MARK = re.compile(r"(?:right|nuh)\.", re.IGNORECASE)
"""Without a mark only these ask more often than they agree."""
_TAGGED = re.compile(rf"(?:\S+ ){{3,}}(?<!\ball ){_ANY}\?$", re.IGNORECASE)


def is_tag(sentence: str, marked: bool) -> bool:
    """Say whether a clean sentence is a tag alone that asks; `marked` if its end says whether it asks."""
    tag = _TAG if marked else _TAG_WITHOUT_MARK
    return tag.match(sentence) is not None


def ends_in_tag(sentence: str) -> bool:
    """Say whether a clean sentence has a tag at its end: "The pilot starts in March, right?"."""
    return _TAGGED.match(sentence) is not None


def has_tag(sentence: str) -> bool:
    """Say whether a clean sentence is a tag that may ask, or ends in one."""
    return is_tag(sentence, True) or is_tag(sentence, False) or ends_in_tag(sentence)
