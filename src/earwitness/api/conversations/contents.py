"""The Conversation API: what was heard and understood."""

import logging
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.requests import HTTPConnection

from earwitness.api.context import App, Ctx, OwnHead, content_of, context_of, own_content
from earwitness.api.conversations.readings import rest_reading
from earwitness.api.conversations.redaction import redacted_content
from earwitness.api.errors import UNKNOWN_CONVERSATION, ApiError
from earwitness.api.replies.common import Told, told
from earwitness.api.replies.conversations import ConversationReply, MembersReply, MessagesReply, MetadataReply
from earwitness.api.replies.insights import (
    ActionItemsReply,
    ComprehensivesReply,
    FollowUpsReply,
    InsightsReply,
    IntentsReply,
    QuestionsReply,
    SummariesReply,
    TopicsReply,
)
from earwitness.api.replies.places import EntitiesReply, TrackerReply
from earwitness.api.requests.bodies import body_of, described
from earwitness.api.requests.start_request import Loose
from earwitness.api.wire.entities import entities_by_message, rest_entity
from earwitness.api.wire.heads import rest_head
from earwitness.api.wire.insights import (
    rest_action,
    rest_comprehensive,
    rest_insight,
    rest_intent,
    rest_question,
    rest_summary,
    rest_topic,
)
from earwitness.api.wire.messages import rest_messages
from earwitness.api.wire.people import person
from earwitness.api.wire.trackers import rest_trackers
from earwitness.conversation.events import MetadataChanged
from earwitness.conversation.insight import EMBEDDED, Insight, InsightKind, SummaryItem
from earwitness.conversation.wishes import wishes_of
from earwitness.insights.summary.comprehensive import comprehensive
from earwitness.store.seams import Content, Part

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])

Flag = Annotated[bool, Query()]
WithInsights = Annotated[Content, Depends(own_content("insights"))]


async def _own_messages(
    app_id: App,
    connection: HTTPConnection,
    conversationId: str,  # noqa: N803
    verbose: Flag = False,
) -> Content:
    """Return the conversation of the path with what `get_messages` shows of it."""
    parts: set[Part] = {"messages", "insights", "entities"}
    return await content_of(
        context_of(connection), app_id, conversationId, parts | {"words"} if verbose else parts
    )


class MetadataBody(Loose):
    """What a client keeps with a conversation, to find it again; nothing else can be changed."""

    metadata: dict[str, Any] = Field(description="Takes the place of what was kept before.")


@router.get("/{conversationId}", responses=told(ConversationReply))
async def get_conversation(own: Annotated[Content, Depends(own_content("reading"))]) -> dict[str, Any]:
    """Return the head of a conversation; `endTime` is null while it goes on."""
    return {**rest_head(own.record, own.members), "reading": rest_reading(own.reading)}


@router.put(
    "/{conversationId}",
    openapi_extra=described(MetadataBody, {"metadata": {"agentId": "johndoe"}}),
    responses=told(MetadataReply),
)
async def change_conversation(
    own: OwnHead, given: Annotated[MetadataBody, Depends(body_of(MetadataBody))], context: Ctx
) -> dict[str, Any]:
    """Give a conversation other metadata."""
    await context.edits.write(own.record, [MetadataChanged(given.metadata)])
    return {"id": own.record.id, "metadata": given.metadata}


@router.delete("/{conversationId}", responses=told(Told))
async def delete_conversation(conversationId: str, app_id: App, context: Ctx) -> dict[str, str]:  # noqa: N803
    """Remove a conversation with all that belongs to it."""
    record = await context.conversations.find(app_id, conversationId)
    if record is None:
        raise ApiError(404, UNKNOWN_CONVERSATION)
    if context.jobs.is_busy(conversationId):
        raise ApiError(409, "A job still works on the conversation; wait for its end before you delete it.")
    if record.outcome is None and context.edits.goes_on(record):
        raise ApiError(409, "The conversation is still going on; stop its call before you delete it.")
    try:
        await context.forget(conversationId)
    except OSError as error:
        # Before the conversation is gone, so that whoever asks can ask again.
        logger.error("the e-mails of conversation %s cannot be removed: %s", conversationId, error)
        raise ApiError(
            503, "Its e-mails cannot be removed now, so nothing was deleted; try again later."
        ) from error
    await context.conversations.delete(app_id, conversationId)
    context.summaries.forget(conversationId)
    try:
        await context.forget(conversationId)  # One may have come meanwhile; from now on none is made.
    except OSError as error:
        logger.error("an e-mail of the deleted conversation %s is left: %s", conversationId, error)
    return {"message": "successfully deleted the conversation"}


@router.get("/{conversationId}/messages", responses=told(MessagesReply))
def get_messages(
    own: Annotated[Content, Depends(_own_messages)],
    verbose: Flag = False,
    sentiment: Flag = False,
    redact: Flag = False,
    exclude: Annotated[str, Query(max_length=2000)] = "",
) -> JSONResponse:
    """Return the messages; `verbose` adds words with their times.

    `redact` hides personal data, but for the kinds that `exclude` lists, as JSON or separated by commas.
    """
    # No coroutine, so on a thread: those of an hour keep a processor busy for a while.
    content = redacted_content(own, exclude) if redact else own
    rendered = rest_messages(content, verbose=verbose, with_sentiment=sentiment)
    if wishes_of(own.record.request).identifies and not redact:
        found = entities_by_message(own.entities)
        for message in rendered:
            message["entities"] = found.get(message["id"], [])
    return JSONResponse({"messages": rendered})


@router.get("/{conversationId}/members", responses=told(MembersReply))
async def get_members(own: OwnHead) -> dict[str, Any]:
    """Return the participants."""
    return {"members": [person(member) for member in own.members]}


@router.get("/{conversationId}/topics", responses=told(TopicsReply))
def get_topics(
    own: Annotated[Content, Depends(own_content("topics", "messages"))],
    sentiment: Flag = False,
    parentRefs: Flag = False,  # noqa: N803
) -> JSONResponse:
    """Return what the conversation is about, the highest score first."""
    ranked = sorted(own.topics, key=lambda topic: -topic.score)
    return JSONResponse(
        {
            "topics": [
                rest_topic(topic, own.messages, with_sentiment=sentiment, with_parents=parentRefs)
                for topic in ranked
            ]
        }
    )


@router.get("/{conversationId}/questions", responses=told(QuestionsReply))
def get_questions(own: WithInsights) -> JSONResponse:
    """Return the questions."""
    return JSONResponse({"questions": [rest_question(one) for one in _of_kind(own, "question")]})


@router.get("/{conversationId}/action-items", responses=told(ActionItemsReply))
def get_action_items(own: WithInsights) -> JSONResponse:
    """Return who has to do what, by when."""
    return JSONResponse({"actionItems": [rest_action(one) for one in _of_kind(own, "action_item")]})


@router.get("/{conversationId}/comprehensive/action-items", responses=told(ComprehensivesReply))
def get_comprehensive_action_items(
    own: Annotated[Content, Depends(own_content("insights", "messages"))],
) -> JSONResponse:
    """Return the action items with what led to them, each made of several messages where it was said so."""
    return JSONResponse(
        {"actionItems": [rest_comprehensive(one) for one in comprehensive(own.insights, own.messages)]}
    )


@router.get("/{conversationId}/follow-ups", responses=told(FollowUpsReply))
def get_follow_ups(own: WithInsights) -> JSONResponse:
    """Return the action items that are about following up."""
    return JSONResponse({"followUps": [rest_action(one) for one in _of_kind(own, "follow_up")]})


@router.get("/{conversationId}/insights", responses=told(InsightsReply))
def get_insights(own: WithInsights) -> JSONResponse:
    """Return questions, action items and follow-ups together."""
    return JSONResponse({"insights": [rest_insight(one) for one in own.insights]})


@router.get("/{conversationId}/intents", responses=told(IntentsReply))
async def get_intents(own: Annotated[Content, Depends(own_content("intents"))]) -> dict[str, list[Any]]:
    """Return what was found of the intents that the start request asked for."""
    return {"intents": [rest_intent(intent) for intent in own.intents]}


@router.get("/{conversationId}/summary", responses=told(SummariesReply))
async def get_summary(
    own: Annotated[Content, Depends(own_content("summary"))], context: Ctx, refresh: Flag = False
) -> dict[str, Any]:
    """Return the summary; with `refresh` it is written anew first, also while the call runs.

    One that a language model wrote stays; `POST …/reading` has it written anew.
    """
    summary: Sequence[SummaryItem] = own.summary
    if refresh and all(item.source == EMBEDDED for item in summary):
        summary = await context.edits.renew_summary(own.record, context.summaries.anew)
    return {"summary": rest_summary(summary)}


@router.get("/{conversationId}/entities", responses=told(EntitiesReply))
def get_entities(own: Annotated[Content, Depends(own_content("entities"))]) -> JSONResponse:
    """Return what was named, if `detectEntities` asked for it, and the request's own entities."""
    return JSONResponse({"entities": [rest_entity(entity, own.record.zero_at) for entity in own.entities]})


@router.get("/{conversationId}/trackers-detected", responses=told(list[TrackerReply]))
@router.get("/{conversationId}/trackers", responses=told(list[TrackerReply]))
def get_trackers(own: Annotated[Content, Depends(own_content("trackers", "insights"))]) -> JSONResponse:
    """Return what trackers matched, as a bare list."""
    return JSONResponse(rest_trackers(own.trackers, own.insights))


def _of_kind(content: Content, kind: InsightKind) -> Sequence[Insight]:
    return [insight for insight in content.insights if insight.kind == kind]
