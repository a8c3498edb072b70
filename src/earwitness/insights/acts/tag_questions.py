"""Tag questions: "right?", "isn't it?" after a statement, which alone ask nothing that can be understood.

A tag run into its statement mostly invites to agree. It asks where the statement is about the listener, who
knows better (W. Labov, D. Fanshel, Therapeutic Discourse, 1977: "B-events"), or where the answer says more
than that the listener agrees.
"""

import re
from typing import Literal

from earwitness.insights.english.wording import any_of

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
_TAGGED = re.compile(
    rf"(?:\S+ ){{3,}}(?<!\ball ){_ANY}\?$|(?:\S+ )+(?<!\ball )(?:right|huh|nuh)\?$", re.IGNORECASE
)

_LISTENER = re.compile(r"\b(?:you(?! know| see)(?:'\w+)?|yours?)\b", re.IGNORECASE)
_ANSWER = any_of(
    r"""
    yes|yeah|yep|yup|no|nope|nah|not|right|correct|exactly|precisely|absolutely|definitely|true|sure|of course
    (?:that's|that is|you're|you are) (?:right|correct|true)
    i (?:think|guess|believe|hope|don't think) so
    (?:it|that|he|she|they|we|i) (?:is|are|was|were|do|does|did|has|have|will|(?:is|are|do|does|did)n't)
    """,
    before=r"^\W*(?:(?:oh|well|uh|um|mm|and|but|so|okay)\b\W*)*",
    after=r"\b",
)
_AGREEMENT = re.compile(
    r"^\W*(?:(?:oh|well|uh|um|mm|and|but|so|okay|yeah|yep|yup|right|exactly|precisely|sure)\b\W*)+$",
    re.IGNORECASE,
)
Following = Literal["nothing", "its speaker", "an answer", "something else"]
"""What comes after a sentence: nothing yet, more by who said it, or what somebody else says."""


def is_answer(text: str) -> bool:
    """Say whether what somebody says answers a tag: not "uh-huh" and "yeah", which only say "go on"."""
    return _ANSWER.match(text) is not None and _AGREEMENT.match(text) is None


def tag_asks(sentence: str, following: Following) -> bool:
    """Say whether the tag at the end of a clean sentence asks, by what comes after it."""
    if following == "something else":
        return _LISTENER.search(sentence) is not None
    return following != "its speaker"


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
