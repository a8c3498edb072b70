"""Sentences that ask or order: nobody "said that" them."""

import re

from earwitness.insights.english.lexicon import lexicon
from earwitness.insights.english.names import looks_like_name
from earwitness.insights.summary.quoting import FINITE

_MOVES_ON = re.compile(
    r"(?:(?:now|so|okay|ok|then|well|and|next|first),? )+(?:let's|let us|lets)\b"
    r"|(?:let's|let us) (?:not )?(?:see|say|be|hope|assume|face|okay|ok)\b",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?), (?=\w)")
_CALLED_ON = re.compile(r"(?:please|you|can|could|would|will)\b")


def asks_or_orders(text: str) -> bool:
    """Say whether a sentence begins with a verb, or moves on: nobody "said that drive two blocks".

    So it is where a name comes first: "Tom, please open a ticket".
    """
    if _MOVES_ON.match(text):
        return True
    addressed = _ADDRESSED.match(text)
    if addressed and looks_like_name(addressed["name"]):
        text = text[addressed.end() :]
        if _CALLED_ON.match(text):
            return True
    first = text.split()[0].lower().strip(",")
    known = lexicon().get(first)
    return first in FINITE or (
        known is not None and known.verb >= 0.6 and known.noun < 0.4 and not first.endswith(("ing", "ed"))
    )
