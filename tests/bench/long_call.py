"""A call of two hours, faster than real time: does anything grow but the conversation?

The recordings go round and round as Opus packets through leg, jitter buffer, decoder, recogniser, timeline,
journal, live analysis, store and feed, as in a call; only sockets and signalling are left out. The next
audio is given when no final waits, so "latency" is the work of the pipeline, without queueing: from the
moment at which the last speech of an utterance was given to its frames on a socket's side. Takes some six
minutes; `python -m tests.bench.long_call MINUTES` makes a shorter call.
"""

import asyncio
import json
import os
import sys
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from earwitness.api.live.frames import Frames
from earwitness.audio.codec import OPUS
from earwitness.calls.hearing import Hearing
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.leg import Leg as CallLeg
from earwitness.conversation.events import Event, MessagesAdded, Opened, Understood, UtteranceHeard
from earwitness.conversation.ids import new_id
from earwitness.conversation.message import Message
from earwitness.insights.embedded import EmbeddedAnalysis, EmbeddedAnalyst, preload
from earwitness.insights.seams import Found, Setting
from earwitness.rtp.leg import Leg
from earwitness.rtp.packet import RtpPacket
from earwitness.rtp.plan import MediaPlan
from earwitness.speech import models
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.vad import SileroVad
from earwitness.store.store import Store
from tests.bench.bare_recognizer import NO_PARTIALS
from tests.bench.material import all_of_it
from tests.bench.packets import PACKET_S, encoded
from tests.bench.rig import percentiles, rss_mb, table

MINUTES = 120
_PARTS = 6
_LOOK_S = 0.06
_MOST_WAITING_S = 0.5
_KEPT_LOOKS = 5000
_PEER = ("192.0.2.2", 5000)


@dataclass(slots=True)
class Part:
    """What was measured in a part of the call."""

    latencies: list[float] = field(default_factory=list)
    messages: int = 0
    analysis_s: float = 0.0
    cpu_s: float = 0.0
    rss_mb: float = 0.0
    stored_bytes: int = 0
    """By the end of the part."""


@dataclass(slots=True)
class Meter:
    """Where the measurements of the present part go."""

    parts: list[Part] = field(default_factory=lambda: [Part()])
    looks: int = 0
    given: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT_LOOKS))
    """When the audio of the latest looks was given."""

    @property
    def part(self) -> Part:
        """The present one."""
        return self.parts[-1]

    def look(self) -> None:
        """Note that the audio of another look was given."""
        self.looks += 1
        self.given.append(time.perf_counter())

    def waited_s(self, media_s: float) -> float:
        """How long ago the audio up to a moment of media time was given."""
        back = max(self.looks - 1 - int(media_s / _LOOK_S), 0)
        return time.perf_counter() - self.given[-1 - min(back, len(self.given) - 1)]


class TimedAnalyst(EmbeddedAnalyst):
    """Measures the thread time of live analysis."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def open(self, setting: Setting) -> EmbeddedAnalysis:
        """Start to follow a conversation."""
        return _TimedAnalysis(setting, self._meter)


class _TimedAnalysis(EmbeddedAnalysis):
    def __init__(self, setting: Setting, meter: Meter) -> None:
        super().__init__(setting)
        self._meter = meter

    def follow(self, messages: Sequence[Message], setting: Setting | None = None) -> Found:
        before = time.thread_time()
        found = super().follow(messages, setting)
        self._meter.part.analysis_s += time.thread_time() - before
        return found


async def measure(minutes: float = MINUTES) -> str:
    """Return the table."""
    preload()
    meter = Meter()
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as executor:
        engine = await asyncio.to_thread(MoonshineEngine, Path(folder))
        recognizer = SegmentedRecognizer(engine, SileroVad(models.silero_model()), pace=NO_PARTIALS)
        store = await Store.open(Path(folder) / "earwitness.db")
        services = HearingServices(
            recognizer=recognizer,
            analyst=TimedAnalyst(meter),
            log=store.log,
            executor=executor,
            page_url=lambda base, app_id, conversation: f"{base}/{conversation}",
            delivered=lambda: None,
        )
        hearing = Hearing(new_id(), Opened("app", "two hours", datetime.now(UTC)), services)
        try:
            closed_s = await _hear(hearing, recognizer, meter, minutes, Path(folder))
        finally:
            await hearing.aclose()
            await recognizer.aclose()
            await store.aclose()
    return f"{_table(meter, minutes)}\n\nThe final analysis and the close took {closed_s:.1f} s."


async def _hear(
    hearing: Hearing, recognizer: SegmentedRecognizer, meter: Meter, minutes: float, folder: Path
) -> float:
    await hearing.open()
    leg = hearing.leg("in", 0.0)
    watching = asyncio.create_task(_watch(hearing, meter))
    hearing.start()
    await _give(leg, recognizer, meter, minutes, folder)
    await hearing.end()
    began = time.perf_counter()
    await hearing.close(datetime.now(UTC), "completed")
    await watching
    return time.perf_counter() - began


class _FarEnd:
    """The recordings as packets, round and round."""

    def __init__(self) -> None:
        self._media = Leg(MediaPlan(*_PEER, {96: OPUS}, 96), 0.0)
        self._payloads = encoded(OPUS, all_of_it().samples)
        self._sent = 0

    def look(self, leg: CallLeg, now_s: float) -> None:
        """Do what a session does when it looks into its socket."""
        while (at := self._sent * PACKET_S) < now_s:
            payload = self._payloads[self._sent % len(self._payloads)]
            packet = RtpPacket(96, self._sent & 0xFFFF, self._sent * 960 & 0xFFFF_FFFF, 1, payload)
            self._media.receive_rtp(bytes(packet), _PEER, at)
            self._sent += 1
        for piece in self._media.pull(now_s):
            leg.take(piece)
        self._media.events()


async def _give(
    leg: CallLeg, recognizer: SegmentedRecognizer, meter: Meter, minutes: float, folder: Path
) -> None:
    far_end = await asyncio.to_thread(_FarEnd)
    part_s = minutes * 60 / _PARTS
    cpu_s = time.process_time()
    for number in range(1, int(minutes * 60 / _LOOK_S) + 1):
        far_end.look(leg, number * _LOOK_S)
        meter.look()
        await asyncio.sleep(0)
        while leg.waiting_s > _MOST_WAITING_S or recognizer.stats.pool.waiting_finals:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        if number * _LOOK_S >= part_s * len(meter.parts):
            now = time.process_time()
            meter.part.cpu_s, cpu_s = now - cpu_s, now
            meter.part.rss_mb = rss_mb(os.getpid())
            meter.part.stored_bytes = sum(path.stat().st_size for path in folder.glob("earwitness.db*"))
            meter.parts.append(Part())


async def _watch(hearing: Hearing, meter: Meter) -> None:
    """Do what a results socket does, and note when."""
    frames = Frames(hearing.conversation_id, datetime.now(UTC), "")
    async with aclosing(hearing.feed.watch(0)) as watched:
        async for item in watched:
            for frame in frames.of(item):
                json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
            match item:
                case Event(body=UtteranceHeard(utterance=utterance)):
                    meter.part.latencies.append(meter.waited_s(utterance.end_s))
                case Event(body=MessagesAdded(messages=messages)):
                    meter.part.messages += len(messages)
                case Event(body=Understood()):
                    return


def _table(meter: Meter, minutes: float) -> str:
    rows = []
    messages = 0
    part_minutes = minutes / _PARTS
    for number, part in enumerate(meter.parts[:_PARTS]):
        messages += part.messages
        p50, p95 = percentiles(part.latencies, 50, 95)
        rows.append(
            [
                f"{number * part_minutes:.0f} to {(number + 1) * part_minutes:.0f}",
                str(part.messages),
                f"{p50:.0f} / {p95:.0f}",
                f"{part.cpu_s / part_minutes:.2f} s",
                f"{1000 * part.analysis_s / max(part.messages, 1):.1f} ms",
                f"{part.rss_mb:.0f} MB",
                f"{part.stored_bytes / max(messages, 1) / 1000:.1f} kB",
            ]
        )
    heads = [
        "minutes",
        "messages",
        "latency p50 / p95 ms",
        "CPU for each minute",
        "live analysis of a message",
        "RSS at the end",
        "store for each message so far",
    ]
    return table(heads, rows)


if __name__ == "__main__":
    print(asyncio.run(measure(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)))
