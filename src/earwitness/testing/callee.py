"""A far end: answers calls, plays a recording, and keeps what it hears."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import numpy as np

from earwitness.audio.pcm import Pcm, Samples
from earwitness.calls.media import CallMedia
from earwitness.rtp.events import MediaEvent, PlaybackFinished
from earwitness.sdp import DEFAULT_CODECS, Codec
from earwitness.sip.agent import AgentConfig, IncomingCall, SipAgent
from earwitness.sip.events import Answered, Ended, OfferRefusedError

logger = logging.getLogger(__name__)

_LAST_PACKET_S = 0.4
"""Time that the last packets get to arrive before the BYE."""

OnPlay = Callable[[], Coroutine[Any, Any, None]]
"""Runs beside a playback, from its start; cancelled when the call ends."""


@dataclass(slots=True)
class AnsweredCall:
    """A call that was answered."""

    uri: str
    codec: str | None = None
    heard: list[Samples] = field(default_factory=list)

    def audio(self) -> Samples:
        """Return everything that was heard, 16 kHz mono."""
        return np.concatenate(self.heard) if self.heard else np.zeros(0, np.int16)


class Callee:
    """Answers every call on a port; an async context manager.

    It plays `samples` once and then hangs up, unless `stays` says to wait for the far end's BYE.
    """

    def __init__(
        self,
        samples: Samples,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        codecs: Sequence[Codec] = DEFAULT_CODECS,
        stays: bool = False,
        on_play: OnPlay | None = None,
    ) -> None:
        self.answered: list[AnsweredCall] = []
        self.finished: asyncio.Queue[AnsweredCall] = asyncio.Queue()
        """Calls that are over, in order."""
        self._samples = samples
        self._host = host
        self._codecs = codecs
        self._stays = stays
        self._on_play = on_play
        self._agent = SipAgent(AgentConfig(host=host, port=port, from_user="callee"))
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def uri(self) -> str:
        """Where to call."""
        return f"sip:callee@{self._host}:{self._agent.port}"

    async def __aenter__(self) -> Self:
        await self._agent.start()
        self._agent.on_invite(self._take)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._agent.aclose()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _take(self, call: IncomingCall) -> None:
        task = asyncio.create_task(self._answer(call), name="callee")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, call: IncomingCall) -> None:
        answered = AnsweredCall(call.uri)
        played = asyncio.Event()

        def hear(audio: Pcm) -> None:
            answered.heard.append(audio.samples)

        def note(event: MediaEvent) -> None:
            if isinstance(event, PlaybackFinished):
                played.set()

        media = await CallMedia.open(self._host, self._host, range(48_000, 60_000), self._codecs, hear, note)
        playing: asyncio.Task[None] | None = None
        try:
            call.on_offer = media.answer
            try:
                sdp = media.answer(call.offer)
            except OfferRefusedError as error:
                logger.warning("a call was refused: %s", error)
                call.reject(488)
                return
            call.ring()
            call.answer(sdp)
            async for event in call.events():
                match event:
                    case Answered(sdp=peer):
                        if call.offer is None:
                            media.accept(peer)
                        answered.codec = media.codec
                        self.answered.append(answered)
                        playing = asyncio.create_task(self._play(call, media, played))
                    case Ended():
                        break
        finally:
            if playing is not None:
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)
            await media.aclose()
            self.finished.put_nowait(answered)

    async def _play(self, call: IncomingCall, media: CallMedia, played: asyncio.Event) -> None:
        media.play(self._samples)
        async with asyncio.TaskGroup() as group:
            if self._on_play is not None:
                group.create_task(self._on_play())
            await played.wait()
        await asyncio.sleep(_LAST_PACKET_S)
        if not self._stays:
            call.hangup()
