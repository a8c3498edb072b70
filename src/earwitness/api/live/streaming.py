"""The streaming sockets: audio in, results out."""

import asyncio
import re
from contextlib import aclosing

from fastapi import APIRouter, WebSocket

from earwitness.api.context import base_url, context_of
from earwitness.api.errors import ApiError
from earwitness.api.live.bookmark_frames import carry_out
from earwitness.api.live.client_socket import STOP, SocketSession, opened, read_frame
from earwitness.api.live.frames import Frames, completed_frame, error_frame, wrapped
from earwitness.api.live.telephony import check_model, page_url, spoken_language
from earwitness.api.management.kept import with_kept
from earwitness.api.requests.stream_request import BookmarkRequest, ModifyRequest, StartRequest
from earwitness.audio.background_decoder import BackgroundDecoder
from earwitness.audio.codec import DecodeError
from earwitness.calls.seams import Watched
from earwitness.calls.stream import StreamClient, StreamRequest, StreamSession
from earwitness.conversation.events import Closed, Event, MediaStarted, Opened

router = APIRouter()

_ID = re.compile(r"[\x21-\x7e]{1,256}")
_STARTED_WITHIN_S = 600.0
"""A client that has not started by then has given up; symbl-js opens the socket well before a user starts."""


@router.websocket("/v1/realtime/insights/{stream_id:path}")
@router.websocket("/v1/streaming/{stream_id:path}")
async def stream(websocket: WebSocket, stream_id: str) -> None:
    """Hear what a client sends, and give it the results."""

    async def check(_: str) -> None:
        context = context_of(websocket)
        if not _ID.fullmatch(stream_id):
            raise ApiError(400, "the id of a stream has 1 to 256 visible ASCII characters")
        if reason := context.ready():
            raise ApiError(503, f"Nothing can be heard now: {reason}.", {"Retry-After": "5"})
        context.streams.check_room()

    if (client := await opened(websocket, check)) is not None:
        await _StreamingSocket(websocket, client[0], stream_id).run()


class _StreamingSocket(SocketSession):
    """One client: frames and audio in, frames out.

    Bounds: a client that sends faster than it is heard is read no further for the while, one that takes no
    frames is cut off; in both cases what it sent is heard to its end.
    """

    def __init__(self, websocket: WebSocket, app_id: str, stream_id: str) -> None:
        super().__init__(websocket, app_id, f"stream {stream_id}")
        self._stream_id = stream_id
        self._request: StartRequest | None = None
        """The last one."""
        self._client: StreamClient | None = None
        """Between `start_request` and `stop_request`."""
        self._decoder: BackgroundDecoder | None = None
        self._is_corrupt = False
        self._session: StreamSession | None = None
        self._showing: asyncio.Task[None] | None = None
        self._shown = 0
        """Sequence number of the last event that was shown."""
        self._ends_after: int | None = None
        """Sequence number of the last event that concerns this client, once it has stopped."""
        self._started = asyncio.Event()
        self._over = asyncio.Event()
        """Set when the client has all that it will get."""

    async def _serve(self) -> None:
        try:
            async with asyncio.timeout(_STARTED_WITHIN_S):
                await self._started.wait()
        except TimeoutError:
            await self._socket.send(error_frame(f"no start_request came for {_STARTED_WITHIN_S:.0f} s"))
            return
        await self._over.wait()
        if self._showing is not None and self._showing.done():
            self._showing.result()

    async def _hear(self, data: bytes) -> None:
        if self._client is None or self._decoder is None:
            return
        try:
            samples = await self._decoder.decode(data)
        except DecodeError as error:
            if not self._is_corrupt:
                await self._socket.send(error_frame(f"this audio was left out: {error}"))
            self._is_corrupt = True
            return
        self._is_corrupt = False
        await self._client.take(samples)

    async def _take(self, text: str) -> None:
        given = read_frame(text)
        match given:
            case {"type": "start_request"}:
                await self._start(StartRequest.model_validate(given))
            case {"type": "modify_request"}:
                await self._modify(ModifyRequest.model_validate(given))
            case {"type": "bookmark_request"}:
                await self._bookmark(BookmarkRequest.model_validate(given))
            case {"type": str(kind)} if kind == STOP:
                await self._stop()
            case {"type": kind}:
                raise ValueError(f"{kind!r} is not understood here; send start_request, audio, stop_request")
            case _:
                raise ValueError("a text frame must be a JSON object with a type; audio comes in binary ones")

    async def _start(self, request: StartRequest) -> None:
        if self._client is not None:
            raise ValueError(
                "the stream has been started already; send audio, modify_request or stop_request"
            )
        if self._session is not None and self._session.is_over:
            raise ValueError("the conversation has ended; open another socket for a new one")
        decoder = BackgroundDecoder(request.config.speech_recognition.open())
        client = await self._context.streams.join(await self._stream_request(request))
        self._request, self._client, self._decoder = request, client, decoder
        self._session = client.session
        self._started.set()
        conversation_id = client.connection.conversation_id
        for kind in ("started_listening", "recognition_started", "conversation_created"):
            await self._socket.send(wrapped(kind, {"conversationId": conversation_id}))
        if self._showing is None:
            self._showing = asyncio.create_task(self._show(client), name=f"show stream {self._stream_id}")

    async def _modify(self, request: ModifyRequest) -> None:
        if self._client is None or self._decoder is None:
            raise ValueError("the stream has not been started; send a start_request first")
        decoder = BackgroundDecoder(request.speech_recognition.open())
        await self._client.take(await self._decoder.flush())
        self._decoder = decoder
        audio = request.speech_recognition
        told = {"encoding": audio.encoding, "sampleRateHertz": audio.sample_rate_hertz}
        await self._socket.send(wrapped("session_modified", {"speechRecognition": told}))

    async def _stop(self) -> None:
        """Hear the rest; the client's last frames come when that is shown (see `_show`)."""
        request, client, session = self._request, self._client, self._session
        if request is None or client is None or session is None or self._decoder is None:
            raise ValueError("the stream has not been started")
        await client.take(await self._decoder.flush())
        self._client = None  # not before: should the socket end here, the client is to leave all the same
        await client.leave(request.linger_s)
        if session.is_over:
            return
        if not request.disconnect_on_stop_request:
            await self._socket.send(wrapped("recognition_stopped", {}))
            return
        self._ends_after = session.feed.last_seq
        if self._shown >= self._ends_after:
            await self._complete()

    async def _bookmark(self, request: BookmarkRequest) -> None:
        """Everybody who watches is told of it by its event."""
        if self._session is None:
            raise ValueError("the stream has not been started; send a start_request first")
        await carry_out(request, self._session.connection.conversation_id, self._context)

    async def _leave(self) -> None:
        """The client has gone without a word: what it sent is heard all the same."""
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.gather(self._showing, return_exceptions=True)
        client, self._client = self._client, None
        if client is None or self._request is None or self._decoder is None:
            return
        await client.take(await self._decoder.flush())
        await client.leave(self._request.no_connection_timeout)

    async def _show(self, client: StreamClient) -> None:
        frames = self._frames(client)
        self._shown = client.joined_after
        try:
            async with aclosing(client.watch()) as watched:
                async for item in watched:
                    frames.insight_kinds = self._request.insight_types if self._request else ()
                    for frame in frames.of(item):
                        if not _is_greeting(item):
                            await self._socket.send(frame)
                    if isinstance(item, Event):
                        self._shown = item.seq
                        if isinstance(item.body, Closed):
                            await self._socket.send(wrapped("recognition_stopped", {}))
                        elif self._ends_after is not None and self._shown >= self._ends_after:
                            await self._complete()
                            return
        finally:
            self._over.set()

    async def _complete(self) -> None:
        """Tell a client that its part is over, though others still speak.

        `conversation_completed` has to come first: symbl-js would close its socket at `recognition_stopped`
        and wait for ever.
        """
        if self._session is None or self._ends_after is None:
            return
        self._ends_after = None
        told = {
            "conversationId": self._session.connection.conversation_id,
            "summaryUrl": self._summary_url(self._session.connection.conversation_id),
        }
        await self._socket.send(completed_frame(told))
        await self._socket.send(wrapped("recognition_stopped", {}))
        self._over.set()

    def _frames(self, client: StreamClient) -> Frames:
        session = client.session
        conversation_id = session.connection.conversation_id
        zero_at = session.hearing.zero_at or session.started_at
        return Frames(conversation_id, zero_at, self._summary_url(conversation_id), is_call=False)

    def _summary_url(self, conversation_id: str) -> str:
        token = self._context.tokens.issue_page(self._app_id, conversation_id)
        return page_url(base_url(self._websocket), token)

    async def _stream_request(self, request: StartRequest) -> StreamRequest:
        config = request.config
        language = spoken_language(config.language_code, self._context, "languageCode")
        check_model(config.model, language, self._context)
        extra = request.model_dump(
            mode="json", by_alias=True, exclude={"type", "actions", "speaker"}, exclude_none=True
        )
        extra = await with_kept(extra, self._app_id, self._context)
        return StreamRequest(
            app_id=self._app_id,
            stream_id=self._stream_id,
            name=config.meeting_title or None,
            speaker=request.member,
            actions=tuple(action.model_dump(mode="json", by_alias=True) for action in request.actions or ()),
            timezone=request.zone,
            language=language,
            confidence_threshold=config.confidence_threshold,
            codec=config.speech_recognition.encoding,
            base_url=base_url(self._websocket),
            extra={**extra, "model": config.model} if config.model else extra,
        )


def _is_greeting(item: Watched) -> bool:
    """Whether an item says what the client has been told already."""
    return isinstance(item, Event) and isinstance(item.body, Opened | MediaStarted)
