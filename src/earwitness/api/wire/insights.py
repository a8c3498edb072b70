"""Insights, topics and the summary on the wire."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from earwitness.api.wire.messages import sentiment
from earwitness.api.wire.people import person
from earwitness.api.wire.times import iso
from earwitness.conversation.insight import Insight, SummaryItem, TextSpan, Topic
from earwitness.conversation.intent import Intent
from earwitness.conversation.message import Message
from earwitness.insights.sentiment import Sentiment, sentiment_over_messages


def rest_question(insight: Insight) -> dict[str, Any]:
    """Return a question as the Conversation API shows it."""
    return {
        "id": insight.id,
        "text": insight.text,
        "type": insight.kind,
        "score": insight.score,
        "messageIds": list(insight.message_ids),
        "from": person(insight.speaker),
        "source": insight.source,
    }


def rest_action(insight: Insight) -> dict[str, Any]:
    """Return an action item or follow-up as the Conversation API shows it."""
    rendered = {
        **rest_question(insight),
        "entities": [_rest_span(span, insight) for span in insight.spans],
        "phrases": [{"type": "action_phrase", "text": phrase} for phrase in insight.phrases],
        "definitive": insight.definitive,
        "assignee": person(insight.assignee),
    }
    if insight.due_by is not None:
        rendered["dueBy"] = _instant(insight.due_by)
    return rendered


def _instant(due_by: str) -> str:
    """Return a due date as all times of the Conversation API: its day on the spot is in the `entities`."""
    try:
        return iso(datetime.fromisoformat(due_by))
    except ValueError:
        return due_by


def rest_comprehensive(insight: Insight) -> dict[str, Any]:
    """Return an action item with its context; it refers to its messages in another form."""
    rendered = rest_action(insight)
    del rendered["messageIds"]
    return {**rendered, "messageRefs": [{"id": key} for key in insight.message_ids]}


def rest_insight(insight: Insight) -> dict[str, Any]:
    """Return any insight; `type` tells which it is."""
    return rest_question(insight) if insight.kind == "question" else rest_action(insight)


def _rest_span(span: TextSpan, insight: Insight) -> dict[str, Any]:
    rendered: dict[str, Any] = {"type": span.kind, "text": span.text, "offset": span.offset}
    if span.kind == "person":
        value = {"assignee": insight.assignee is not None, "name": span.value or span.text}
        return {**rendered, "value": value}
    if span.value and span.kind.endswith("range"):
        start, end = (one.replace("T", " ") for one in span.value.split("/"))
        return {**rendered, "start": start, "end": end}
    return {**rendered, "value": span.value}


def rest_topic(
    topic: Topic, messages: Sequence[Message], *, with_sentiment: bool, with_parents: bool
) -> dict[str, Any]:
    """Return a topic; `parentRefs` is always there, and empty unless asked for."""
    rendered: dict[str, Any] = {
        "id": topic.id,
        "text": topic.text,
        "type": "topic",
        "score": round(topic.score, 4),
        "messageIds": list(topic.message_ids),
        "entities": [],
        "parentRefs": [{"type": "topic", "text": text} for text in topic.parents] if with_parents else [],
        "source": topic.source,
    }
    if with_sentiment:
        rendered["sentiment"] = sentiment(_sentiment_of(topic, messages))
    return rendered


def _sentiment_of(topic: Topic, messages: Sequence[Message] = ()) -> Sentiment:
    if topic.polarity is not None:
        return Sentiment(topic.polarity)
    wanted = set(topic.message_ids)
    return sentiment_over_messages(one for one in messages if one.id in wanted)


def rest_intent(intent: Intent) -> dict[str, Any]:
    """Return an intent as the Conversation API shows it.

    Clients' models know no `subIntent` here, so it is the `type` too.
    """
    return {
        "id": intent.id,
        "type": intent.sub_name or "intent",
        "messageIds": [],
        "entities": [],
        **live_intent(intent),
    }


def live_intent(intent: Intent) -> dict[str, Any]:
    """Return an intent as it stands in an `intent_response`."""
    rendered: dict[str, Any] = {
        "intent": intent.name,
        "score": intent.score,
        "text": intent.text,
        "alternatives": [],
    }
    if intent.sub_name is not None:
        rendered["subIntent"] = intent.sub_name
    return rendered


def rest_summary(items: Sequence[SummaryItem]) -> list[dict[str, Any]]:
    """Return the sentences of the summary with the messages they rest on."""
    return [
        {
            "id": item.id,
            "text": item.text,
            "messageRefs": [{"id": ref} for ref in item.message_ids],
            "source": item.source,
        }
        for item in items
    ]


def live_insight(insight: Insight, *, dismissed: bool = False) -> dict[str, Any]:
    """Return an insight as it stands in an `insight_response`; `dismissed` if it is none after all.

    Telephony samples read `text`, streaming samples `payload.content`: both are there.
    """
    rendered: dict[str, Any] = {
        "id": insight.id,
        "type": insight.kind,
        "text": insight.text,
        "confidence": insight.score,
        "payload": {"content": insight.text, "contentType": "text/plain"},
        "messageReference": {"id": insight.message_ids[0]} if insight.message_ids else {},
        "hints": [{"key": "confidenceScore", "value": str(insight.score)}],
        "tags": [_live_tag(span, insight) for span in insight.spans],
        "dismissed": dismissed,
        "from": person(insight.speaker),
    }
    if insight.kind != "question":
        rendered["assignee"] = person(insight.assignee)
    if insight.due_by is not None:
        rendered["dueBy"] = {"value": insight.due_by}
    return rendered


def _live_tag(span: TextSpan, insight: Insight) -> dict[str, Any]:
    value: dict[str, Any] = {"datetime": span.value}
    if span.value and span.kind.endswith("range"):
        start, end = span.value.split("/")
        value = {"datetime": start, "start": start, "end": end}
    if span.kind == "person":
        value = {**person(insight.assignee), "name": span.value or span.text, "assignee": True}
    return {"type": span.kind, "text": span.text, "beginOffset": span.offset, "value": {"value": value}}


def live_topics(topics: Iterable[Topic]) -> list[dict[str, Any]]:
    """Return topics as they stand in a `topic_response`; `phrases` is one string."""
    return [
        {
            "id": topic.id,
            "type": "topic",
            "phrases": topic.text,
            "rootWords": [{"text": word.removesuffix("'s")} for word in topic.text.split()[:1]],
            "score": round(topic.score, 4),
            "messageReferences": [{"id": ref, "relation": "text instance"} for ref in topic.message_ids],
            "sentiment": sentiment(_sentiment_of(topic)),
        }
        for topic in topics
    ]
