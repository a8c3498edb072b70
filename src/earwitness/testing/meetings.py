"""Meetings made up by chance: who says what when, what a recogniser hears of it, and what a client tells.

Everything follows from a seed, so that a meeting can be had again. Nothing is spoken: words have times.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from earwitness.conversation.ids import new_id
from earwitness.conversation.member import Member
from earwitness.conversation.speaker_event import SpeakerEventKind
from earwitness.conversation.utterance import Utterance, Word

_SENTENCES = (
    "I think we should move the launch to the second week of March.",
    "The numbers from last quarter look better than we expected.",
    "Can somebody send me the slides before Friday?",
    "We talked to the customer yesterday and they are not happy with the delay.",
    "That sounds good to me.",
    "What about the budget for the new office?",
    "I will check with the legal team and get back to you.",
    "So the main problem is that the test environment is down again.",
    "Let us take that offline.",
    "We need two more people in support, at least until the summer.",
    "The design is done, but nobody has reviewed it yet.",
    "Who is going to present this on Monday?",
    "It depends on how many orders come in by the end of the week.",
    "Marketing wants a different name, and I can see why.",
    "If we ship it without the export, half of the users will complain.",
    "I disagree.",
    "The server was slow this morning, so the report is late.",
    "Maybe we can ask for another week.",
    "There are three things that I would like to talk about today.",
    "The contract ends in June and we have not heard from them.",
)
_ANSWERS = (
    "Yes.",
    "Right.",
    "Okay.",
    "I see.",
    "Exactly.",
    "No, not yet.",
    "Good point.",
    "Sure, no problem.",
)
_NAMES = ("Anna Berg", "Mark Stone", "Vikram Rao", "Lucy Hall", "Derek Moss")
_CLOSES_S = 0.512
"""A pause so long ends a segment."""
_LONGEST_SEGMENT_S = 14.0
_FOUND_PAUSE_S = 0.12
_SECONDS_PER_CHARACTER = 0.062


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """All that one person says until another one does."""

    speaker: Member
    words: tuple[Word, ...]

    @property
    def start_s(self) -> float:
        """Where the first word starts."""
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        """Where the last word ends."""
        return self.words[-1].end_s


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """A speaker event as a client sends it."""

    kind: SpeakerEventKind
    speaker: Member
    said_s: float
    """By the client's clock."""
    arrives_s: float
    turn: int
    """The number of the turn that it is about."""


@dataclass(frozen=True, slots=True)
class Client:
    """How well a client tells who speaks."""

    jitter_s: float = 0.0
    """Standard deviation of when it notices."""
    skew_s: float = 0.0
    """How far its clock is ahead."""
    delay_s: float = 0.08
    """How long events take at least."""
    late: float = 0.0
    """Share of the events that are held up …"""
    late_s: float = 4.0
    """… by up to so long."""
    missing: float = 0.0
    """Share of the events that never come."""
    stops: bool = True
    """Whether it says when somebody stops, or only who speaks now."""


class Meeting:
    """A meeting of two to five people."""

    def __init__(self, seed: int, people: int, turns: int = 60, *, overlap: bool = True) -> None:
        """Make one up."""
        self._random = random.Random(seed)
        self.members = tuple(Member(f"m{number}", name) for number, name in enumerate(_NAMES[:people]))
        self.turns = tuple(self._turns(turns, overlap=overlap))

    def _turns(self, count: int, *, overlap: bool) -> Iterator[SaidTurn]:
        chance = self._random
        at_s, speaker = 1.0, chance.choice(self.members)
        for _ in range(count):
            if chance.random() < 0.2:
                sentences = [chance.choice(_ANSWERS)]
            else:
                sentences = [chance.choice(_SENTENCES) for _ in range(chance.choice((1, 1, 2, 3, 4)))]
            words = tuple(self._spoken(sentences, at_s))
            yield SaidTurn(speaker, words)
            gap_s = chance.gauss(0.35, 0.4)
            at_s = words[-1].end_s + min(max(gap_s, -0.4 if overlap else 0.05), 3.0)
            speaker = chance.choice([member for member in self.members if member is not speaker])

    def _spoken(self, sentences: Sequence[str], at_s: float) -> Iterator[Word]:
        chance = self._random
        for sentence in sentences:
            for text in sentence.split():
                length_s = (len(text) + 1) * _SECONDS_PER_CHARACTER * chance.uniform(0.7, 1.3)
                yield Word(text, at_s, at_s + length_s)
                at_s += length_s
                if text.endswith(","):
                    at_s += chance.uniform(0.05, 0.35)
                elif chance.random() < 0.03:
                    at_s += chance.uniform(0.3, 1.2)  # thinks
            at_s += chance.uniform(0.1, 0.6)

    def utterances(self) -> Iterator[Utterance]:
        """Yield what a recogniser makes of the mix: it knows where pauses are, but no word times."""
        words = sorted((word for turn in self.turns for word in turn.words), key=lambda word: word.start_s)
        for segment in _segments(words):
            pauses = tuple(
                (before.end_s, after.start_s)
                for before, after in pairwise(segment)
                if after.start_s - before.end_s >= _FOUND_PAUSE_S
            )
            yield Utterance(
                new_id(),
                "in",
                " ".join(word.text for word in segment),
                segment[0].start_s,
                max(word.end_s for word in segment),
                is_final=True,
                pauses=pauses,
            )

    def spoken(self) -> list[tuple[str, Member, int]]:
        """Return every word in the order of time, with its speaker and the number of its turn."""
        said = [(word, turn.speaker, number) for number, turn in enumerate(self.turns) for word in turn.words]
        return [
            (word.text, speaker, number)
            for word, speaker, number in sorted(said, key=lambda one: one[0].start_s)
        ]

    def events(self, client: Client) -> list[ToldEvent]:
        """Return what a client tells, in the order of arrival."""
        return sorted(self._told(client), key=lambda event: event.arrives_s)

    def _told(self, client: Client) -> Iterator[ToldEvent]:
        chance = self._random
        for number, turn in enumerate(self.turns):
            changes: list[tuple[SpeakerEventKind, float]] = [("started_speaking", turn.start_s)]
            if client.stops:
                changes.append(("stopped_speaking", turn.end_s))
            for kind, at_s in changes:
                if chance.random() < client.missing:
                    continue
                noticed_s = at_s + chance.gauss(0.0, client.jitter_s)
                delay_s = client.delay_s + chance.expovariate(1 / 0.05)
                if chance.random() < client.late:
                    delay_s += chance.uniform(1.0, client.late_s)
                yield ToldEvent(kind, turn.speaker, noticed_s + client.skew_s, noticed_s + delay_s, number)


def _segments(words: Iterable[Word]) -> Iterator[list[Word]]:
    segment: list[Word] = []
    end_s = 0.0
    for word in words:
        too_long = segment and word.end_s - segment[0].start_s > _LONGEST_SEGMENT_S
        if segment and (too_long or word.start_s - end_s > _CLOSES_S):
            yield segment
            segment = []
        segment.append(word)
        end_s = max(end_s, word.end_s) if len(segment) > 1 else word.end_s
    if segment:
        yield segment
