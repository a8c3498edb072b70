"""Messages on the wire."""

import functools
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from earwitness.api.wire.people import person
from earwitness.api.wire.times import iso_at
from earwitness.conversation.message import Assignment, Message
from earwitness.conversation.utterance import Word
from earwitness.insights.sentiment import Sentiment, sentiment_of_message
from earwitness.store.seams import Content


def sentiment(of: Sentiment) -> dict[str, Any]:
    """Return a polarity (−1 to 1) with its label."""
    return {"polarity": {"score": round(of.polarity, 3)}, "suggested": of.suggested}


def rest_messages(
    content: Content, *, verbose: bool = False, with_sentiment: bool = False
) -> list[dict[str, Any]]:
    """Return all messages of a conversation as the Conversation API shows them.

    `phrases` is filled unless the client's request says otherwise (`detectPhrases`); `speakerTag` of words
    counts the members from 1.
    """
    record = content.record
    first_s = content.messages[0].start_s if content.messages else 0.0
    phrases = _phrases(content) if record.request.get("detectPhrases", True) else {}
    tags = {member.id: number for number, member in enumerate(content.members, 1)}
    rendered = []
    for message in content.messages:
        shown = rest_message(
            message, record.id, record.zero_at, first_s, verbose=verbose, with_sentiment=with_sentiment
        )
        shown["phrases"] = [{"type": "action_phrase", "text": text} for text in phrases.get(message.id, ())]
        tag = tags.get(message.speaker.id) if message.speaker else None
        if verbose and tag is not None:
            shown["words"] = [{**word, "speakerTag": tag} for word in shown["words"]]
        rendered.append(shown)
    return rendered


def _phrases(content: Content) -> dict[str, list[str]]:
    """Return what is to be done according to each message, by its id."""
    phrases: dict[str, list[str]] = {}
    for insight in content.insights:
        for message_id in insight.message_ids:
            phrases.setdefault(message_id, []).extend(insight.phrases)
    return {key: list(dict.fromkeys(found)) for key, found in phrases.items()}


def rest_message(
    message: Message,
    conversation_id: str,
    zero_at: datetime,
    first_s: float,
    *,
    verbose: bool = False,
    with_sentiment: bool = False,
) -> dict[str, Any]:
    """Return a message as the Conversation API shows it; `timeOffset` counts from the first message."""
    rendered: dict[str, Any] = {
        "id": message.id,
        "text": message.text,
        "from": person(message.speaker),
        "speakerSource": message.provenance,
        "startTime": iso_at(zero_at, message.start_s),
        "endTime": iso_at(zero_at, message.end_s),
        "timeOffset": round(message.start_s - first_s, 2),
        "duration": round(message.end_s - message.start_s, 2),
        "conversationId": conversation_id,
        "phrases": [],
    }
    if with_sentiment:
        rendered["sentiment"] = sentiment(sentiment_of_message(message))
    if verbose:
        rendered["words"] = [_rest_word(word, zero_at, first_s) for word in message.words]
        rendered["wordTimes"] = "estimated" if message.words_estimated else "measured"
    return rendered


def _rest_word(word: Word, zero_at: datetime, first_s: float) -> dict[str, Any]:
    rendered: dict[str, Any] = {
        "word": word.text,
        "startTime": iso_at(zero_at, word.start_s),
        "endTime": iso_at(zero_at, word.end_s),
        "timeOffset": round(word.start_s - first_s, 2),
        "duration": round(word.end_s - word.start_s, 2),
    }
    if word.confidence is not None:
        rendered["score"] = round(word.confidence, 3)
    return rendered


def live_messages(messages: Sequence[Message], zero_at: datetime) -> list[dict[str, Any]]:
    """Return messages as they stand in a `message_response`; `metadata.words` is JSON in a string."""
    return [_live_message(message, zero_at) for message in messages]


@functools.lru_cache(256)
def _live_message(message: Message, zero_at: datetime) -> dict[str, Any]:
    """Render a message once for all sockets that show it at about the same time; nobody changes it."""
    return {
        "id": message.id,
        "from": person(message.speaker),
        "payload": {"content": message.text, "contentType": "text/plain"},
        "channel": {"id": message.leg},
        "speakerSource": message.provenance,
        "metadata": {
            "disablePunctuation": True,
            "originalContent": message.text,
            "words": json.dumps(
                [
                    {
                        "word": word.text,
                        "startTime": iso_at(zero_at, word.start_s),
                        "endTime": iso_at(zero_at, word.end_s),
                    }
                    for word in message.words
                ]
            ),
            "originalMessageId": message.id,
        },
        "dismissed": False,
        "duration": {
            "startTime": iso_at(zero_at, message.start_s),
            "endTime": iso_at(zero_at, message.end_s),
            "timeOffset": round(message.start_s, 3),
            "duration": round(message.end_s - message.start_s, 3),
        },
        "sentiment": sentiment(sentiment_of_message(message)),
        "entities": [],
    }


def assignment(given: Assignment) -> dict[str, Any]:
    """Return whose a message is after all."""
    return {"id": given.message_id, "from": person(given.speaker), "speakerSource": given.provenance}
