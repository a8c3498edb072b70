"""A far end whose media is made by the test, packet by packet."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from earwitness.rtp.packet import HeaderExtension, RtpPacket
from earwitness.sip.agent import AgentConfig, IncomingCall, SipAgent
from earwitness.sip.events import Ended

HOST = "127.0.0.1"
_FRAME = 160
_QUIET = b"\xff" * _FRAME
"""20 ms of µ-law silence."""
_AT_ONCE = 100
"""Packets that fit into the receiver's socket with room to spare."""
_LOOKS_EVERY_S = 0.07
"""A little more than the time between two looks of the server into its sockets."""


def rtp(
    sequence: int,
    payload: bytes = _QUIET,
    *,
    payload_type: int = 0,
    ssrc: int = 1,
    timestamp: int | None = None,
    levels: Mapping[int, int] | None = None,
) -> bytes:
    """Return an RTP packet (RFC 3550 §5.1) of a source that sends µ-law.

    With `levels` it is a mixer's: the contributing sources with their levels in -dBov (RFC 6465, id 1).
    """
    at = sequence * _FRAME if timestamp is None else timestamp
    extension = None
    if levels is not None:
        data = bytes([0x10 | len(levels) - 1, *levels.values()]) if levels else b""
        extension = HeaderExtension(0xBEDE, data + bytes(-len(data) % 4))
    packet = RtpPacket(
        payload_type,
        sequence & 0xFFFF,
        at & 0xFFFFFFFF,
        ssrc,
        payload,
        csrcs=tuple(levels or ()),
        extension=extension,
    )
    return bytes(packet)


@dataclass(slots=True)
class TakenCall:
    """A call that was answered."""

    call: IncomingCall
    socket: socket.socket
    """The one that our session description names."""
    target: tuple[str, int]
    """Where the server hears."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when either side has hung up."""
    next: int = 0
    """The sequence number to send next."""

    def send(self, *packets: bytes) -> None:
        """Send what is no part of the audio."""
        for packet in packets:
            self.socket.sendto(packet, self.target)

    async def speak(self, seconds: float, levels: Mapping[int, int] | None = None) -> None:
        """Send the audio of so many seconds as fast as the server takes it; for `levels` see `rtp`."""
        for number in range(self.next, self.next + round(seconds * 50)):
            self.send(rtp(number, levels=levels))
            self.next = number + 1
            if self.next % _AT_ONCE == 0:
                await asyncio.sleep(_LOOKS_EVERY_S)
        await asyncio.sleep(_LOOKS_EVERY_S)


Answer = Callable[[int], bytes]
"""Makes the session description that answers, given our RTP port."""


def answer(port: int) -> bytes:
    """Return a session description for µ-law."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
    ).encode()


class FarEnd:
    """Answers every call on a port of its own."""

    def __init__(self, agent: SipAgent, make_answer: Answer) -> None:
        self._agent = agent
        self._make_answer = make_answer
        self._taken: asyncio.Queue[TakenCall] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        agent.on_invite(self._take)

    @property
    def uri(self) -> str:
        """Where to call."""
        return f"sip:far@{HOST}:{self._agent.port}"

    async def taken(self) -> TakenCall:
        """Return the next call that was answered."""
        return await asyncio.wait_for(self._taken.get(), 10)

    async def aclose(self) -> None:
        """Hang up."""
        await self._agent.aclose()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _take(self, call: IncomingCall) -> None:
        task = asyncio.create_task(self._serve(call), name="far end")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, call: IncomingCall) -> None:
        offered = re.search(rb"^m=audio (\d+)", call.offer or b"", re.M)
        assert offered is not None
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
            bound.bind((HOST, 0))
            taken = TakenCall(call, bound, (HOST, int(offered[1])))
            call.answer(self._make_answer(bound.getsockname()[1]))
            self._taken.put_nowait(taken)
            async for event in call.events():
                if isinstance(event, Ended):
                    break
            taken.over.set()


@asynccontextmanager
async def far_end(make_answer: Answer = answer) -> AsyncIterator[FarEnd]:
    """Answer calls until the block ends."""
    agent = SipAgent(AgentConfig(host=HOST, from_user="far"))
    await agent.start()
    peer = FarEnd(agent, make_answer)
    try:
        yield peer
    finally:
        await peer.aclose()
