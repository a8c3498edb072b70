"""Speaker events that clients push, over HTTP and over sockets."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from earwitness.api.context import App, Ctx
from earwitness.api.requests.bodies import body_of, described
from earwitness.api.requests.start_request import User
from earwitness.api.wire.times import as_utc
from earwitness.api.wire.words import folded
from earwitness.calls.seams import PushedEvent

router = APIRouter(tags=["Telephony"])


class SpeakerEventBody(BaseModel):
    """A member started or stopped speaking, joined or left."""

    model_config = ConfigDict(extra="ignore")

    topic: Annotated[Literal["speaker"], BeforeValidator(folded)] = "speaker"
    type: Annotated[
        Literal["started_speaking", "stopped_speaking", "joined", "left", "stopped"], BeforeValidator(folded)
    ]
    user: User | None = None
    timestamp: Annotated[datetime, AfterValidator(as_utc)] | None = Field(
        None, description="ISO 8601; the time of arrival counts otherwise."
    )

    @model_validator(mode="after")
    def _someone(self) -> "SpeakerEventBody":
        user = self.user
        if self.type != "stopped" and not (user and (user.user_id or user.email or user.name)):
            raise ValueError("user.userId is required, to tell who it is")
        return self

    def pushed(self) -> PushedEvent:
        """Return the event with its time of arrival."""
        user = self.user or User.model_construct()
        return PushedEvent(
            self.type, datetime.now(UTC), self.timestamp, user.name, user.user_id, user.email, user.role
        )


@router.post("/v1/event/{connectionId}", openapi_extra=described(SpeakerEventBody))
async def push_event(
    connectionId: str,  # noqa: N803
    app_id: App,
    given: Annotated[SpeakerEventBody, Depends(body_of(SpeakerEventBody))],
    context: Ctx,
) -> dict[str, str]:
    """Take a speaker event of a live call."""
    await context.calls.push(app_id, connectionId, given.pushed())
    return {"message": "The event was taken."}
