"""Experiences: addresses of the pages that show conversations, in the look that a client asks for."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AfterValidator, Field, model_validator

from earwitness.api.context import App, Context, Ctx, OwnHead, base_url
from earwitness.api.errors import ApiError
from earwitness.api.live.telephony import page_url
from earwitness.api.replies.common import UrlReply, told
from earwitness.api.replies.marks import ExperienceReply
from earwitness.api.requests.bodies import body_of, described
from earwitness.api.requests.start_request import Loose
from earwitness.store.seams import Content, ExperienceRecord

router = APIRouter(prefix="/v1/conversations", tags=["Experiences"])

_LASTS_S = 2_592_000
"""30 days."""
_LONGEST_S = 100 * 365 * 86_400
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})\Z")
_FONT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,63}\Z")
_MEDIA = {"video-summary": "videoUrl", "audio-summary": "audioUrl"}
"""The field that each page with a recording needs."""
_VIDEO = "https://media.example/meeting.mp4"
_EXAMPLE = {
    "name": "video-summary",
    "videoUrl": _VIDEO,
    "logo": "https://media.example/logo.png",
    "color": {"background": "#0A2136", "topicsFilter": "#FF0000", "insightsFilter": "#FF0000"},
    "font": {"family": "roboto"},
    "summaryURLExpiresIn": 0,
}
_ELSEWHERE = ("logo", "favicon", *_MEDIA.values())
"""Fields that name what lies on other servers."""


def _web_url(value: str) -> str:
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must begin with http:// or https:// and name a host")
    return value.strip()


def _colour(value: str) -> str:
    if not _COLOUR.match(value):
        raise ValueError("must be a colour such as #0A2136")
    return value


def _font(value: str) -> str:
    if not _FONT.match(value.strip()):
        raise ValueError("must be the name of a font, such as Roboto")
    return value.strip()


WebUrl = Annotated[str, Field(max_length=4000), AfterValidator(_web_url)]
Colour = Annotated[str, AfterValidator(_colour)]


class Colours(Loose):
    """Colours of the page, each such as `#0A2136`."""

    background: Colour | None = None
    topics_filter: Colour | None = Field(None, alias="topicsFilter")
    insights_filter: Colour | None = Field(None, alias="insightsFilter")


class Font(Loose):
    """The font of the page, where the reader's machine has it: none is fetched from elsewhere."""

    family: Annotated[str, AfterValidator(_font)] | None = None


class ExperienceRequest(Loose):
    """Which page is wanted, and how it is to look."""

    name: Literal["verbose-text-summary", "video-summary", "audio-summary"]
    video_url: WebUrl | None = Field(None, alias="videoUrl", description="Required for video-summary.")
    audio_url: WebUrl | None = Field(None, alias="audioUrl", description="Required for audio-summary.")
    logo: WebUrl | None = None
    favicon: WebUrl | None = None
    color: Colours | None = None
    font: Font | None = None
    expires_s: int = Field(
        _LASTS_S,
        alias="summaryURLExpiresIn",
        ge=0,
        le=_LONGEST_S,
        description="Seconds after which the address opens nothing any more; 0 = never.",
    )
    read_only: bool = Field(False, alias="readOnly", description="Nothing can be edited on the page anyway.")
    enable_custom_domain: bool = Field(
        False, alias="enableCustomDomain", description="Kept; EARWITNESS_PUBLIC_URL sets the domain."
    )

    @model_validator(mode="after")
    def _has_media(self) -> "ExperienceRequest":
        field = _MEDIA.get(self.name)
        if field is not None and not self.look.get(field):
            raise ValueError(f"{field}: required for {self.name}")
        return self

    @property
    def look(self) -> dict[str, Any]:
        """What the page needs to know; empty for the plain one."""
        shown = {"video_url", "audio_url", "logo", "favicon", "color", "font"}
        return self.model_dump(by_alias=True, include=shown, exclude_none=True)


class MediaRequest(Loose):
    """Another address of the recording that pages show; one of the two is required."""

    video_url: WebUrl | None = Field(None, alias="videoUrl")
    audio_url: WebUrl | None = Field(None, alias="audioUrl")

    @model_validator(mode="after")
    def _one_of_them(self) -> "MediaRequest":
        if self.video_url is None and self.audio_url is None:
            raise ValueError("videoUrl or audioUrl is required")
        return self


@router.post(
    "/{conversationId}/experiences",
    openapi_extra=described(ExperienceRequest, _EXAMPLE),
    responses=told(ExperienceReply),
)
async def create_experience(
    own: OwnHead,
    wanted: Annotated[ExperienceRequest, Depends(body_of(ExperienceRequest))],
    request: Request,
    context: Ctx,
) -> dict[str, str]:
    """Return the address of the page; whoever has it can read the conversation until it expires."""
    look = wanted.look
    if not look:
        token = _page_token(context, own, None, wanted.expires_s)
        return {"name": wanted.name, "url": page_url(base_url(request), token)}
    experience = ExperienceRecord(
        str(uuid.uuid4()),
        own.record.id,
        wanted.name,
        {**look, "summaryURLExpiresIn": wanted.expires_s},
        datetime.now(UTC),
    )
    await context.experiences.add(experience)
    return _address(experience, own, request, context)


@router.put(
    "/{conversationId}/experiences/url",
    openapi_extra=described(MediaRequest, {"videoUrl": _VIDEO}),
    responses=told(ExperienceReply),
)
@router.put("/{conversationId}/experience/url", include_in_schema=False)
async def change_media(
    own: OwnHead,
    given: Annotated[MediaRequest, Depends(body_of(MediaRequest))],
    request: Request,
    context: Ctx,
) -> dict[str, str]:
    """Have the conversation's pages show the recording at another address; theirs stay as they are."""
    media = given.model_dump(by_alias=True, include={"video_url", "audio_url"}, exclude_none=True)
    changed = [
        replace(one, look={**one.look, _MEDIA[one.name]: media[_MEDIA[one.name]]})
        for one in await context.experiences.of_conversation(own.record.id)
        if _MEDIA.get(one.name) in media
    ]
    if not changed:
        wanted = " or ".join(name for name, field in _MEDIA.items() if field in media)
        raise ApiError(404, f"The conversation has no {wanted} yet; POST …/experiences makes one.")
    await context.experiences.change(changed)
    return _address(changed[-1], own, request, context)


@router.get("/experiences/insights/list", responses=told(UrlReply))
async def get_insights_list(
    app_id: App,
    request: Request,
    context: Ctx,
    includeCallScore: Annotated[bool, Query()] = False,  # noqa: N803
) -> dict[str, str]:
    """Return the address of the page that lists the app's conversations; it expires after 30 days.

    With `includeCallScore` the pages that it leads to show how well the calls went.
    """
    token = context.tokens.issue_list(app_id, lasts_s=_LASTS_S, call_score=includeCallScore)
    return {"url": f"{base_url(request)}/meeting/list/#/{token}"}


@router.get("/experiences/insights/details/{conversationId}", responses=told(UrlReply))
async def get_insights_page(
    own: OwnHead,
    request: Request,
    context: Ctx,
    includeCallScore: Annotated[bool, Query()] = False,  # noqa: N803
) -> dict[str, str]:
    """Return the address of the page that shows the insights: it is the summary page, for 30 days.

    With `includeCallScore` it shows how well the call went, too.
    """
    token = _page_token(context, own, None, _LASTS_S, call_score=includeCallScore)
    return {"url": page_url(base_url(request), token)}


def _address(
    experience: ExperienceRecord, own: Content, request: Request, context: Context
) -> dict[str, str]:
    token = _page_token(context, own, experience.id, int(experience.look["summaryURLExpiresIn"]))
    media = shows_what_lies_elsewhere(experience.look)
    return {"name": experience.name, "url": page_url(base_url(request), token, media=media)}


def shows_what_lies_elsewhere(look: Mapping[str, Any]) -> bool:
    """Tell whether a page has to fetch pictures or recordings from other servers."""
    return any(look.get(field) for field in _ELSEWHERE)


def _page_token(
    context: Context, own: Content, experience_id: str | None, expires_s: int, *, call_score: bool = False
) -> str:
    return context.tokens.issue_page(
        own.record.app_id,
        own.record.id,
        experience_id=experience_id,
        call_score=call_score,
        lasts_s=expires_s or None,
    )
