"""How the reading of a conversation by a language model stands, and what it answers to prompts."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from earwitness.api.context import Ctx, own_content
from earwitness.api.errors import UNKNOWN_CONVERSATION, ApiError
from earwitness.api.replies.common import told
from earwitness.api.replies.insights import CustomPromptsReply, ReadingReply
from earwitness.api.requests.bodies import body_of, described
from earwitness.api.requests.custom_prompts import CustomPrompts
from earwitness.api.wire.insights import rest_summary
from earwitness.conversation.events import ReadingEnded
from earwitness.conversation.reading import Prompt, PromptAnswer, Reading
from earwitness.store.seams import Content, UnknownConversationError

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])

Read = Annotated[Content, Depends(own_content("reading"))]


@router.get("/{conversationId}/reading", responses=told(ReadingReply))
async def get_reading(own: Read) -> dict[str, Any]:
    """Return whether a language model read the conversation, what it wrote, and why not all of it."""
    return rest_reading(own.reading)


class ReadingRequest(BaseModel):
    """What is to be answered besides what the app wants to know."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    custom_prompts: CustomPrompts = Field(default_factory=list, alias="customPrompts")


@router.post(
    "/{conversationId}/reading",
    status_code=202,
    responses={202: {"model": ReadingReply}},
    openapi_extra=described(ReadingRequest),
)
async def request_reading(
    own: Read,
    wanted: Annotated[ReadingRequest, Depends(body_of(ReadingRequest))],
    context: Ctx,
) -> dict[str, Any]:
    """Have a conversation that is over read once more, such as after a failure or with other prompts."""
    if context.rereader is None:
        raise ApiError(409, "There is no language model here; set EARWITNESS_LLM_URL to that of one.")
    if own.record.outcome is None or context.jobs.is_busy(own.record.id):
        raise ApiError(409, "The conversation is still going on; it is read when it is over.")
    prompts = [Prompt(one.name, one.prompt) for one in wanted.custom_prompts]
    try:
        await context.rereader.request(own.record.id, prompts)
    except UnknownConversationError:
        raise ApiError(404, UNKNOWN_CONVERSATION) from None
    return {**rest_reading(own.reading), "state": "pending"}


@router.get("/{conversationId}/custom-prompts", responses=told(CustomPromptsReply))
async def get_custom_prompts(own: Read) -> dict[str, Any]:
    """Return the answers to the prompts of the app and of the request; empty without a language model."""
    return {"customPrompts": rest_answers(own.reading.answers if own.reading else ())}


def rest_reading(reading: Reading | None) -> dict[str, Any]:
    """Return how a reading stands; `none` where no language model was asked."""
    return {
        "state": "none" if reading is None else reading.state,
        "model": None if reading is None else reading.model,
        "reason": None if reading is None else reading.reason,
        "written": [] if reading is None else list(reading.parts),
        "tokens": 0 if reading is None else reading.tokens,
        "rejected": 0 if reading is None else reading.rejected,
    }


def rest_answers(answers: Sequence[PromptAnswer]) -> list[dict[str, Any]]:
    """Return the answers to prompts."""
    return [
        {
            "name": answer.prompt.name,
            "prompt": answer.prompt.text,
            "text": " ".join(item.text for item in answer.statements),
            "statements": rest_summary(answer.statements),
        }
        for answer in answers
    ]


def told_of_reading(ended: ReadingEnded) -> dict[str, Any]:
    """Return what the end of a reading is told with on a results socket."""
    end: dict[str, Any] = {"state": ended.state, "model": ended.model, "reason": ended.reason}
    if ended.summary is not None:
        end["summary"] = rest_summary(ended.summary)
    if ended.answers is not None:
        end["customPrompts"] = rest_answers(ended.answers)
    return end
