"""The Async API for audio and video: recordings in, jobs and conversations out."""

import logging
import uuid
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from earwitness.api.context import App, Context, Ctx
from earwitness.api.errors import ApiError
from earwitness.api.jobs.job_submission import Submission, check_appendable, submit
from earwitness.api.live.telephony import check_model, spoken_language
from earwitness.api.replies.common import told
from earwitness.api.replies.work import BEGUN, JobReply
from earwitness.api.requests.bodies import read_json
from earwitness.api.requests.job_options import JobOptions, from_query, options_of
from earwitness.api.requests.uploads import save_body
from earwitness.audio.files import AudioFileError
from earwitness.audio.recording import Recording
from earwitness.delivery.destination import DestinationError
from earwitness.jobs.recordings import KIND, AudioWork, ChannelSpeaker

logger = logging.getLogger(__name__)
router = APIRouter(tags=["Async API"])

_OPTIONS_IN_QUERY = (
    "name",
    "confidenceThreshold",
    "languageCode",
    "model",
    "enableSeparateRecognitionPerChannel",
    "channelMetadata",
    "enableSpeakerDiarization",
    "diarizationSpeakerCount",
    "webhookUrl",
    "customVocabulary",
    "entities",
    "trackers",
    "enableAllTrackers",
    "detectPhrases",
    "detectEntities",
    "redaction",
    "enableSummary",
    "realTime",
)


def _described(content: dict[str, Any], *, in_query: bool) -> dict[str, Any]:
    """Return the OpenAPI description of a request; its options come in the query or in the body."""
    schema = JobOptions.model_json_schema(by_alias=True)["properties"]
    parameters = [
        {"name": name, "in": "query", "required": False, "schema": _plain(schema[name])}
        for name in _OPTIONS_IN_QUERY
        if in_query
    ]
    return {"requestBody": {"required": True, "content": content}, "parameters": parameters}


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Lists come as JSON in a query string."""
    kind = schema.get("type")
    return {"type": kind if kind in ("boolean", "number", "integer") else "string"}


_RAW = _described(
    {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}, in_query=True
)
_URL = _described(
    {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["url"],
                "properties": {"url": {"type": "string", "format": "uri"}},
                "additionalProperties": True,
            }
        }
    },
    in_query=False,
)


@router.post("/v1/process/audio", status_code=201, openapi_extra=_RAW, responses=BEGUN)
@router.post("/v1/process/video", status_code=201, openapi_extra=_RAW, responses=BEGUN)
async def process_recording(request: Request, app_id: App, context: Ctx) -> JSONResponse:
    """Hear a recording, sent as it is, as a new conversation."""
    return await _take_body(request, app_id, context, None)


@router.post("/v1/process/audio/url", status_code=201, openapi_extra=_URL, responses=BEGUN)
@router.post("/v1/process/video/url", status_code=201, openapi_extra=_URL, responses=BEGUN)
async def process_url(request: Request, app_id: App, context: Ctx) -> JSONResponse:
    """Fetch a recording and hear it as a new conversation."""
    return await _take_url(request, app_id, context, None)


@router.put("/v1/process/audio/url/{conversationId}", status_code=201, openapi_extra=_URL, responses=BEGUN)
@router.put("/v1/process/video/url/{conversationId}", status_code=201, openapi_extra=_URL, responses=BEGUN)
async def append_url(request: Request, conversationId: str, app_id: App, context: Ctx) -> JSONResponse:  # noqa: N803
    """Fetch a recording and hear it at the end of a conversation."""
    return await _take_url(request, app_id, context, conversationId)


@router.put("/v1/process/audio/{conversationId}", status_code=201, openapi_extra=_RAW, responses=BEGUN)
@router.put("/v1/process/video/{conversationId}", status_code=201, openapi_extra=_RAW, responses=BEGUN)
async def append_recording(
    request: Request,
    conversationId: str,  # noqa: N803
    app_id: App,
    context: Ctx,
) -> JSONResponse:
    """Hear a recording, sent as it is, at the end of a conversation."""
    return await _take_body(request, app_id, context, conversationId)


@router.get("/v1/job/{jobId}", responses=told(JobReply))
async def get_job(jobId: str, app_id: App, context: Ctx) -> dict[str, Any]:  # noqa: N803
    """Return how a job stands; once it is `completed`, all of its conversation is final."""
    job = await context.jobs.find(app_id, jobId)
    if job is None:
        raise ApiError(404, "The jobId is either invalid or does not exist.")
    answer = {"id": job.id, "status": job.status, "conversationId": job.conversation_id}
    return {**answer, "message": job.error} if job.error else answer


async def _take_body(request: Request, app_id: str, context: Context, append_to: str | None) -> JSONResponse:
    options = options_of(from_query(request.query_params.multi_items()))
    work = await _audio_work(options, context, app_id, append_to)
    job_id = str(uuid.uuid4())
    path = context.job_files.path_of(job_id)
    with context.jobs.room(app_id):
        try:
            await save_body(request, path, context.settings.max_upload_bytes)
            recording = await Recording.open(path, separate=work.separate_channels)
            await recording.aclose()
            _check_length(recording, context)
            return await _submit(request, app_id, context, options, work, job_id, append_to)
        except AudioFileError as error:
            context.job_files.discard(job_id)
            raise ApiError(400, f"The body: {error}.") from None
        except BaseException:
            context.job_files.discard(job_id)
            raise


async def _take_url(request: Request, app_id: str, context: Context, append_to: str | None) -> JSONResponse:
    body = await read_json(request)
    if not isinstance(body, dict) or not isinstance(body.get("url"), str) or not body["url"].strip():
        raise ApiError(400, "url: required, the address of a recording.")
    # symbl-py puts some options into the query: these count first.
    options = options_of({**body, **from_query(request.query_params.multi_items())})
    work = await _audio_work(options, context, app_id, append_to, url=body["url"].strip())
    try:
        await context.destinations.resolve(work.url or "")
    except DestinationError as error:
        raise ApiError(400, f"url: {error}.") from None
    with context.jobs.room(app_id):
        return await _submit(request, app_id, context, options, work, str(uuid.uuid4()), append_to)


async def _audio_work(
    options: JobOptions, context: Context, app_id: str, append_to: str | None, url: str | None = None
) -> AudioWork:
    if reason := context.ready():
        raise ApiError(503, f"Nothing can be heard now: {reason}.", {"Retry-After": "5"})
    if append_to is not None:
        await check_appendable(app_id, append_to, context)
    language = spoken_language(options.language_code, context, "languageCode")
    check_model(options.model, language, context)
    return AudioWork(
        url=url,
        language=language,
        options=options.of_conversation if append_to is not None else {},
        separate_channels=options.separate_channels and not options.tell_voices_apart,
        voices=options.tell_voices_apart,
        voice_count=options.voice_count,
        channels=tuple(
            ChannelSpeaker(one.channel, one.speaker.name, one.speaker.email or one.speaker.user_id)
            for one in options.channel_metadata
        ),
        real_time=options.real_time,
    )


def _check_length(recording: Recording, context: Context) -> None:
    most_s = context.settings.max_audio_s
    if recording.duration_s is not None and recording.duration_s > most_s:
        raise ApiError(400, f"The recording is {recording.duration_s:.0f} s long, more than {most_s:.0f} s.")


async def _submit(
    request: Request,
    app_id: str,
    context: Context,
    options: JobOptions,
    work: AudioWork,
    job_id: str,
    append_to: str | None,
) -> JSONResponse:
    wanted = Submission(job_id, KIND, work.to_plain(), datetime.now(UTC), work.language, append_to)
    return await submit(request, app_id, context, options, wanted)
