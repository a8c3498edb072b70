"""The Conversation API: what was heard and understood."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import AfterValidator

from earwitness.api.context import App, Ctx, Own
from earwitness.api.entities import rest_entity
from earwitness.api.errors import UNKNOWN_CONVERSATION, ApiError
from earwitness.api.insights import (
    rest_action,
    rest_insight,
    rest_intent,
    rest_question,
    rest_summary,
    rest_topic,
)
from earwitness.api.messages import rest_message
from earwitness.api.people import person
from earwitness.api.readings import rest_reading
from earwitness.api.redaction import redacted_content
from earwitness.api.times import as_utc, iso
from earwitness.api.trackers import rest_trackers
from earwitness.conversation.insight import Insight, InsightKind
from earwitness.conversation.member import Member
from earwitness.store.seams import Content, ConversationRecord

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])

Flag = Annotated[bool, Query()]
Moment = Annotated[datetime, AfterValidator(as_utc)]


@router.get("")
async def list_conversations(
    app_id: App,
    context: Ctx,
    limit: Annotated[int, Query(ge=0, le=65_536)] = 20,
    offset: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    order: Literal["asc", "desc"] = "asc",
    startTime: Moment | None = None,  # noqa: N803
    endTime: Moment | None = None,  # noqa: N803
) -> dict[str, Any]:
    """Return the app's conversations in the order of their start."""
    records = await context.conversations.listing(
        app_id, limit=limit, offset=offset, descending=order == "desc", since=startTime, until=endTime
    )
    return {"conversations": [_head(record, ()) for record in records]}


@router.get("/{conversationId}")
async def get_conversation(own: Own) -> dict[str, Any]:
    """Return the head of a conversation; `endTime` is null while it goes on."""
    return {**_head(own.record, own.members), "reading": rest_reading(own.reading)}


@router.delete("/{conversationId}")
async def delete_conversation(conversationId: str, app_id: App, context: Ctx) -> dict[str, str]:  # noqa: N803
    """Remove a conversation with all that belongs to it."""
    record = await context.conversations.find(app_id, conversationId)
    if record is None:
        raise ApiError(404, UNKNOWN_CONVERSATION)
    if context.jobs.is_busy(conversationId):
        raise ApiError(409, "A job still works on the conversation; wait for its end before you delete it.")
    if record.outcome is None:
        raise ApiError(409, "The conversation is still going on; stop its call before you delete it.")
    await context.conversations.delete(app_id, conversationId)
    return {"message": "successfully deleted the conversation"}


@router.get("/{conversationId}/messages")
def get_messages(
    own: Own,
    verbose: Flag = False,
    sentiment: Flag = False,
    redact: Flag = False,
    exclude: Annotated[str, Query(max_length=2000)] = "",
) -> JSONResponse:
    """Return the messages; `verbose` adds words with their times.

    `redact` hides personal data, but for the kinds that `exclude` lists, as JSON or separated by commas.
    """
    # No coroutine, so on a thread: those of an hour keep a processor busy for a while.
    record = own.record
    if redact:
        own = redacted_content(own, exclude)
    first_s = own.messages[0].start_s if own.messages else 0.0
    messages = [
        rest_message(message, record.id, record.zero_at, first_s, verbose=verbose, with_sentiment=sentiment)
        for message in own.messages
    ]
    return JSONResponse({"messages": messages})


@router.get("/{conversationId}/members")
async def get_members(own: Own) -> dict[str, Any]:
    """Return the participants."""
    return {"members": [person(member) for member in own.members]}


@router.get("/{conversationId}/topics")
async def get_topics(own: Own, sentiment: Flag = False, parentRefs: Flag = False) -> dict[str, Any]:  # noqa: N803
    """Return what the conversation is about, the highest score first."""
    ranked = sorted(own.topics, key=lambda topic: -topic.score)
    return {
        "topics": [
            rest_topic(topic, own.messages, with_sentiment=sentiment, with_parents=parentRefs)
            for topic in ranked
        ]
    }


@router.get("/{conversationId}/questions")
async def get_questions(own: Own) -> dict[str, Any]:
    """Return the questions."""
    return {"questions": [rest_question(one) for one in _of_kind(own, "question")]}


@router.get("/{conversationId}/action-items")
async def get_action_items(own: Own) -> dict[str, Any]:
    """Return who has to do what, by when."""
    return {"actionItems": [rest_action(one) for one in _of_kind(own, "action_item")]}


@router.get("/{conversationId}/follow-ups")
async def get_follow_ups(own: Own) -> dict[str, Any]:
    """Return the action items that are about following up."""
    return {"followUps": [rest_action(one) for one in _of_kind(own, "follow_up")]}


@router.get("/{conversationId}/insights")
async def get_insights(own: Own) -> dict[str, Any]:
    """Return questions, action items and follow-ups together."""
    return {"insights": [rest_insight(one) for one in own.insights]}


@router.get("/{conversationId}/intents")
async def get_intents(own: Own) -> dict[str, list[Any]]:
    """Return what was found of the intents that the start request asked for."""
    return {"intents": [rest_intent(intent) for intent in own.intents]}


@router.get("/{conversationId}/summary")
async def get_summary(own: Own) -> dict[str, Any]:
    """Return the summary as far as there is one; empty while the call runs."""
    return {"summary": rest_summary(own.summary)}


@router.get("/{conversationId}/entities")
async def get_entities(own: Own) -> dict[str, Any]:
    """Return what was named, if `detectEntities` asked for it, and the request's own entities."""
    return {"entities": [rest_entity(entity, own.record.zero_at) for entity in own.entities]}


@router.get("/{conversationId}/trackers-detected")
@router.get("/{conversationId}/trackers")
async def get_trackers(own: Own) -> list[Any]:
    """Return what trackers matched, as a bare list."""
    return rest_trackers(own.trackers, own.insights)


def _of_kind(content: Content, kind: InsightKind) -> Sequence[Insight]:
    return [insight for insight in content.insights if insight.kind == kind]


def _head(record: ConversationRecord, members: Sequence[Member]) -> dict[str, Any]:
    return {
        "id": record.id,
        "type": record.kind,
        "name": record.name,
        "startTime": iso(record.started_at),
        "endTime": iso(record.ended_at) if record.ended_at else None,
        "members": [person(member) for member in members],
        "metadata": record.metadata,
        "state": record.outcome or "active",
        "connectionId": record.connection_id,
    }
