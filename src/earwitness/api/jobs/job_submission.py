"""What all requests of the Async API end in: a job, and the conversation that it begins or adds to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from earwitness.api.context import Context, base_url
from earwitness.api.errors import UNKNOWN_CONVERSATION, ApiError
from earwitness.api.management.kept import with_kept
from earwitness.api.requests.job_options import JobOptions
from earwitness.conversation.events import Body, MetadataChanged, Opened
from earwitness.conversation.ids import new_id
from earwitness.store.seams import ConversationRecord, JobRecord


@dataclass(frozen=True, slots=True)
class Submission:
    """A job that is wanted."""

    job_id: str
    kind: str
    work: Mapping[str, Any]
    started_at: datetime
    """When its conversation begins, if it is a new one."""
    language: str = "en-US"
    append_to: str | None = None
    """The conversation that it adds to."""


async def check_appendable(app_id: str, conversation_id: str, context: Context) -> ConversationRecord:
    """Make sure that a job can add to a conversation, and return it.

    Raises:
        ApiError: 404 where it is not the app's, 400 while its call goes on.
    """
    record = await context.conversations.find(app_id, conversation_id)
    if record is None:
        raise ApiError(404, UNKNOWN_CONVERSATION)
    if record.outcome is None and not context.jobs.is_busy(conversation_id):
        raise ApiError(400, "The conversation is still going on; stop its call before you append to it.")
    return record


async def submit(
    request: Request, app_id: str, context: Context, options: JobOptions, wanted: Submission
) -> JSONResponse:
    """Submit a job, and return the reply that names it."""
    conversation_id = wanted.append_to or new_id()
    work = dict(wanted.work)
    if "options" in work:
        work["options"] = await with_kept(work["options"], app_id, context)
    job = JobRecord(
        wanted.job_id,
        app_id,
        conversation_id,
        wanted.kind,
        work,
        datetime.now(UTC),
        webhook_url=options.webhook_url or None,
    )
    opening: list[Body] = []
    if wanted.append_to is None:
        given = options.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        opening.append(
            Opened(
                app_id=app_id,
                name=options.name or conversation_id,
                started_at=wanted.started_at,
                connection_id=wanted.job_id,
                timezone=options.timezone or "UTC",
                language=wanted.language,
                confidence_threshold=options.confidence_threshold,
                request={
                    **await with_kept(given, app_id, context),
                    "detectPhrases": options.detect_phrases,
                    "base_url": base_url(request),
                },
            )
        )
        if options.metadata:
            opening.append(MetadataChanged(options.metadata))
    await context.jobs.submit(job, opening)
    return JSONResponse({"conversationId": conversation_id, "jobId": wanted.job_id}, 201)
