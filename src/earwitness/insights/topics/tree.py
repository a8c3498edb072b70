"""The hierarchy of topics: which broader topic one belongs to.

A phrase that contains another topic's belongs to it ("customer portal" to "portal"). Else a topic belongs
to one that is on the table nearly whenever it is, and often besides: subsumption after M. Sanderson and B.
Croft (Deriving concept hierarchies from text, SIGIR 1999), over stretches of a few sentences instead of
documents.
"""

from collections.abc import Sequence

_STRETCH = 4
"""Sentences in which topics count as discussed together."""
_PART = 0.75
"""Part of its stretches that a topic shares with the broader one."""
_BROADER = 2.0
"""How many times more stretches the broader one has."""
_FEWEST = 3
"""Stretches below which nothing can be told."""


def parents(stems: Sequence[tuple[str, ...]], mentions: Sequence[Sequence[int]]) -> list[int | None]:
    """Return for each topic the place of the broader one, None for a root; there are no cycles.

    Args:
        stems: the words of each topic.
        mentions: indexes of the sentences that mention it.
    """
    stretches = [{mention // _STRETCH for mention in found} for found in mentions]
    return [_parent(place, stems, stretches) for place in range(len(stems))]


def _parent(place: int, stems: Sequence[tuple[str, ...]], stretches: Sequence[set[int]]) -> int | None:
    own = stretches[place]
    parts = [other for other in range(len(stems)) if is_part(stems[other], stems[place])]
    if parts:
        return max(parts, key=lambda other: len(stems[other]))
    if len(own) < _FEWEST:
        return None
    broader = [
        other
        for other in range(len(stems))
        if len(stretches[other]) >= _BROADER * len(own)
        and len(own & stretches[other]) >= _PART * len(own)
        and not is_part(stems[place], stems[other])
    ]
    # The narrowest of the broader ones is the nearest above.
    return min(broader, key=lambda other: len(stretches[other]), default=None)


def is_part(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Say whether a phrase is a part of a longer one."""
    return len(part) < len(whole) and any(
        whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1)
    )
