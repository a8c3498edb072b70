"""Whether what was said so far may be all of a clause, by its last word."""

import re

_OPEN_ENDS = frozenset(
    "a an the and or nor but because if when while whether unless than as my your our their its every "
    "of to for at by with from into onto during between about uh um uhm er erm hmm mm ah".split()
)
"""Words that English sentences hardly ever end with: determiners, conjunctions, prepositions, hesitations."""

_TRAILS_OFF = re.compile(r"(?:[,;:–—-]|\.\.+|…)$")


def seems_complete(text: str) -> bool:
    """Return whether a sentence may end here; final full stops don't count, since recognisers always add one.

    False for an empty text, for one that trails off (a comma, a dash, dots), and for one whose last word
    calls for another.
    """
    text = text.strip()
    if not text or _TRAILS_OFF.search(text):
        return False
    last = text.split()[-1].strip(".,;:!?…\"'”’)]").casefold()
    return last not in _OPEN_ENDS
