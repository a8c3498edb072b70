"""What a log lacks: a sentence that waited for its end when the server stopped.

The words of an open sentence are in the log with their utterance; only their message is not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from earwitness.conversation.events import (
    Closed,
    Event,
    MessagesAdded,
    Opened,
    SpeakerMarked,
    UtteranceHeard,
)
from earwitness.conversation.message import Message
from earwitness.conversation.timeline import Timeline

_ROUNDING_S = 1e-3


def untold(events: Iterable[Event]) -> tuple[Message, ...]:
    """Return messages for the words that no message of the log holds, in the order of their legs' time."""
    told_s: dict[str, float] = {}
    heard: list[Message] = []
    timeline = Timeline()
    for event in events:
        match event.body:
            case Opened(language=language):
                timeline = Timeline(language)
            case SpeakerMarked(event=marked):
                timeline.mark(marked)
            case MessagesAdded(messages=messages):
                for message in messages:
                    told_s[message.leg] = max(told_s.get(message.leg, 0.0), message.end_s)
            case UtteranceHeard() as body:
                heard += _hear(timeline, body)
            case Closed():  # with all that waited until then; more is heard where more is added
                timeline.flush()
                heard.clear()
    heard += timeline.flush()
    return tuple(_rest(heard, told_s))


def _hear(timeline: Timeline, body: UtteranceHeard) -> Iterator[Message]:
    utterance, speaker = body.utterance, body.speaker
    if speaker is not None and body.provenance == "leg":
        timeline.seat(utterance.leg, speaker)
    elif speaker is not None and body.provenance == "csrc":
        # Only what came of a mixer's word is in the log.
        timeline.contribute(utterance.leg, utterance.start_s, (speaker,))
    yield from timeline.begin(utterance.leg, utterance.start_s)
    yield from timeline.hear(utterance).messages


def _rest(heard: Iterable[Message], told_s: dict[str, float]) -> Iterator[Message]:
    for message in heard:
        after_s = told_s.get(message.leg, -1.0) - _ROUNDING_S
        words = tuple(word for word in message.words if word.start_s >= after_s)
        if words:
            text = " ".join(word.text for word in words)
            yield replace(message, words=words, text=text, start_s=words[0].start_s)
