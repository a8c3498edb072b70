"""What request handlers stand on."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from earwitness.api.errors import UNKNOWN_CONVERSATION, ApiError, unauthorized
from earwitness.api.tokens import TokenError, Tokens
from earwitness.calls.capacity import ServerLoad
from earwitness.calls.edits import Edits
from earwitness.calls.policy import DialPolicy
from earwitness.calls.rereading import Rereader
from earwitness.calls.seams import Calls
from earwitness.calls.streams import Streams
from earwitness.calls.summaries import Summaries
from earwitness.conversation.custom_entity import KeptEntity
from earwitness.conversation.tracker import Tracker
from earwitness.delivery.destination import Destinations
from earwitness.jobs.folder import JobFolder
from earwitness.jobs.seams import JobQueue
from earwitness.settings import Settings
from earwitness.speech.seams import Capabilities, Standing
from earwitness.store.seams import EVERYTHING, Apps, Content, Conversations, Experiences, Kept, Part

_API_KEY = APIKeyHeader(name="X-API-KEY", scheme_name="apiKey", auto_error=False)
_BEARER = HTTPBearer(bearerFormat="JWT", scheme_name="bearer", auto_error=False)


@dataclass(frozen=True, slots=True)
class Context:
    """Everything the API needs; made once by the server."""

    settings: Settings
    apps: Apps
    conversations: Conversations
    trackers: Kept[Tracker]
    entities: Kept[KeptEntity]
    calls: Calls
    edits: Edits
    """Changes that clients make to conversations."""
    summaries: Summaries
    experiences: Experiences
    streams: Streams
    jobs: JobQueue
    job_files: JobFolder
    destinations: Destinations
    tokens: Tokens
    policy: DialPolicy
    capabilities: Callable[[], Capabilities]
    """Of the recogniser, once it is loaded."""
    standings: Callable[[], Sequence[Standing]]
    """Of the recogniser's engines, once it is loaded."""
    ready: Callable[[], str | None]
    """Returns None when calls can be placed, else why not."""
    forget: Callable[[str], Awaitable[None]]
    """Removes what is kept of a conversation outside of the store."""
    load: Callable[[], ServerLoad]
    """Returns how much the process has to do."""
    rereader: Rereader | None = None
    """Has conversations read by a language model, where one is set."""


def context_of(connection: HTTPConnection) -> Context:
    """Return the context of the application that serves a request or socket."""
    context: Context = connection.app.state.context
    return context


async def authenticate(connection: HTTPConnection) -> str:
    """Return the id of the app that a request or socket comes from.

    The token may be in `X-API-KEY`, `Authorization: Bearer`, `?access_token=` or, on sockets, in
    `Sec-WebSocket-Protocol`: browsers cannot set headers on a socket.

    Raises:
        ApiError: 401.
    """
    token = _token_of(connection)
    if token is None:
        raise unauthorized(
            "No access token was given; send it as X-API-KEY or Authorization: Bearer header. "
            "POST /oauth2/token:generate issues one."
        )
    context = context_of(connection)
    try:
        app_id = context.tokens.app_of(token)
    except TokenError as error:
        raise unauthorized(f"Token validation failed for the provided token: {error}.") from None
    if not await context.apps.has(app_id):
        raise unauthorized("Token validation failed for the provided token: its app was removed.")
    return app_id


def _token_of(connection: HTTPConnection) -> str | None:
    headers = connection.headers
    if key := headers.get("x-api-key"):
        return key.strip()
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer" and token.strip():
        return token.strip()
    if token := connection.query_params.get("access_token", ""):
        return token
    offered = headers.get("sec-websocket-protocol", "").split(",")[0].strip()
    return offered or None


def base_url(connection: HTTPConnection) -> str:
    """Return the base URL under which the client reaches us, without a slash at the end."""
    context = context_of(connection)
    if context.settings.public_url:
        return context.settings.public_url.rstrip("/")
    headers = connection.headers
    scheme = headers.get("x-forwarded-proto", connection.url.scheme).split(",")[0].strip()
    scheme = {"ws": "http", "wss": "https"}.get(scheme, scheme)
    host = headers.get("x-forwarded-host") or headers.get("host") or connection.url.netloc
    host = host.split(",")[0].strip()
    address, port = connection.scope.get("server") or (None, None)
    if host == address and port:
        # symbl-node leaves the port out of a socket's Host; nobody else can have reached us so.
        host = f"{host}:{port}"
    return f"{scheme}://{host}"


async def authenticated(
    connection: HTTPConnection,
    _key: Annotated[str | None, Security(_API_KEY)],
    _bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
) -> str:
    """Return the id of the app that a request comes from; see `authenticate`.

    The two unused ones have the OpenAPI description say where a token belongs.
    """
    return await authenticate(connection)


App = Annotated[str, Depends(authenticated)]
"""The id of the app that calls."""


def own_content(*parts: Part) -> Callable[[str, HTTPConnection, str], Awaitable[Content]]:
    """Return what finds these parts of the conversation in a path: a whole one of hours takes a while."""
    wanted = frozenset(parts)

    async def find(app_id: App, connection: HTTPConnection, conversationId: str) -> Content:  # noqa: N803
        return await content_of(context_of(connection), app_id, conversationId, wanted)

    return find


async def content_of(
    context: Context, app_id: str, conversation_id: str, parts: Collection[Part] = EVERYTHING
) -> Content:
    """Return parts of a conversation of an app.

    Raises:
        ApiError: 404 where it does not exist or belongs to another app.
    """
    if await context.conversations.find(app_id, conversation_id) is not None:
        content = await context.conversations.content(conversation_id, parts)
        if content is not None:
            return content
    raise ApiError(404, UNKNOWN_CONVERSATION)


Ctx = Annotated[Context, Depends(context_of)]
OwnHead = Annotated[Content, Depends(own_content())]
"""The conversation of the path, if it is the caller's: its record and members alone."""
