"""What the media of calls costs in one process: RTP in at 50 packets/s, decoded to 16 kHz, and silence out.

Run as `python tests/bench/rtp_load.py [--seconds S] [--calls N …] [--codecs NAME …]`. The packets are encoded
beforehand and sent by a process of its own, whose CPU is shown apart. "floor" is parsing and decoding the
same packets one by one in a loop, without sockets, order or time. "late by" is the time from the arrival of a
packet at the kernel to its audio.
"""

import argparse
import asyncio
import multiprocessing
import multiprocessing.connection
import socket
import struct
import time
from dataclasses import dataclass

import numpy as np
import uvloop

from earwitness.audio.codec import CODECS, CodecSpec, open_decoder, open_encoder
from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.rtp.events import MediaEvent, MediaStarted
from earwitness.rtp.packet import RtpPacket
from earwitness.rtp.plan import MediaPlan
from earwitness.rtp.session import MediaSession

PACKET_S = 0.02
WARM_UP_S = 2.0
PAYLOAD_TYPE = 96


def speech_like(seconds: float) -> Samples:
    """Bursts of harmonics of a wandering pitch, with pauses, from a fixed seed."""
    random = np.random.default_rng(1)
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(120 + 30 * np.sin(2 * np.pi * 0.7 * at)) / RATE_HZ
    voice = sum(np.sin(k * phase) / k for k in range(1, 20))
    syllables = np.clip(np.sin(2 * np.pi * 3 * at) + 0.6, 0, 1) * (at % 3 < 2.2)
    noise = random.normal(0, 0.01, len(at))
    return np.asarray((voice * syllables * 0.2 + noise * 0.2) * 16000, np.int16)


def encode(codec: CodecSpec) -> list[bytes]:
    """Ten seconds of payloads."""
    samples, encoder = speech_like(10.0), open_encoder(codec)
    size = int(RATE_HZ * PACKET_S)
    return [encoder.encode(samples[at : at + size]) for at in range(0, len(samples), size)]


def generate(
    pipe: "multiprocessing.connection.Connection[float, tuple[CodecSpec, list[int]]]", seconds: float
) -> None:
    """Send to every port on an absolute schedule; report the CPU seconds of the measured part."""
    codec, ports = pipe.recv()
    payloads = encode(codec)
    ticks = int(codec.clock_rate_hz * PACKET_S)
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    out.bind(("127.0.0.1", 0))
    out.setblocking(False)
    pipe.send(out.getsockname()[1])
    pipe.recv()
    start = time.monotonic()
    cpu = 0.0
    for number in range(int((seconds + WARM_UP_S) / PACKET_S)):
        if number == int(WARM_UP_S / PACKET_S):
            cpu = time.process_time()
        payload = payloads[number % len(payloads)]
        # Spread over the packet time, as real calls are.
        for call, port in enumerate(ports):
            if call % 10 == 0:
                due = start + (number + call / len(ports)) * PACKET_S
                time.sleep(max(0.0, due - time.monotonic()))
            header = struct.pack("!BBHII", 0x80, PAYLOAD_TYPE, number & 0xFFFF, number * ticks, call)
            out.sendto(header + payload, ("127.0.0.1", port))
    pipe.send(time.process_time() - cpu)


@dataclass
class Heard:
    """What one call heard."""

    started: float = 0.0
    pieces: int = 0
    latest_s: float = 0.0
    late_sum_s: float = 0.0

    def on_event(self, event: MediaEvent) -> None:
        if isinstance(event, MediaStarted):
            self.started = event.at

    def on_audio(self, piece: Pcm) -> None:
        if piece.concealed:
            return
        late_s = time.monotonic() - (self.started + piece.end_s - PACKET_S)
        self.pieces += 1
        self.late_sum_s += late_s
        self.latest_s = max(self.latest_s, late_s)


async def load(codec: CodecSpec, calls: int, seconds: float) -> str:
    """Run one row of the table."""
    pipe, far = multiprocessing.get_context("spawn").Pipe()
    generator = multiprocessing.get_context("spawn").Process(target=generate, args=(far, seconds))
    generator.start()
    sessions = [await MediaSession.open("127.0.0.1") for _ in range(calls)]
    pipe.send((codec, [session.port for session in sessions]))
    loop = asyncio.get_running_loop()
    port = await loop.run_in_executor(None, pipe.recv)
    plan = MediaPlan("127.0.0.1", int(port), {PAYLOAD_TYPE: codec}, PAYLOAD_TYPE)
    heard = [Heard() for _ in sessions]
    for session, ears in zip(sessions, heard, strict=True):
        session.start(plan, ears.on_audio, ears.on_event)
    pipe.send((codec, []))
    await asyncio.sleep(WARM_UP_S)
    cpu, wall = time.process_time(), time.monotonic()
    await asyncio.sleep(seconds - 0.5)
    used = (time.process_time() - cpu) / (time.monotonic() - wall)
    generator_cpu = await loop.run_in_executor(None, pipe.recv)
    await asyncio.sleep(0.2)
    lost = sum(session.stats.packets_lost for session in sessions)
    expected = calls * int((seconds + WARM_UP_S) / PACKET_S)
    received = sum(session.stats.packets_received for session in sessions)
    for session in sessions:
        await session.aclose()
    generator.join()
    pieces = sum(ears.pieces for ears in heard)
    mean_s = sum(ears.late_sum_s for ears in heard) / max(1, pieces)
    worst_s = max(ears.latest_s for ears in heard)
    return (
        f"{codec.name:6} {calls:5} {used * 100:8.2f} % {used / calls * 100:8.3f} % "
        f"{floor(codec) * 100:8.3f} % {generator_cpu / seconds * 100:8.2f} % {expected - received:7} "
        f"{lost:5} {mean_s * 1000:6.0f} / {worst_s * 1000:.0f} ms"
    )


def floor(codec: CodecSpec) -> float:
    """The share of a core that parsing and decoding one call's packets takes."""
    packets = [
        bytes(RtpPacket(PAYLOAD_TYPE, number, number * 160, 1, payload))
        for number, payload in enumerate(encode(codec))
    ]
    decoder = open_decoder(codec)
    rounds = 4
    begin = time.process_time()
    for _ in range(rounds):
        for data in packets:
            decoder.decode(RtpPacket.parse(data).payload)
    return (time.process_time() - begin) / (rounds * len(packets) * PACKET_S)


async def _table(codecs: list[str], calls: list[int], seconds: float) -> None:
    print(
        f"{'codec':6} {'calls':>5} {'CPU':>10} {'a call':>10} {'floor':>10} {'generator':>10} "
        f"{'missing':>7} {'lost':>5} late by (mean / worst)"
    )
    for codec in CODECS:
        if codec.name.upper() in codecs:
            for number in calls:
                print(await load(codec, number, seconds), flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 20, 100])
    parser.add_argument("--codecs", type=str.upper, nargs="+", default=["OPUS", "G722", "PCMU"])
    options = parser.parse_args()
    uvloop.run(_table(options.codecs, options.calls, options.seconds))


if __name__ == "__main__":
    main()
