"""A socket that takes the media of a call in place of sipp, which looks at no packet."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from earwitness.audio.g711 import G711Encoder
from earwitness.audio.pcm import RATE_HZ
from earwitness.rtp.packet import RtpPacket
from earwitness.rtp.telephone_event import TelephoneEvent
from earwitness.sdp import KEYS
from tests.support.peer_process import free_port


@dataclass(slots=True)
class Ear(asyncio.DatagramProtocol):
    """Keeps every packet with the moment of its arrival (monotonic seconds)."""

    port: int
    heard: list[tuple[float, RtpPacket]] = field(default_factory=list)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Take a packet. Raises `ValueError` where it is no RTP: nothing else belongs here."""
        self.heard.append((time.monotonic(), RtpPacket.parse(data)))

    @property
    def keys(self) -> list[tuple[RtpPacket, TelephoneEvent]]:
        """The packets that carry keys, in order of arrival."""
        packets = [packet for _, packet in self.heard if packet.payload_type == KEYS.payload_type]
        return [(packet, TelephoneEvent.parse(packet.payload)) for packet in packets]

    async def hears_keys(self, count: int, within_s: float = 15.0) -> None:
        """Wait until so many keys have been pressed and let go of, each end said three times."""
        async with asyncio.timeout(within_s):
            while True:
                if sum(event.end for _, event in self.keys) >= 3 * count:
                    return
                await asyncio.sleep(0.02)


@asynccontextmanager
async def listening() -> AsyncIterator[Ear]:
    """Listen on a free port."""
    ear = Ear(free_port())
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: ear, local_addr=("127.0.0.1", ear.port))
    try:
        yield ear
    finally:
        transport.close()


def write_tone(path: Path, seconds: float = 1.0) -> Path:
    """Write a tone of 440 Hz as raw A-law, which sipp streams without being root."""
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = (8_000 * np.sin(2 * np.pi * 440 * at_s)).astype(np.int16)
    path.write_bytes(G711Encoder("PCMA").encode(tone))
    return path
