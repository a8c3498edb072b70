"""Whose words they are: words with their times on one side, turns on the other.

Every word is claimed by the turns that cover or nearly reach its middle. A sentence belongs to the member
with most of it, if that is clear enough: word times inside an utterance may be estimates, while turns nearly
always change between sentences. A sentence whose parts clearly belong to several members is cut between them.
What nobody claims clearly is nobody's: a tie or a gap is not guessed.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from earwitness.conversation.member import Member
from earwitness.conversation.turns import Turn
from earwitness.conversation.utterance import Word

_EDGE_S = 0.6
"""A turn still claims a word this far outside: events and voice activity don't agree exactly."""
_OUTSIDE = 0.7
"""How much it claims right at its edge."""
_LEAST = 0.5
"""A member must claim this share of the time …"""
_MARGIN = 0.2
"""… and so much more than anybody else."""
_CLEAR = 0.4
"""By how much the words of a part must be claimed for a sentence to be cut there."""
_SHORTEST_PART = 3
"""Words; a shorter part inside a sentence is jitter, not a turn."""

Part = tuple[Member | None, Sequence[Word]]
_Claims = dict[str, float]


def speaker_of(words: Sequence[Word], turns: Sequence[Turn]) -> Member | None:
    """Return who says (most of) the words, or None where that is not clear."""
    near = _near(words, turns)
    return _winner(_shares(words, near), near)


def parts_of(words: Sequence[Word], turns: Sequence[Turn]) -> list[Part]:
    """Cut the words of a sentence where their speaker clearly changes; in most cases nowhere."""
    near = _near(words, turns)
    if len({turn.member.id for turn in near}) > 1 and len(words) >= 2:
        parts = _cut(words, near)
        if len({member.id for member, _ in parts if member is not None}) > 1:
            return [(member, as_sentence(part, words)) for member, part in parts]
    return [(_winner(_shares(words, near), near), words)]


def as_sentence(part: Sequence[Word], whole: Sequence[Word]) -> Sequence[Word]:
    """Return a part of a sentence, where it was cut at another speaker, as a sentence of its own."""
    words = list(part)
    if whole[0].text[:1].isupper():
        words[0] = replace(words[0], text=words[0].text[:1].upper() + words[0].text[1:])
    if words[-1].text.endswith((",", ";", ":")):
        words[-1] = replace(words[-1], text=words[-1].text[:-1] + ".")
    return words


def _near(words: Sequence[Word], turns: Sequence[Turn]) -> list[Turn]:
    if not words:
        return []
    first_s, last_s = words[0].start_s - _EDGE_S, words[-1].end_s + _EDGE_S
    return [turn for turn in turns if turn.start_s < last_s and turn.end_s > first_s]


def _claims(at_s: float, turns: Sequence[Turn]) -> _Claims:
    claims: _Claims = {}
    for turn in turns:
        distance_s = turn.distance_s(at_s)
        if distance_s < _EDGE_S:
            nearness = _OUTSIDE * (1 - distance_s / _EDGE_S) if distance_s else 1.0
            claims[turn.member.id] = max(claims.get(turn.member.id, 0.0), turn.weight * nearness)
    return claims


def _shares(words: Sequence[Word], turns: Sequence[Turn]) -> _Claims:
    """Return how much of the time of the words each member claims, 0 to 1."""
    shares: _Claims = {}
    total_s = 0.0
    for word in words:
        length_s = max(word.end_s - word.start_s, 1e-3)
        total_s += length_s
        for member_id, claim in _claims((word.start_s + word.end_s) / 2, turns).items():
            shares[member_id] = shares.get(member_id, 0.0) + claim * length_s
    return {member_id: share / total_s for member_id, share in shares.items()}


def _winner(shares: _Claims, turns: Sequence[Turn], margin: float = _MARGIN) -> Member | None:
    ranked = sorted(shares, key=lambda member_id: -shares[member_id])
    if not ranked or shares[ranked[0]] < _LEAST:
        return None
    if len(ranked) > 1 and shares[ranked[0]] - shares[ranked[1]] < margin:
        return None
    return next(turn.member for turn in turns if turn.member.id == ranked[0])


def _cut(words: Sequence[Word], turns: Sequence[Turn]) -> list[Part]:
    """Cut into runs of words with one clear speaker; what is short or unclear joins its neighbour."""
    owners = [_winner(_shares([word], turns), turns, _CLEAR) for word in words]
    runs = [
        (group[0][0], [word for _, word in group])
        for _, grouped in groupby(
            zip(owners, words, strict=True), key=lambda pair: pair[0].id if pair[0] is not None else None
        )
        for group in [list(grouped)]
    ]
    merged: list[tuple[Member | None, list[Word]]] = []
    for owner, run in runs:
        is_small = owner is None or len(run) < _shortest(words)
        if merged and (is_small or _same(merged[-1][0], owner)):
            merged[-1][1].extend(run)
        elif merged and merged[-1][0] is None:
            merged[-1] = (owner, merged[-1][1] + run)
        else:
            merged.append((None if is_small else owner, run))
    return [(owner, run) for owner, run in merged]


def _shortest(words: Sequence[Word]) -> int:
    """In a short sentence half of the words are a part."""
    return min(_SHORTEST_PART, max(len(words) // 2, 1))


def _same(one: Member | None, other: Member | None) -> bool:
    return one is not None and other is not None and one.id == other.id
