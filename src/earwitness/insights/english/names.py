"""Names of people inside sentences: who is addressed."""

import re
from collections.abc import Collection

from earwitness.insights.english.common_words import common_words

HIDDEN = r"(?:\[PERSON_NAME\]|\*{2,}|#{2,})"
"""What stands for a name that redaction has hidden."""
NAME = rf"(?:{HIDDEN}|[A-Z][\w-]*\w(?:'[A-Z]\w+)?(?:\s[A-Z][\w-]*\w(?:'[A-Z]\w+)?){{0,2}})"
"""One to three capitalised words, or a name that is hidden."""

_HIDDEN = re.compile(HIDDEN)
_HIDDEN_CALLED = re.compile(
    rf"(?:^|[,.!?]\s+|\b(?:hey|hi|hello|okay|ok|so|and)\s+){HIDDEN},|,\s+{HIDDEN}[,.?!]", re.IGNORECASE
)
_BEFORE = re.compile(rf"(?:^|[\s,])(?P<name>{NAME})(?P<comma>,?)\s+$")
_AFTER = re.compile(rf",\s+(?P<name>{NAME})$")
_BEFORE_YOU = re.compile(
    rf"(?P<name>{NAME})\s(?=(?:(?:can|could|would|will|do|why don't|please) )?(?:you|please)\b)"
)
_PLEASE_AFTER = re.compile(r",?\s+please$", re.IGNORECASE)
_NEVER = frozenset(
    "otherwise ideally hopefully team folks sir madam english later meanwhile finally moreover next"
    " wherever whoever whatever".split()
)


def is_hidden(name: str) -> bool:
    """Say whether a name is one that was hidden: nobody can tell whose it is."""
    return _HIDDEN.fullmatch(name) is not None


def calls_somebody_hidden(sentence: str) -> bool:
    """Say whether somebody is spoken to by a name that was hidden."""
    return _HIDDEN_CALLED.search(sentence) is not None


def looks_like_name(text: str) -> bool:
    """Say whether capitalised words can be somebody's name: none of them is a common word."""
    words = text.lower().split()
    return not any(word in common_words() or word in _NEVER for word in words)


def addressed_before(text: str, known: Collection[str]) -> str | None:
    """Return the name that a text ends with: "Vikram, " or, for known names, "Vikram "."""
    match = _BEFORE.search(text)
    if match is None:
        return None
    name = match["name"]
    return name if name in known or is_hidden(name) or (match["comma"] and looks_like_name(name)) else None


def split_addressed_after(text: str, known: Collection[str]) -> tuple[str, str | None]:
    """Take "please" and a name off the end of a phrase: "send me the plan, Vikram".

    Where names are known, only they are taken.
    """
    text = _PLEASE_AFTER.sub("", text)
    match = _AFTER.search(text)
    if match is None:
        return text, None
    name = match["name"]
    if name not in known and not is_hidden(name) and (known or not looks_like_name(name)):
        return text, None
    return _PLEASE_AFTER.sub("", text[: match.start()]), name


def with_comma(text: str, known: Collection[str]) -> str:
    """Set the comma that a recogniser leaves out after a name: "Vikram you need to …"."""
    match = _BEFORE_YOU.match(text)
    if match is None or not (match["name"] in known or looks_like_name(match["name"])):
        return text
    return f"{match['name']}, {text[match.end() :]}"
