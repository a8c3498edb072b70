"""Who speaks: all evidence about it, in order of trust.

1. A leg that carries one member's voice alone.
2. A mixer's word about who contributes to a leg (CSRC lists and audio levels).
3. The speaker events of clients.

Evidence of one kind is asked only where all that is trusted more leaves it open.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from earwitness.conversation.attribution import parts_of, speaker_of
from earwitness.conversation.clock import ClientClock
from earwitness.conversation.member import Member
from earwitness.conversation.message import Provenance
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.turns import Turn, turns_of
from earwitness.conversation.utterance import Utterance, Word
from earwitness.conversation.voice import Voice

_MOST_EVENTS = 1000
"""Speaker events that are kept while a conversation goes on; of more, the oldest are dropped."""
_MOST_CONTRIBUTIONS = 1000
"""Changes of a leg's contributors that are kept; of more, the oldest are dropped."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something, and how that is known."""

    member: Member | None = None
    provenance: Provenance = "unknown"

    def is_same(self, other: "Speaker") -> bool:
        """Whether both are the same member, or both nobody."""
        mine, theirs = self.member, other.member
        return mine is theirs or (mine is not None and theirs is not None and mine.id == theirs.id)


class Speakers:
    """The evidence about one conversation's speakers; each piece of it may come late and in any order."""

    def __init__(self, most_events: int = _MOST_EVENTS) -> None:
        self._seats: dict[str, Member] = {}
        self._events: deque[SpeakerEvent] = deque(maxlen=most_events)
        self._clock = ClientClock()
        self._voice = Voice()
        self._contributions: dict[str, deque[Turn]] = {}
        self._turns: list[Turn] | None = None
        """Made of the events when they are needed."""
        self._learned = True
        """Whether the clock has seen all that there is to learn from."""

    def seat(self, leg: str, member: Member) -> None:
        """Say that a leg carries one member's voice alone; all that is heard on it is theirs."""
        self._seats[leg] = member

    def place(self, said_s: float | None, arrived_s: float) -> float:
        """Return when an event happened that a client reports now."""
        return self._clock.place(said_s, arrived_s)

    def mark(self, event: SpeakerEvent) -> None:
        """Take a speaker event."""
        self._events.append(event)
        if event.arrived_s is not None and event.kind in ("started_speaking", "stopped_speaking"):
            self._clock.note(event.said_s, event.arrived_s, is_start=event.kind == "started_speaking")
        self._turns = None
        self._learned = False

    def know_as(self, member_id: str, member: Member) -> None:
        """A member has another name from now on, or is the same person as another member."""
        self._seats = {leg: member if one.id == member_id else one for leg, one in self._seats.items()}
        for number, event in enumerate(self._events):
            if event.member is not None and event.member.id == member_id:
                self._events[number] = replace(event, member=member)
        for kept in self._contributions.values():
            for number, turn in enumerate(kept):
                if turn.member.id == member_id:
                    kept[number] = replace(turn, member=member)
        self._turns = None

    def contribute(self, leg: str, at_s: float, members: Sequence[Member]) -> None:
        """Take a mixer's word that from `at_s` on these members, and no others, are heard on a leg."""
        kept = self._contributions.setdefault(leg, deque(maxlen=_MOST_CONTRIBUTIONS))
        for _ in range(len(kept)):
            turn = kept.popleft()
            kept.append(replace(turn, end_s=at_s) if turn.end_s == math.inf else turn)
        kept.extend(Turn(member, at_s, math.inf) for member in members)

    def heard(self, utterance: Utterance) -> None:
        """Take note of where speech was."""
        if utterance.leg not in self._seats:
            self._voice.heard(utterance.start_s, utterance.end_s, utterance.pauses)
            self._turns = None
            self._learned = False

    def speaker_of(self, leg: str, words: Sequence[Word]) -> Speaker:
        """Return who says (most of) some words of a leg."""
        if (seated := self._seats.get(leg)) is not None:
            return Speaker(seated, "leg")
        for provenance, turns in self._evidence(leg):
            if (member := speaker_of(words, turns)) is not None:
                return Speaker(member, provenance)
        return Speaker()

    def parts_of(self, leg: str, words: Sequence[Word]) -> list[tuple[Speaker, Sequence[Word]]]:
        """Cut a sentence of a leg where its speaker clearly changes; in most cases nowhere."""
        if leg not in self._seats:
            for provenance, turns in self._evidence(leg):
                parts = parts_of(words, turns)
                if any(member is not None for member, _ in parts):
                    return [
                        (Speaker(member, provenance) if member is not None else Speaker(), part)
                        for member, part in parts
                    ]
        return [(self.speaker_of(leg, words), words)]

    def forget(self, before_s: float) -> None:
        """Drop what matters only for words before that."""
        self._voice.forget(before_s)
        for leg, kept in self._contributions.items():
            recent = (turn for turn in kept if turn.end_s >= before_s)
            self._contributions[leg] = deque(recent, maxlen=_MOST_CONTRIBUTIONS)
        before = [event for event in self._events if event.at_s < before_s]
        if before:
            # Who had started then may be speaking still.
            latest = {event.member.id: event for event in before if event.member is not None}
            started = [event for event in latest.values() if event.kind == "started_speaking"]
            after = [event for event in self._events if event.at_s >= before_s]
            self._events = deque([*started, *after], maxlen=self._events.maxlen)

    def _evidence(self, leg: str) -> list[tuple[Provenance, Sequence[Turn]]]:
        evidence: list[tuple[Provenance, Sequence[Turn]]] = []
        if contributions := self._contributions.get(leg):
            evidence.append(("csrc", contributions))
        if self._events:
            evidence.append(("event", self._spoken_turns()))
        return evidence

    def _spoken_turns(self) -> list[Turn]:
        if not self._learned:
            self._clock.learn(self._voice.starts_s, self._voice.ends_s)
            self._learned = True
        if self._turns is None:
            placed = [
                event
                if event.arrived_s is None
                else replace(event, at_s=self._clock.place(event.said_s, event.arrived_s))
                for event in self._events
            ]
            self._turns = self._voice.fit(turns_of(placed))
        return self._turns
