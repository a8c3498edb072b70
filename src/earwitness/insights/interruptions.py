"""Interruptions: who takes the floor while another member still speaks.

Of two turns that overlap, the later one interrupts if it begins while the other is under way and goes on when
the other has ended. What ends first is support ("mhm", "right"), not an interruption; the distinction is that
of conversation analysis (E. Schegloff, Language in Society 29, 2000: overlapping talk).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from earwitness.conversation.member import Member
from earwitness.conversation.message import Message

_JOINS_WITHIN_S = 1.0
"""Sentences of one member with no longer pause between them are one turn."""
_UNDER_WAY_S = 0.5
"""A turn that lasts so long is under way; two that begin together interrupt nobody."""
_LEAST_OVERLAP_S = 0.3
"""Shorter overlaps are people who take turns quickly, or times that are not quite right."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """One member took the floor from another."""

    by: Member
    of: Member
    at_s: float
    """Seconds since the media started."""


@dataclass(frozen=True, slots=True)
class _Turn:
    member: Member
    start_s: float
    end_s: float


def interruptions(messages: Sequence[Message]) -> list[Interruption]:
    """Return the interruptions in order; messages of unknown speakers take no part."""
    found: list[Interruption] = []
    open_turns: list[_Turn] = []
    for turn in sorted(_turns(messages), key=lambda turn: turn.start_s):
        open_turns = [other for other in open_turns if other.end_s > turn.start_s]
        found.extend(
            Interruption(turn.member, other.member, turn.start_s)
            for other in open_turns
            if turn.start_s - other.start_s >= _UNDER_WAY_S
            and other.end_s - turn.start_s >= _LEAST_OVERLAP_S
            and turn.end_s > other.end_s
        )
        open_turns.append(turn)
    return found


def _turns(messages: Sequence[Message]) -> list[_Turn]:
    """Join the sentences of each member to turns."""
    turns: list[_Turn] = []
    last: dict[str, int] = {}
    for message in sorted(messages, key=lambda message: message.start_s):
        speaker = message.speaker
        if speaker is None or message.end_s <= message.start_s:
            continue
        place = last.get(speaker.id)
        if place is not None and message.start_s - turns[place].end_s <= _JOINS_WITHIN_S:
            before = turns[place]
            turns[place] = _Turn(speaker, before.start_s, max(before.end_s, message.end_s))
        else:
            last[speaker.id] = len(turns)
            turns.append(_Turn(speaker, message.start_s, message.end_s))
    return turns
