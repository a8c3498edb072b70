"""Who says that they speak when: turns made of speaker events.

Events come in any order, twice, or not at all. Inside one turn its events are certain; what has to be
inferred weighs less, so that it never outvotes what was said and ends as "unknown" where it meets its like:

- A start without a stop lasts until that member starts again. From where somebody else starts meanwhile it
  is doubtful: the stop may be lost or still to come. A client that never says "stopped" reports the active
  speaker alone: there somebody else's start is the stop.
- A stop without a start reaches back to the last change that anybody made.
- "stopped" without a member and `left` end turns like a stop.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from earwitness.conversation.member import Member
from earwitness.conversation.speaker_event import SpeakerEvent

DOUBTFUL = 0.5
_WITHOUT_START = 0.7
_LONGEST_WITHOUT_START_S = 30.0
_STARTS = "started_speaking"
_STOPS = ("stopped_speaking", "left", "stopped")


@dataclass(frozen=True, slots=True)
class Turn:
    """A member is said to speak for a while."""

    member: Member
    start_s: float
    end_s: float
    """Infinite while nothing says that it ended."""
    weight: float = 1.0
    """1 where the evidence says so, less where it is inferred."""

    def distance_s(self, at_s: float) -> float:
        """0 inside the turn, else the distance to its nearer edge."""
        return max(self.start_s - at_s, at_s - self.end_s, 0.0)


def turns_of(events: Iterable[SpeakerEvent]) -> list[Turn]:
    """Return the turns that the events, in any order, speak of, in the order of their start."""
    ordered = sorted(
        (event for event in events if event.kind == _STARTS or event.kind in _STOPS),
        key=lambda event: (event.at_s, event.kind == _STARTS),
    )
    members = {event.member.id: event.member for event in ordered if event.member is not None}
    says_stops = any(event.kind == "stopped_speaking" for event in ordered)
    turns = [
        turn
        for member in members.values()
        for turn in _turns_of_one(member, ordered, says_stops=says_stops)
        if turn.end_s > turn.start_s
    ]
    return sorted(turns, key=lambda turn: (turn.start_s, turn.member.id))


def _turns_of_one(member: Member, ordered: Sequence[SpeakerEvent], *, says_stops: bool) -> Iterator[Turn]:
    started_s: float | None = None
    others_s: float | None = None
    """When somebody else started after this member did."""
    changed_s = -math.inf
    """The last change before the present event."""
    for event in ordered:
        is_own = event.member is not None and event.member.id == member.id
        if event.kind == _STARTS and is_own:
            if started_s is not None:
                yield Turn(member, started_s, event.at_s if others_s is None else others_s)
            started_s, others_s = event.at_s, None
        elif event.kind == _STARTS:
            if started_s is not None and others_s is None:
                others_s = event.at_s
        elif is_own or event.member is None:
            if started_s is not None:
                if others_s is None or says_stops:
                    yield Turn(member, started_s, event.at_s)
                else:
                    yield Turn(member, started_s, others_s)
                started_s = None
            elif is_own and event.kind == "stopped_speaking":
                earliest = max(changed_s, event.at_s - _LONGEST_WITHOUT_START_S)
                yield Turn(member, earliest, event.at_s, _WITHOUT_START)
        changed_s = event.at_s
    if started_s is not None:
        yield Turn(member, started_s, math.inf if others_s is None else others_s)
        if others_s is not None and says_stops:
            yield Turn(member, others_s, math.inf, DOUBTFUL)
