"""The Async API for texts: any transcript in, a job and a conversation out."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from earwitness.api.context import App, Context, Ctx
from earwitness.api.errors import ApiError
from earwitness.api.jobs.job_submission import Submission, check_appendable, submit
from earwitness.api.replies.work import BEGUN
from earwitness.api.requests.bodies import described, json_of, read_body
from earwitness.api.requests.job_options import JobOptions, from_query, options_of
from earwitness.api.requests.text_request import TextRequest, text_of
from earwitness.conversation.given import Piece, beginning
from earwitness.insights.entities.redaction import Redaction, everywhere, redaction_of
from earwitness.jobs.texts import KIND, TextWork, to_file

router = APIRouter(tags=["Async API"])


class TextBody(JobOptions, TextRequest):
    """A text to process, and how."""


_TEXT = described(TextBody) | {
    "parameters": [{"name": "webhookUrl", "in": "query", "required": False, "schema": {"type": "string"}}]
}


@router.post("/v1/process/text", status_code=201, openapi_extra=_TEXT, responses=BEGUN)
async def process_text(request: Request, app_id: App, context: Ctx) -> JSONResponse:
    """Understand a text, such as the transcript of a meeting, as a new conversation."""
    return await _take(request, app_id, context, None)


@router.put("/v1/process/text/{conversationId}", status_code=201, openapi_extra=_TEXT, responses=BEGUN)
async def append_text(request: Request, conversationId: str, app_id: App, context: Ctx) -> JSONResponse:  # noqa: N803
    """Add a text to the end of a conversation, and understand the whole anew."""
    return await _take(request, app_id, context, conversationId)


@dataclass(frozen=True, slots=True)
class _Text:
    """What a body holds."""

    options: Mapping[str, Any]
    pieces: Sequence[Piece]
    """What was said."""
    begins_at: datetime
    """When its first piece was said."""
    earliest: datetime


async def _take(request: Request, app_id: str, context: Context, append_to: str | None) -> JSONResponse:
    before: Mapping[str, Any] = {}
    if append_to is not None:
        before = (await check_appendable(app_id, append_to, context)).request
    body = await read_body(request, context.settings.max_text_bytes)
    text = await asyncio.to_thread(_text_of, body)
    # symbl-py has `webhookUrl` in the query: what stands there counts first.
    options = options_of({**text.options, **from_query(request.query_params.multi_items())})
    work = TextWork(text.begins_at, options.of_conversation if append_to is not None else {})
    settings = context.settings
    redaction = (
        everywhere(settings.redact, settings.redact_exclude_list)
        or redaction_of(options.of_conversation)
        or redaction_of(before)
    )
    data = await asyncio.to_thread(_to_keep, text.pieces, redaction)
    job_id = str(uuid.uuid4())
    wanted = Submission(job_id, KIND, work.to_plain(), text.earliest, append_to=append_to)
    with context.jobs.room(app_id):
        try:
            await _keep(context, job_id, data)
            return await submit(request, app_id, context, options, wanted)
        except BaseException:
            context.job_files.discard(job_id)
            raise


def _text_of(body: bytes) -> _Text:
    given = json_of(body)
    if not isinstance(given, dict):
        raise ApiError(400, "The body must be a JSON object with messages.")
    pieces = text_of(given).pieces
    begins_at = beginning(pieces, datetime.now(UTC))
    starts = [piece.start for piece in pieces if piece.start is not None]
    options = {name: value for name, value in given.items() if name != "messages"}
    return _Text(options, pieces, begins_at, min([begins_at, *starts]))


def _to_keep(pieces: Sequence[Piece], redaction: Redaction | None) -> bytes:
    """Return what was said as it is kept until its job is done, without what is to be hidden."""
    if redaction is None:
        return to_file(pieces)
    from earwitness.insights.entities.redactor import Redactor

    names = {piece.speaker.name for piece in pieces if piece.speaker is not None}
    redactor = Redactor(redaction, lambda: sorted(names))
    return to_file(
        [
            replace(piece, content=redactor.text(piece.content, piece.speaker.key if piece.speaker else ""))
            for piece in pieces
        ]
    )


async def _keep(context: Context, job_id: str, data: bytes) -> None:
    try:
        await asyncio.to_thread(context.job_files.keep, job_id, data)
    except OSError as error:
        reason = f"The text cannot be kept: {error.strerror}."
        raise ApiError(503, reason, {"Retry-After": "60"}) from error
