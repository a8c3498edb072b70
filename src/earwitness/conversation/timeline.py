"""Turning utterances and speaker events into messages.

A message is one sentence of one speaker. Speaker events come as spans on the same clock as the
words; a word belongs to the span that covers its middle. Where spans overlap, the one that began
last counts: platforms that report an active speaker often never say that the previous one stopped.
A sentence is cut between speakers only if no one has most of it, since word times inside an
utterance may be estimates while turns nearly always change between sentences.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from earwitness.conversation.ids import new_id
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message, Provenance
from earwitness.conversation.sentences import split_sentences
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.utterance import Utterance, Word, estimate_words

_EDGE_S = 0.6
"""A word this close to a span's edge still belongs to it: events and voice activity don't agree exactly."""
_MAJORITY = 0.6
"""A speaker with this share of a sentence's time has said all of it."""
_SHORTEST_RUN = 2
"""Words; a shorter run inside a sentence is jitter, not a turn."""
_KEPT_S = 300.0
"""Spans that ended this long before the newest utterance are forgotten."""


@dataclass(slots=True)
class _Span:
    member: Member
    start_s: float
    end_s: float | None = None

    def distance_s(self, at_s: float) -> float:
        """0 inside the span, else the distance to its nearer edge."""
        if at_s < self.start_s:
            return self.start_s - at_s
        if self.end_s is not None and at_s > self.end_s:
            return at_s - self.end_s
        return 0.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an utterance became."""

    messages: tuple[Message, ...]
    speaker: Member | None
    """Who said most of the utterance."""


class Timeline:
    """The speakers of one conversation over time."""

    def __init__(self) -> None:
        self._spans: list[_Span] = []
        self._seats: dict[str, Member] = {}

    def seat(self, leg: str, member: Member) -> None:
        """Say that a leg carries one member's voice alone; all that is heard on it is theirs."""
        self._seats[leg] = member

    def mark(self, event: SpeakerEvent) -> None:
        """Take a speaker event; events may come in any order."""
        if event.kind == "started_speaking" and event.member is not None:
            if not any(span.end_s is None for span in self._of(event.member)):
                self._spans.append(_Span(event.member, event.at_s))
        elif event.kind in ("stopped_speaking", "left") and event.member is not None:
            self._close(self._of(event.member), event.at_s)
        elif event.kind == "stopped":
            self._close(self._spans, event.at_s)

    def speaker_at(self, at_s: float) -> Member | None:
        """Return who speaks at an instant, or None where no event says so."""
        near = [(span.distance_s(at_s), -span.start_s, span) for span in self._spans]
        covering = [entry for entry in near if entry[0] <= _EDGE_S]
        return min(covering, key=lambda entry: entry[:2])[2].member if covering else None

    def speaker_of(self, utterance: Utterance) -> Member | None:
        """Return who says most of an utterance, as far as it is known."""
        if (member := self._seats.get(utterance.leg)) is not None:
            return member
        words = utterance.words or estimate_words(utterance.text, utterance.start_s, utterance.end_s)
        return _most(self._assign(words))[0]

    def hear(self, utterance: Utterance) -> Spoken:
        """Turn a final utterance into messages, in order of time."""
        words = utterance.words or estimate_words(utterance.text, utterance.start_s, utterance.end_s)
        seated = self._seats.get(utterance.leg)
        assigned = self._assign(words) if seated is None else [(word, seated) for word in words]
        known_by: Provenance = "event" if seated is None else "leg"
        messages = tuple(
            _message(utterance, speaker, known_by, [word for word, _ in part])
            for sentence in _sentences(utterance.text, assigned)
            for speaker, part in _turns(sentence)
        )
        self._forget(utterance.start_s - _KEPT_S)
        return Spoken(messages, _most(assigned)[0])

    def _assign(self, words: Iterable[Word]) -> list[tuple[Word, Member | None]]:
        return [(word, self.speaker_at((word.start_s + word.end_s) / 2)) for word in words]

    def _of(self, member: Member) -> Iterator[_Span]:
        return (span for span in self._spans if span.member.id == member.id)

    @staticmethod
    def _close(spans: Iterable[_Span], at_s: float) -> None:
        for span in spans:
            if span.end_s is None and span.start_s <= at_s:
                span.end_s = at_s

    def _forget(self, before_s: float) -> None:
        self._spans = [span for span in self._spans if span.end_s is None or span.end_s >= before_s]


_Assigned = Sequence[tuple[Word, Member | None]]


def _sentences(text: str, assigned: _Assigned) -> Iterator[_Assigned]:
    at = 0
    for sentence in split_sentences(text):
        count = len(sentence.split())
        if part := assigned[at : at + count]:
            yield part
        at += count


def _most(assigned: _Assigned) -> tuple[Member | None, float]:
    """Return who has the longest time, and their share of all time."""
    times: dict[str, float] = {}
    members: dict[str, Member] = {}
    total = 0.0
    for word, member in assigned:
        duration = max(word.end_s - word.start_s, 1e-3)
        total += duration
        if member is not None:
            members[member.id] = member
            times[member.id] = times.get(member.id, 0.0) + duration
    if not times:
        return None, 1.0
    top = max(times, key=times.__getitem__)
    return members[top], times[top] / total


def _turns(sentence: _Assigned) -> list[tuple[Member | None, _Assigned]]:
    """Cut a sentence where its speaker changes."""
    top, share = _most(sentence)
    if share >= _MAJORITY:
        return [(top, sentence)]
    runs = [
        (members[0], part)
        for _, group in groupby(sentence, key=lambda pair: pair[1].id if pair[1] else None)
        for part in [list(group)]
        for members in [[member for _, member in part]]
    ]
    merged: list[tuple[Member | None, list[tuple[Word, Member | None]]]] = []
    for member, part in runs:
        if merged and (len(part) < _SHORTEST_RUN or merged[-1][0] == member):
            merged[-1][1].extend(part)
        elif merged and len(merged[-1][1]) < _SHORTEST_RUN:
            merged[-1] = (member, merged[-1][1] + part)
        else:
            merged.append((member, part))
    return [(member, part) for member, part in merged]


def _message(
    utterance: Utterance, speaker: Member | None, known_by: Provenance, words: Sequence[Word]
) -> Message:
    return Message(
        id=new_id(),
        text=" ".join(word.text for word in words),
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        leg=utterance.leg,
        speaker=speaker,
        provenance=known_by if speaker is not None else "unknown",
        words=tuple(words),
        words_estimated=utterance.words_estimated,
        confidence=utterance.confidence,
        utterance_id=utterance.id,
    )
