"""Entities and tracked phrases by the messages in which they were said.

Live they are found, shown and stored message by message; whoever reads them wants all places of one together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from earwitness.conversation.insight import Entity, EntityMatch, TrackerMatch

Placed = TypeVar("Placed", Entity, TrackerMatch)


def identity(found: Entity | TrackerMatch) -> tuple[str, ...]:
    """Return what makes two findings the same thing, said in several places."""
    return (found.id,) if isinstance(found, Entity) else (found.id, found.phrase)


def by_message(found: Iterable[Placed]) -> Iterator[tuple[str, Placed]]:
    """Yield each finding once for every message that it is in, with that message's id and its places."""
    for one in found:
        if len(one.matches) == 1:
            yield one.matches[0].message_id, one
            continue
        places: dict[str, list[EntityMatch]] = {}
        for match in one.matches:
            places.setdefault(match.message_id, []).append(match)
        for message_id, matches in places.items():
            yield message_id, replace(one, matches=tuple(matches))


def gathered(found: Iterable[Placed]) -> tuple[Placed, ...]:
    """Join the places of what is the same; the inverse of `by_message`, in the order of the first places."""
    firsts: dict[tuple[str, ...], Placed] = {}
    places: dict[tuple[str, ...], list[EntityMatch]] = {}
    for one in found:
        firsts.setdefault(identity(one), one)
        places.setdefault(identity(one), []).extend(one.matches)
    return tuple(replace(first, matches=tuple(places[key])) for key, first in firsts.items())
