"""`POST /v1/endpoint:connect`: starting and stopping calls; and how calls stand."""

import re
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from earwitness.api.context import App, Context, Ctx, base_url
from earwitness.api.errors import ApiError
from earwitness.api.management.kept import with_kept
from earwitness.api.replies.work import CONNECTED
from earwitness.api.requests.bodies import body_of, described
from earwitness.api.requests.start_request import ConnectRequest, Endpoint, known_zone
from earwitness.api.wire.people import person
from earwitness.api.wire.times import iso
from earwitness.calls.capacity import ServerLoad
from earwitness.calls.closing import recipients_of
from earwitness.calls.seams import CallRequest, CallStatus, Connection
from earwitness.conversation.member import Member, new_member, person_key
from earwitness.sip.uri import read_target
from earwitness.store.seams import ConversationRecord

router = APIRouter(tags=["Telephony"])

_LANGUAGE = re.compile("[A-Za-z]{1,8}([-_][A-Za-z0-9]{1,8}){0,8}")
"""A BCP-47 tag (RFC 5646 §2.1), also with the underscore of POSIX."""


@router.post(
    "/v1/endpoint:connect", status_code=201, openapi_extra=described(ConnectRequest), responses=CONNECTED
)
async def connect(
    app_id: App,
    given: Annotated[ConnectRequest, Depends(body_of(ConnectRequest))],
    request: Request,
    context: Ctx,
) -> JSONResponse:
    """Start a call (201) or stop one (200)."""
    if given.operation == "stop":
        return JSONResponse(await _stop(given, request, app_id, context))
    if reason := context.ready():
        raise ApiError(503, f"No call can be placed now: {reason}.", {"Retry-After": "5"})
    wanted = _call_request(given, request, app_id, context)
    extra = await with_kept(wanted.extra, app_id, context, unless_refused=True)
    connection = await context.calls.start(replace(wanted, extra=extra))
    return JSONResponse(_urls(connection, base_url(request)), 201)


@router.get("/v1/calls")
async def live_calls(app_id: App, context: Ctx) -> dict[str, Any]:
    """Return the calls that are going on, and how much the server has to do."""
    calls = [_status(status) for status in await context.calls.status(app_id)]
    return {"calls": calls, "load": _load(context.load())}


@router.get("/v1/calls/{connectionId}")
async def one_call(connectionId: str, app_id: App, context: Ctx) -> dict[str, Any]:  # noqa: N803
    """Return how a call stands, or how it ended."""
    return _status((await context.calls.status(app_id, connectionId))[0])


def _call_request(given: ConnectRequest, request: Request, app_id: str, context: Context) -> CallRequest:
    endpoint = given.endpoint
    if endpoint is None:
        raise ApiError(400, "endpoint: required to start a call.")
    uri, shown = _destination(endpoint, context)
    language = spoken_language(given.language, context, "languages")
    check_model(given.model, language, context)
    if given.tell_voices_apart and not context.settings.refine:
        raise ApiError(
            400, "enableSpeakerDiarization: needs refinement, which this server has off (EARWITNESS_REFINE)."
        )
    audio = endpoint.audio_config
    rate_hz = audio.sample_rate if audio else None
    known = {"operation", "endpoint", "actions", "languages", "timezone", "connection_id"}
    extra = given.model_dump(mode="json", by_alias=True, exclude=known, exclude_none=True)
    extra["endpoint"] = endpoint.model_dump(mode="json", by_alias=True, exclude={"uri"}, exclude_none=True)
    return CallRequest(
        app_id=app_id,
        uri=uri,
        endpoint=shown,
        name=given.session.name or None,
        members=_members(given),
        actions=tuple(action.model_dump(mode="json", by_alias=True) for action in given.actions or ()),
        timezone=_zone(given),
        language=language,
        encoding=audio.encoding if audio else None,
        sample_rate_hz=None if rate_hz is None else int(rate_hz),
        dtmf=endpoint.dtmf or None,
        idle_timeout_s=endpoint.idle_timeout,
        headers=given.sip_headers,
        base_url=base_url(request),
        extra=extra,
    )


def _destination(endpoint: Endpoint, context: Context) -> tuple[str, str]:
    """Return the SIP URI to dial and how it is shown."""
    if endpoint.type == "pstn":
        if not endpoint.phone_number:
            raise ApiError(400, "endpoint.phoneNumber: required for type 'pstn'.")
        return context.policy.phone_uri(endpoint.phone_number), endpoint.phone_number
    if not endpoint.uri:
        raise ApiError(400, "endpoint.uri: required for type 'sip', such as sip:8002@sip.example.com.")
    try:
        target = read_target(endpoint.uri.strip())
    except ValueError as error:
        raise ApiError(400, f"endpoint.uri: {error}") from None
    context.policy.check_uri(target.uri)
    return endpoint.uri.strip(), str(target.uri)


def _zone(given: ConnectRequest) -> str:
    try:
        return known_zone(given.zone)
    except ValueError as error:
        raise ApiError(400, f"data.session.location.timeZone.name: {error}") from None


def spoken_language(wanted: str | None, context: Context, where: str) -> str:
    """Return the language (a BCP-47 tag) in which to hear; `where` names the field that asks for it.

    Raises:
        ApiError: 400, it cannot be transcribed.
    """
    language = (wanted or "en-US").strip()
    known = context.capabilities().languages
    if _LANGUAGE.fullmatch(language) and {"*", re.split("[-_]", language)[0].casefold()} & set(known):
        return language
    raise ApiError(
        400, f"{where}: {language!r} cannot be transcribed here; there is {', '.join(sorted(known))}."
    )


def check_model(wanted: str | None, language: str, context: Context) -> None:
    """Check that there is a model of that name that knows the language.

    Raises:
        ApiError: 400, with those there are.
    """
    if wanted is None:
        return
    capabilities = context.capabilities()
    models = {model.name: model.languages for model in capabilities.models or (capabilities,)}
    known = models.get(wanted)
    if known is None:
        raise ApiError(400, f"model: there is no {wanted!r}; there is {', '.join(models)}.")
    if not {"*", re.split("[-_]", language)[0].casefold()} & set(known):
        able = ", ".join(sorted(known))
        raise ApiError(400, f"model: {wanted!r} cannot transcribe {language!r}, only {able}.")


def _members(given: ConnectRequest) -> tuple[Member, ...]:
    members: dict[str, Member] = {}
    for entry in given.session.users:
        user = entry.user
        key = person_key(user.user_id, user.email, user.name)
        if key and key not in members:
            members[key] = new_member(user.name, user.user_id, user.email, user.role)
    return tuple(members.values())


def _urls(connection: Connection, base: str) -> dict[str, Any]:
    sockets = "ws" + base.removeprefix("http")
    return {
        "eventUrl": f"{base}/v1/event/{connection.connection_id}",
        "resultWebSocketUrl": f"{sockets}/events/{connection.connection_id}",
        "conversationId": connection.conversation_id,
        "connectionId": connection.connection_id,
    }


async def _stop(given: ConnectRequest, request: Request, app_id: str, context: Context) -> dict[str, Any]:
    if not given.connection_id:
        raise ApiError(400, "connectionId: required to stop a call.")
    connection = await context.calls.stop(app_id, given.connection_id)
    record = await context.conversations.find(app_id, connection.conversation_id)
    base = base_url(request)
    return {**_urls(connection, base), "summaryInfo": _summary_info(record, base, context) if record else []}


def _summary_info(record: ConversationRecord, base: str, context: Context) -> list[dict[str, Any]]:
    """One entry for each recipient of the summary; the Python client needs a name and a user id in each."""
    url = page_url(base, context.tokens.issue_page(record.app_id, record.id))
    addresses = [address for action in record.actions for address in recipients_of(action)]
    people = [new_member(None, address) for address in dict.fromkeys(addresses)]
    return [{"user": person(member), "url": url} for member in people]


def page_url(base: str, token: str, *, media: bool = False) -> str:
    """Return the address of a summary page; with `media` one that may show what lies elsewhere."""
    return f"{base}/meeting/{'media/' if media else ''}#/{token}"


def _load(load: ServerLoad) -> dict[str, Any]:
    speech = load.speech
    return {
        "legs": load.legs,
        "capacity": load.most_legs,
        "utilization": round(speech.pool.utilization, 3) if speech else None,
        "partialIntervalSeconds": round(speech.partial_interval_s, 2) if speech else None,
    }


def _status(status: CallStatus) -> dict[str, Any]:
    moments = {
        "startedAt": status.started_at,
        "answeredAt": status.answered_at,
        "endedAt": status.ended_at,
    }
    return {
        "connectionId": status.connection.connection_id,
        "conversationId": status.connection.conversation_id,
        "endpoint": status.endpoint,
        "state": status.state,
        "sipStatus": status.sip_status,
        "reason": status.reason,
        "codec": status.codec,
        "media": status.media,
        **{name: iso(moment) if moment else None for name, moment in moments.items()},
    }
