"""Putting right who is who and who spoke, while a conversation goes on or afterwards."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BeforeValidator, Field, model_validator

from earwitness.api.context import Ctx, OwnHead
from earwitness.api.errors import ApiError
from earwitness.api.replies.common import Told, told
from earwitness.api.requests.bodies import body_of, described
from earwitness.api.requests.start_request import Line, Loose, User
from earwitness.api.wire.words import folded
from earwitness.calls.edits import GivenEvent
from earwitness.calls.seams import UnknownMemberError

router = APIRouter(prefix="/v1/conversations", tags=["Conversation API"])

_EXAMPLE = {
    "speakerEvents": [
        {
            "type": "started_speaking",
            "user": {
                "id": "4194eb50-357d-4712-a02d-94215ead1064",
                "name": "Derek",
                "email": "derek@example.com",
            },
            "offset": {"seconds": 0, "nanos": 5_000_000_000},
        },
        {
            "type": "stopped_speaking",
            "user": {
                "id": "4194eb50-357d-4712-a02d-94215ead1064",
                "name": "Derek",
                "email": "derek@example.com",
            },
            "offset": {"seconds": 15, "nanos": 5_000_000_000},
        },
    ]
}
_MOST_EVENTS = 10_000
_LONGEST_S = 7 * 24 * 3600.0


class MemberBody(Loose):
    """What a member is called from now on."""

    id: Line | None = Field(None, description="Of the member, as in the path.")
    name: Annotated[Line, Field(min_length=1)]
    email: Line | None = None


class Offset(Loose):
    """When it was, counted from the start of the conversation; the two are added, whatever they are."""

    seconds: float = Field(0.0, ge=0, le=_LONGEST_S)
    nanos: float = Field(0.0, ge=0, le=_LONGEST_S * 1e9)


class PlacedUser(User):
    """A member, by the id of the conversation or as speaker events name them."""

    id: Line | None = None


class PlacedEvent(Loose):
    """A member started or stopped speaking."""

    type: Annotated[Literal["started_speaking", "stopped_speaking"], BeforeValidator(folded)]
    user: PlacedUser
    offset: Offset

    @model_validator(mode="after")
    def _someone(self) -> "PlacedEvent":
        user = self.user
        if not (user.id or user.user_id or user.email or user.name):
            raise ValueError("user.id, userId, email or name is required, to tell who it is")
        return self

    def given(self) -> GivenEvent:
        """Return the event on the conversation's clock."""
        user = self.user
        at_s = self.offset.seconds + self.offset.nanos / 1e9
        return GivenEvent(self.type, at_s, user.id, user.name, user.user_id, user.email)


class SpeakersBody(Loose):
    """Who spoke when."""

    speakerEvents: list[PlacedEvent] = Field(min_length=1, max_length=_MOST_EVENTS)  # noqa: N815


@router.put(
    "/{conversationId}/members/{memberId}",
    openapi_extra=described(MemberBody, {"name": "John", "email": "john@example.com"}),
    responses=told(Told),
)
async def change_member(
    memberId: str,  # noqa: N803
    own: OwnHead,
    given: Annotated[MemberBody, Depends(body_of(MemberBody))],
    context: Ctx,
) -> dict[str, str]:
    """Rename a member; with another member's e-mail address the two become one."""
    if given.id is not None and given.id != memberId:
        raise ApiError(400, f"id: {given.id!r} is not the member in the path, {memberId!r}")
    try:
        await context.edits.change_member(own.record, memberId, given.name, given.email)
    except UnknownMemberError:
        raise ApiError(404, f"The conversation has no member with the id {memberId!r}.") from None
    return {
        "message": f"Member with id: {memberId} for conversationId: {own.record.id} updated successfully! "
        "The update should be reflected in all messages and insights along with this conversation"
    }


@router.put(
    "/{conversationId}/speakers", openapi_extra=described(SpeakersBody, _EXAMPLE), responses=told(Told)
)
@router.put("/{conversationId}/speakers/", include_in_schema=False)
async def assign_speakers(
    own: OwnHead,
    given: Annotated[SpeakersBody, Depends(body_of(SpeakersBody))],
    context: Ctx,
) -> dict[str, Any]:
    """Give the messages to whom these events say; what they leave open stays as it is."""
    events = [event.given() for event in given.speakerEvents]
    changed = await context.edits.assign_speakers(own.record, events)
    return {"message": f"The speaker events were taken; {changed} messages have another speaker now."}
