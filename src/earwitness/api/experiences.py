"""`POST …/experiences`: the address of a conversation's summary page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from earwitness.api.bodies import body_of, described
from earwitness.api.context import Ctx, Own, base_url
from earwitness.api.errors import ApiError
from earwitness.api.telephony import page_url

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])


class ExperienceRequest(BaseModel):
    """Which page is wanted."""

    model_config = ConfigDict(extra="allow")

    name: str


@router.post("/{conversationId}/experiences", openapi_extra=described(ExperienceRequest))
async def create_experience(
    own: Own,
    wanted: Annotated[ExperienceRequest, Depends(body_of(ExperienceRequest))],
    request: Request,
    context: Ctx,
) -> dict[str, str]:
    """Return the address of the summary page; whoever has it can read the conversation."""
    if wanted.name != "verbose-text-summary":
        raise ApiError(400, f"name: there is no page {wanted.name!r}; there is verbose-text-summary.")
    token = context.tokens.issue_page(own.record.app_id, own.record.id)
    return {"name": wanted.name, "url": page_url(base_url(request), token)}


@router.get("/experiences/insights/details/{conversationId}")
async def get_insights_page(own: Own, request: Request, context: Ctx) -> dict[str, str]:
    """Return the address of the page that shows the insights: it is the summary page."""
    token = context.tokens.issue_page(own.record.app_id, own.record.id)
    return {"url": page_url(base_url(request), token)}
