"""Giving stored messages their speakers by events that came after the fact."""

from collections.abc import Iterable

from earwitness.conversation.message import Assignment, Message
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.speakers import Speaker, Speakers
from earwitness.conversation.utterance import Utterance
from earwitness.conversation.word_times import estimate_words


def reassigned(messages: Iterable[Message], events: Iterable[SpeakerEvent]) -> tuple[Assignment, ...]:
    """Return the messages that belong to another speaker by these events, which are taken as exact.

    A message that they leave open stays whose it was, and so does one whose leg carries one voice alone.
    """
    messages = [message for message in messages if message.provenance != "leg"]
    events = list(events)
    speakers = Speakers(most_events=len(events))
    for event in events:
        speakers.mark(event)
    for message in messages:
        speakers.heard(
            Utterance(message.id, message.leg, message.text, message.start_s, message.end_s, is_final=True)
        )
    assignments = []
    for message in messages:
        words = message.words or estimate_words(message.text, message.start_s, message.end_s)
        now = speakers.speaker_of(message.leg, words)
        before = Speaker(message.speaker, message.provenance)
        if now.member is not None and not now.is_same(before):
            assignments.append(Assignment(message.id, now.member, now.provenance))
    return tuple(assignments)
