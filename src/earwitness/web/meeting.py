"""What the page of a conversation fetches: its content, its transcript as a file, its e-mails.

Every request carries the page token in `X-Page-Token`, never in the address.
"""

import asyncio
import re
import zlib
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Header, Request, Response

from earwitness.api.context import Ctx
from earwitness.api.errors import ApiError, unauthorized
from earwitness.api.tokens import Page, TokenError
from earwitness.conversation.transcript import as_markdown, as_srt, as_vtt
from earwitness.store.seams import Content, ConversationRecord, Part
from earwitness.web.content import SHOWN, page_content
from earwitness.web.headers import DATA_HEADERS
from earwitness.web.kept_mail import mails_of

Format = Literal["md", "srt", "vtt"]

_TYPES: dict[Format, str] = {"md": "text/markdown", "srt": "application/x-subrip", "vtt": "text/vtt"}

_GONE = "This conversation does not exist any more: it was deleted."


async def opened_page(context: Ctx, token: Annotated[str, Header(alias="X-Page-Token")] = "") -> Page:
    """Return what a page token opens.

    Raises:
        ApiError: 401 where the token is no page token of ours, or has expired.
    """
    try:
        return context.tokens.page_of(token)
    except TokenError as error:
        raise unauthorized(
            f"The link to this page is not valid: {error}. Check that it is complete."
        ) from None


Opened = Annotated[Page, Depends(opened_page)]


async def page_record(context: Ctx, page: Opened) -> ConversationRecord:
    """Return the head of the conversation that a page token opens.

    Raises:
        ApiError: 401 as above, 404 where the conversation was deleted.
    """
    record = await context.conversations.find(page.app_id, page.conversation_id)
    if record is None:
        raise ApiError(404, _GONE)
    return record


async def page_look(context: Ctx, page: Opened) -> Mapping[str, Any] | None:
    """Return how the client wants the page to look; None for the plain one."""
    if page.experience_id is None:
        return None
    experience = await context.experiences.find(page.experience_id)
    return None if experience is None else experience.look


PageRecord = Annotated[ConversationRecord, Depends(page_record)]
Look = Annotated[Mapping[str, Any] | None, Depends(page_look)]


def meeting_router(maildir: Path | None) -> APIRouter:
    """Return the routes; `maildir` is where e-mails are kept, if they are."""
    router = APIRouter(prefix="/meeting", include_in_schema=False)

    @router.get("/data")
    async def get_data(
        record: PageRecord, page: Opened, look: Look, request: Request, context: Ctx
    ) -> Response:
        # The number of the last event tells whether anything changed: a page asks every second.
        tag = f'"{record.last_seq}-{zlib.crc32(msgspec.json.encode(look)):x}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={**DATA_HEADERS, "ETag": tag})
        content = await _content(context, record, SHOWN)
        score = page.call_score
        body = await asyncio.to_thread(
            lambda: msgspec.json.encode(page_content(content, look, call_score=score))
        )
        return _json(body, {"ETag": tag})

    @router.get("/transcript")
    async def get_transcript(record: PageRecord, context: Ctx, format: Format = "md") -> Response:  # noqa: A002
        content = await _content(context, record, {"messages"})
        name = f"{_file_name(record.title)}.{format}"
        headers = {**DATA_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(_transcript(content, format), headers=headers, media_type=_TYPES[format])

    @router.get("/mail")
    async def get_mail(record: PageRecord) -> Response:
        mails = [] if maildir is None else await asyncio.to_thread(mails_of, maildir, record.id)
        body = {"kept": maildir is not None, "mails": [asdict(mail) for mail in mails]}
        return _json(msgspec.json.encode(body))

    return router


async def _content(context: Ctx, record: ConversationRecord, parts: Collection[Part]) -> Content:
    content = await context.conversations.content(record.id, parts)
    if content is None:
        raise ApiError(404, _GONE)
    return content


def _transcript(content: Content, wanted: Format) -> str:
    if wanted == "srt":
        return as_srt(content.messages, speakers=True)
    if wanted == "vtt":
        return as_vtt(content.messages, speakers=True)
    said = as_markdown(content.messages, paragraphs=True, speakers=True)
    return f"# {' '.join(content.record.title.split())}\n\n{said}"


def _file_name(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60] or "transcript"


def _json(body: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(body, headers={**DATA_HEADERS, **(headers or {})}, media_type="application/json")
