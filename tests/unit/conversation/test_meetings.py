"""Whole meetings: how many words get the right name."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from earwitness.conversation.message import Message
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.timeline import Timeline
from earwitness.testing.meetings import Client, Meeting

_FINAL_S = 0.6
"""How long after its end an utterance is final."""


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of words, 0 to 1."""

    right: float
    """Of the words of turns whose own events came: named right."""
    wrong: float
    """Of all words: named wrong."""


def held(meeting: Meeting, client: Client) -> tuple[Score, float]:
    """Run a meeting through a timeline; returns how well it did and the clock's offset that it found."""
    timeline = Timeline()
    messages: dict[str, Message] = {}
    names: dict[str, str | None] = {}
    events = meeting.events(client)

    def take(given: Iterable[Message]) -> None:
        for message in given:
            messages[message.id] = message
            names[message.id] = message.speaker.id if message.speaker else None

    def mark_until(now_s: float) -> None:
        while events and events[0].arrives_s <= now_s:
            told = events.pop(0)
            placed_s = timeline.place(told.said_s, told.arrives_s)
            timeline.mark(SpeakerEvent(told.kind, placed_s, told.speaker, told.said_s, told.arrives_s))
        for message in timeline.revise():
            names[message.id] = message.speaker.id if message.speaker else None

    told_turns: dict[int, int] = {}
    for event in events:
        told_turns[event.turn] = told_turns.get(event.turn, 0) + 1
    for utterance in meeting.utterances():
        mark_until(utterance.end_s + _FINAL_S)
        take(timeline.begin(utterance.leg, utterance.start_s))
        take(timeline.hear(utterance).messages)
    mark_until(1e9)
    take(timeline.flush())
    mark_until(1e9)

    given = [
        (word.text, names[message.id])
        for message in sorted(messages.values(), key=lambda message: message.start_s)
        for word in message.words
    ]
    said = meeting.spoken()
    assert len(given) == len(said)
    expected = 2 if client.stops else 1
    sure = [
        (speaker.id, name)
        for (_, speaker, turn), (_, name) in zip(said, given, strict=True)
        if told_turns.get(turn, 0) == expected
    ]
    right = sum(speaker == name for speaker, name in sure) / len(sure)
    wrong = sum(
        name not in (speaker.id, None) for (_, speaker, _), (_, name) in zip(said, given, strict=True)
    ) / len(said)
    return Score(right, wrong), timeline._speakers._clock.offset_s


CLIENTS = {
    "exact": Client(),
    "jittered": Client(jitter_s=0.12),
    "late": Client(jitter_s=0.1, late=0.3),
    "missing": Client(jitter_s=0.1, missing=0.06),
    "clock 1.5 s ahead": Client(jitter_s=0.1, skew_s=1.5),
    "clock 1.5 s behind": Client(jitter_s=0.1, skew_s=-1.5),
    "clock an hour behind": Client(jitter_s=0.1, skew_s=-3600.0),
    "only who speaks": Client(jitter_s=0.1, stops=False),
    "all of it": Client(jitter_s=0.12, skew_s=0.8, late=0.2, missing=0.05),
}


@pytest.mark.parametrize("name", CLIENTS)
def test_words_get_the_right_name(name: str) -> None:
    scores = []
    for people in (2, 3, 4, 5):
        for seed in range(3):
            score, offset_s = held(Meeting(seed * 10 + people, people), CLIENTS[name])
            scores.append(score)
            named = f"{score.right:.1%} right, {score.wrong:.1%} wrong"
            print(f"{name}, {people} people: {named}, clock {offset_s:+.2f} s")
    right = sum(score.right for score in scores) / len(scores)
    print(f"{name}: {right:.2%} of the words right, {sum(s.wrong for s in scores) / len(scores):.2%} wrong")
    assert right >= 0.98
