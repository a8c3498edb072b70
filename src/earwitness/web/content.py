"""A conversation as its page needs it: the Conversation API's objects, in one piece."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from earwitness.api.conversations.call_score import rest_call_score
from earwitness.api.conversations.readings import rest_answers, rest_reading
from earwitness.api.wire.insights import rest_insight, rest_summary, rest_topic
from earwitness.api.wire.marks import rest_bookmarks
from earwitness.api.wire.messages import rest_message
from earwitness.api.wire.people import person
from earwitness.api.wire.times import iso
from earwitness.conversation.events import CallProgressed
from earwitness.conversation.insight import InsightKind
from earwitness.insights.analytics import Share, analyse
from earwitness.store.seams import Content, Part

SHOWN: frozenset[Part] = frozenset({"messages", "insights", "topics", "summary", "reading", "bookmarks"})
"""What of a conversation the page shows."""


def page_content(
    content: Content, look: Mapping[str, Any] | None = None, *, call_score: bool = False
) -> dict[str, Any]:
    """Return everything that the page shows, in the look that a client asked for.

    With `call_score` that is among it once the conversation is over. Of the insights it shows what is worth
    reading. `timeOffset` of messages counts from the start of the media, as in subtitles. `now` is the
    server's clock, so that a page can show how long a conversation has been going on.
    """
    record = content.record
    return {
        "id": record.id,
        "title": record.title,
        "state": record.outcome or "active",
        "now": iso(datetime.now(UTC)),
        "startTime": iso(record.started_at),
        "mediaStartTime": iso(record.media_started_at) if record.media_started_at else None,
        "endTime": iso(record.ended_at) if record.ended_at else None,
        "timeZone": record.timezone,
        "language": record.language,
        "endpoint": record.endpoint,
        "call": _call(record.call) if record.call else None,
        "members": [person(member) for member in content.members],
        "messages": [rest_message(message, record.id, record.zero_at, 0.0) for message in content.messages],
        "summary": rest_summary(content.summary),
        "actionItems": _insights(content, "action_item"),
        "followUps": _insights(content, "follow_up"),
        "questions": _insights(content, "question"),
        "topics": [
            rest_topic(topic, content.messages, with_sentiment=False, with_parents=True)
            for topic in sorted(content.topics, key=lambda topic: -topic.score)
        ],
        "reading": rest_reading(content.reading),
        "customPrompts": rest_answers(content.reading.answers if content.reading else ()),
        "bookmarks": rest_bookmarks(content.bookmarks, content.messages),
        "analytics": _analytics(content),
        "callScore": rest_call_score(content) if call_score and record.outcome and content.messages else None,
        "experience": look,
    }


def _insights(content: Content, kind: InsightKind) -> list[dict[str, Any]]:
    """Return insights; a due date stays in the time zone of the conversation, whose day it names."""
    shown = [one for one in content.insights if one.kind == kind and one.is_worth_reading]
    return [rest_insight(one) | ({"dueBy": one.due_by} if one.due_by else {}) for one in shown]


def _call(call: CallProgressed) -> dict[str, Any]:
    return {
        "state": call.state,
        "sipStatus": call.sip_status,
        "reason": call.reason,
        "codec": call.codec,
        "media": call.media,
    }


def _analytics(content: Content) -> dict[str, Any]:
    figures = analyse(content.messages, content.length_s)
    return {
        "talk": _share(figures.talk),
        "silence": _share(figures.silence),
        "overlap": _share(figures.overlap),
        "members": [
            {**person(one.member), "talk": _share(one.talk), "wpm": one.pace_wpm} for one in figures.members
        ],
    }


def _share(share: Share) -> dict[str, float]:
    return {"seconds": share.seconds, "percent": share.percent}
