"""Words about an earlier action item: that it need not be done after all, or that the speaker does it."""

import re
from dataclasses import dataclass

from earwitness.insights.english.content import content_of
from earwitness.insights.english.wording import any_of

_BEFORE = (
    r"^(?:(?:no|oh|ah|actually|well|sorry|wait|okay|ok|yeah|and|but|so|then|alright|you know what)\b"
    r"[,.!]?\s+)*"
)
_ENOUGH = r"(?= anymore| any more| now| then|[,.]|$)"
_NEEDLESS = any_of(
    rf"""
    never ?mind(?: (?:that|it))?\b(?! about)
    forget (?:it|that)\b
    scratch that\b
    cancel that\b
    ignore that\b
    i take (?:it|that) back\b
    (?:there's |there is )?no need\b(?! to)
    (?:you|we) (?:don't|do not|won't) (?:have|need) to(?: (?:do|bother with) (?:it|that|this))?{_ENOUGH}
    (?:please )?(?:don't|do not) (?:bother|worry about (?:it|that)|do (?:it|that))\b
    let's (?:drop|skip|not do) (?:it|that)\b
    """,
    before=_BEFORE,
)
"""What takes back whatever was asked or promised just before."""
_NEEDLESS_THING = any_of(
    r"""
    (?:never ?mind|forget)(?: about)? (?!it\b|that\b(?! \w)|to\b)(?P<t1>.+)
    (?:there's |there is )?no need to (?P<t2>.+)
    (?:you|we|i) (?:don't|do not|won't) (?:have|need) to (?P<t3>.+)
    (?:please )?(?:don't|do not) (?!forget|worry|let|be|have|get|you|we|i|know|think)(?P<t4>\w+ .+)
    (?:let's|we'll|we will|i'll|i will|i won't|we won't) (?:not|skip|drop) (?P<t5>.+)
    """,
    before=_BEFORE,
)
"""What takes back the item of these words."""
_BACK_REFERENCE = r"(?:it|that|this|that one|this one|them|those)"
_I_WILL = r"\bi(?:'ll| will| can|'m going to| am going to)"
_MINE = any_of(
    rf"""
    {_I_WILL} (?:do|handle|take|take care of|deal with|look after) {_BACK_REFERENCE}\b
    {_I_WILL} \w+ {_BACK_REFERENCE} (?:myself|instead)\b
    \blet me (?:do|handle|take|take care of) {_BACK_REFERENCE}\b
    \bleave {_BACK_REFERENCE} (?:to|with) me\b
    """
)
_INSTEAD = re.compile(r"\b(?:myself|instead)\b", re.IGNORECASE)
_VAGUE_OBJECT = re.compile(rf"\b{_BACK_REFERENCE}(?: (?:myself|instead|now|then))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a message says about an action item that was spoken of before."""

    takes_back: bool = False
    """It need not be done, or not by whoever was asked."""
    takes_over: bool = False
    """The speaker does it."""
    instead: bool = False
    """In the place of whoever was to do it."""
    thing: frozenset[str] = frozenset()
    """The content words that name what is taken back; empty where it is whatever was said last."""


def reply_in(sentence: str) -> Reply | None:
    """Return what a clean sentence says about an earlier action item; None for any other."""
    text = sentence.replace("’", "'").rstrip(" .?!")
    mine = _MINE.search(text) is not None
    if sentence.endswith("?") and not mine:
        return None
    if _NEEDLESS.match(text):
        return Reply(takes_back=True, takes_over=mine, instead=mine)
    if named := _NEEDLESS_THING.match(text):
        thing = content_of(next(filter(None, named.groups())))
        if thing:
            return Reply(takes_back=True, takes_over=mine, instead=mine, thing=thing)
    if mine:
        instead = _INSTEAD.search(text) is not None or re.match(r"no\b", text, re.IGNORECASE) is not None
        return Reply(takes_over=True, instead=instead)
    return None


def is_vague(phrase: str) -> bool:
    """Say whether what is to be done is only pointed at: "do that", "take care of it"."""
    return _VAGUE_OBJECT.search(phrase.rstrip(" .")) is not None
