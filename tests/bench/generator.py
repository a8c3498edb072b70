"""The load: a process that answers calls and sends pre-encoded RTP on an absolute schedule.

Run as `python -m tests.bench.generator '{"codec": "opus", "calls": 4, "seconds": 30}'`. It prints JSON lines:
its URI, then for each call the instant (Unix time) of the first packet and what it says, and at the end the
CPU seconds that it used itself while calls were on.
"""

import asyncio
import json
import resource
import socket
import struct
import sys
import time
from dataclasses import asdict, dataclass

import uvloop

from earwitness import sdp
from earwitness.audio.codec import find_codec, open_encoder
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.sip.agent import AgentConfig, IncomingCall, SipAgent
from earwitness.sip.events import Answered, Ended
from tests.bench.material import Material, all_of_it, materials

_PACKET = RATE_HZ // 50
_HEADER = struct.Struct("!BBHII")


@dataclass(frozen=True)
class Load:
    """What to send."""

    codec: str = "opus"
    calls: int = 1
    seconds: float = 30.0
    whole: bool = False
    """Every recording once, in one call."""
    pause_after_s: float = 2.0
    tone: bool = False
    """The same ten seconds in every call and over and over: nobody listens."""


class Generator:
    """Answers calls in order; each says its own material."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._codec = {codec.name.lower(): codec for codec in sdp.DEFAULT_CODECS}[load.codec.lower()]
        self._materials = self._make_materials()
        self._payloads = [self._encode(material.samples) for material in self._materials]
        self._agent = SipAgent(AgentConfig(from_user="load"))
        self._taken = 0
        self._over = 0
        self.done = asyncio.Event()
        self._first_at: float | None = None
        self._cpu_before = 0.0

    def _make_materials(self) -> list[Material]:
        load = self._load
        if load.whole:
            return [all_of_it()]
        return materials(1, 10.0) if load.tone else materials(load.calls, load.seconds)

    def _encode(self, samples: Samples) -> list[bytes]:
        spec = find_codec(self._codec.name, self._codec.clock_rate_hz)
        assert spec is not None
        encoder = open_encoder(spec)
        whole = samples[: len(samples) // _PACKET * _PACKET].reshape(-1, _PACKET)
        return [encoder.encode(packet) for packet in whole]

    async def run(self) -> None:
        """Answer until all calls are over."""
        await self._agent.start()
        self._agent.on_invite(self._take)
        print(json.dumps({"uri": f"sip:load@127.0.0.1:{self._agent.port}"}), flush=True)
        await self.done.wait()
        print(json.dumps({"cpu_s": _cpu_s() - self._cpu_before}), flush=True)
        await self._agent.aclose()

    def _take(self, call: IncomingCall) -> None:
        number, self._taken = self._taken, self._taken + 1
        task = asyncio.create_task(self._answer(call, number))
        task.add_done_callback(self._count)

    def _count(self, task: asyncio.Task[None]) -> None:
        task.result()
        self._over += 1
        if self._over == self._load.calls:
            self.done.set()

    async def _answer(self, call: IncomingCall, number: int) -> None:
        assert call.offer is not None
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        out.bind(("127.0.0.1", 0))
        out.setblocking(False)
        offer = sdp.SessionDescription.parse(call.offer)
        answer = sdp.answer(offer, [self._codec], "127.0.0.1", out.getsockname()[1], number + 1)
        agreed = sdp.negotiate(answer, offer)
        call.on_offer = lambda _: str(answer).encode()
        call.answer(str(answer).encode())
        try:
            async for event in call.events():
                match event:
                    case Answered():
                        await self._send(out, agreed, number)
                        await asyncio.sleep(self._load.pause_after_s)
                        call.hangup()
                    case Ended():
                        return
        finally:
            out.close()

    async def _send(self, out: socket.socket, agreed: sdp.Negotiated, number: int) -> None:
        payloads = self._payloads[number % len(self._payloads)]
        count = int(self._load.seconds * 50) if self._load.tone else len(payloads)
        address = (agreed.remote_host, agreed.remote_port)
        ticks = agreed.codec.clock_rate_hz // 50
        if self._first_at is None:
            self._first_at, self._cpu_before = time.monotonic(), _cpu_s()
        began, wall = time.monotonic(), time.time()
        said = [] if self._load.tone else [asdict(one) for one in self._materials[number].spoken]
        print(json.dumps({"call": number, "began": wall, "spoken": said}), flush=True)
        for index in range(count):
            due = began + index * 0.02
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            payload = payloads[index % len(payloads)]
            header = _HEADER.pack(
                0x80, agreed.codec.payload_type, index & 0xFFFF, index * ticks & 0xFFFFFFFF, number
            )
            try:
                out.sendto(header + payload, address)
            except BlockingIOError:
                print(json.dumps({"dropped": number}), flush=True)
            self._drain(out)

    @staticmethod
    def _drain(out: socket.socket) -> None:
        try:
            out.recv(2048)
        except BlockingIOError:
            return


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    uvloop.run(Generator(Load(**json.loads(sys.argv[1]))).run())
