"""`GET …/callscore` with its statuses: how well a conversation went, by stated criteria."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from earwitness.api.context import own_content
from earwitness.api.replies.common import StatusReply, told
from earwitness.api.replies.figures import CallScoreReply
from earwitness.insights.call_score import Criterion, score_call
from earwitness.store.seams import Content

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])

Standing = Annotated[Content, Depends(own_content("reading"))]


@router.get("/{conversationId}/callscore", responses=told(CallScoreReply))
def get_call_score(own: Annotated[Content, Depends(own_content("messages", "insights"))]) -> JSONResponse:
    """Return the score of a conversation; of one that goes on, the score up to now."""
    # No coroutine, so on a thread: the sentiment of an hour's messages takes a while.
    return JSONResponse(rest_call_score(own))


def rest_call_score(content: Content) -> dict[str, Any]:
    """Return the score of a conversation, with what it is made of."""
    judged = score_call(content.messages, content.insights, content.length_s)
    return {
        "score": judged.score,
        "summary": judged.summary,
        "criteria": [_criterion(criterion) for criterion in judged.criteria],
    }


@router.get("/{conversationId}/callscore/status", responses=told(StatusReply))
async def get_call_score_status(own: Standing) -> dict[str, str]:
    """Tell whether the score is final; it is computed when it is asked for, so no job has to be awaited."""
    return {"jobId": str(uuid.uuid5(uuid.NAMESPACE_OID, own.record.id)), "status": _status(own)}


@router.get("/{conversationId}/lm-insights/status", responses=told(StatusReply))
async def get_insights_status(own: Standing) -> dict[str, str]:
    """Tell whether the insights are final."""
    return {"status": _status(own)}


def _status(content: Content) -> str:
    is_read = content.reading is None or content.reading.state != "pending"
    return "completed" if content.record.outcome is not None and is_read else "in_progress"


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "name": criterion.name,
        "score": criterion.score,
        "summary": criterion.summary,
        "feedback": {
            "positive": {"summary": criterion.praise},
            "negative": {"summary": criterion.advice},
        },
    }
