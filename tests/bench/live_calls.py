"""Live calls with real-time speech: how soon words are shown, what it costs, what is lost.

Beside each number of calls, in the same run: the bare recogniser (same model, voice activity and partial
schedule, fed with the same audio from memory in real time), and signalling and media without recognition.
"End of speech" is the instant at which the packet with the last reference sample is sent; a frame counts when
the client has received it.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jiwer
import websockets
from whisper_normalizer.english import EnglishTextNormalizer

from earwitness.speech import moonshine
from earwitness.speech.segmented import SegmentedRecognizer
from tests.bench.bare_recognizer import listen
from tests.bench.generator import Load
from tests.bench.material import materials
from tests.bench.rig import Sent, Subject, generator, percentiles, subject, table

CALLS = (1, 4, 8, 12, 16, 24, 40)
_SECONDS = 30.0
_FROM_S, _WINDOW_S = 3.0, 22.0
"""When it is measured what is used, in calls and bare alike: while everybody speaks and nobody is done."""
_PACKET_S = 0.02
_NEAR_S = 0.6
"""A final belongs to the recording whose speech ends this close to its end."""
normal = EnglishTextNormalizer()


@dataclass(slots=True)
class Delays:
    """What a client saw of the calls, in seconds."""

    finals: list[float] = field(default_factory=list)
    first_partials: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)
    insights: list[float] = field(default_factory=list)
    missed: int = 0
    """Recordings that no final covers."""
    errors: int = 0
    said: int = 0


@dataclass(frozen=True, slots=True)
class Used:
    """What the server used and did while it was measured; per second, but for memory."""

    cpu: float
    """Cores."""
    decoded: float
    """Seconds of audio through the decoder."""
    lost_s: float
    """Audio that was dropped, in all."""
    interval_s: float
    """Between partials, at the end."""
    memory_mb: float


async def measure() -> str:
    """Return the table."""
    rows = []
    for calls in CALLS:
        delays, used = await _live(calls)
        bare = await _bare(calls)
        media = await _media(calls)
        final, first, word = (
            percentiles(values, 50, 95) for values in (delays.finals, delays.first_partials, delays.words)
        )
        insight = percentiles(delays.insights, 95)
        rows.append(
            [
                str(calls),
                f"{final[0]:.0f} / {final[1]:.0f}",
                f"{bare.final[0]:.0f} / {bare.final[1]:.0f}",
                f"{first[0]:.0f} / {first[1]:.0f}",
                f"{word[0]:.0f} / {word[1]:.0f}",
                f"{insight[0]:.0f}",
                f"{used.interval_s:.1f} s",
                f"{used.cpu / calls:.1%}",
                f"{bare.cpu / calls:.1%}",
                f"{media / calls:.1%}",
                f"{(used.cpu - media) / bare.cpu:.2f}",
                f"{used.decoded / calls:.2f} / {bare.decoded / calls:.2f}",
                f"{delays.errors / max(delays.said, 1):.1%}",
                str(delays.missed),
                f"{used.lost_s:.1f} s",
                f"{used.memory_mb:.0f} MB",
            ]
        )
    heads = [
        "calls",
        "final p50 / p95 ms",
        "bare final",
        "first partial",
        "word shown",
        "insight p95",
        "partials every",
        "CPU/call",
        "bare",
        "media alone",
        "over bare",
        "decoded, bare",
        "WER",
        "finals missed",
        "audio lost",
        "RSS",
    ]
    return table(heads, rows)


async def _live(calls: int) -> tuple[Delays, Used]:
    delays = Delays()
    load = Load(codec="opus", calls=calls, seconds=_SECONDS)
    async with subject() as server, generator(load) as sent:
        body = {"endpoint": {"type": "sip", "uri": sent.uri, "audioConfig": {"encoding": "OPUS"}}}
        async with asyncio.TaskGroup() as group:
            for number in range(calls):
                connection = await server.client.start(body)
                group.create_task(_watch(server, connection, number, sent, delays))
            await asyncio.wait_for(sent.all_began.wait(), 30)
            await asyncio.sleep(_FROM_S)
            figures = await server.figures()
            before, began = server.cpu_s, time.monotonic()
            await asyncio.sleep(_WINDOW_S)
            cpu, seconds = server.cpu_s - before, time.monotonic() - began
            after, memory_mb = await server.figures(), server.rss_mb
        lost_s = (await server.figures())["earwitness_audio_dropped_seconds_total"]
    decoded = "earwitness_decoded_audio_seconds_total"
    return delays, Used(
        cpu / seconds,
        (after[decoded] - figures[decoded]) / seconds,
        lost_s,
        after["earwitness_partial_interval_seconds"],
        memory_mb,
    )


async def _watch(
    server: Subject, connection: dict[str, Any], number: int, sent: Sent, delays: Delays
) -> None:
    frames: list[tuple[float, dict[str, Any]]] = []
    url = connection["resultWebSocketUrl"] + "?from=0"
    headers = {"X-API-KEY": server.client.token}
    async with websockets.connect(url, additional_headers=headers, proxy=None) as socket:
        async for text in socket:
            frames.append((time.time(), json.loads(text)))
    _count(frames, sent.began[number], sent.spoken[number], delays)


def _count(
    frames: list[tuple[float, dict[str, Any]]], began: float, spoken: list[dict[str, Any]], delays: Delays
) -> None:
    zero = 0.0
    shown_to = 0.0
    open_since: float | None = None
    finals: list[tuple[float, float]] = []
    message_at: dict[str, float] = {}
    text = []
    for at, frame in frames:
        match frame:
            case {"message": {"type": "recognition_started", "data": {"startedAt": str(started)}}}:
                zero = datetime.fromisoformat(started).timestamp()
            case {"type": "transcript_response"}:
                start = datetime.fromisoformat(frame["duration"]["startTime"]).timestamp() - zero
                end = datetime.fromisoformat(frame["duration"]["endTime"]).timestamp() - zero
                if frame["isFinal"]:
                    finals.append((at, end))
                    open_since = None
                elif open_since is None:
                    open_since = start
                    delays.first_partials.append(at - began - start)
            case {"message": {"type": "recognition_result", "payload": payload}}:
                ends = [_seconds(word["endTime"]) for word in payload["raw"]["alternatives"][0]["words"]]
                delays.words += [at - began - end for end in ends if end > shown_to]
                shown_to = max([shown_to, *ends])
            case {"type": "message_response", "messages": messages}:
                for message in messages:
                    message_at[message["id"]] = at
                    text.append(message["payload"]["content"])
            case {"type": "insight_response", "insights": insights}:
                delays.insights += [at - message_at[one["messageReference"]["id"]] for one in insights]
    for one in spoken:
        near = [at for at, end in finals if abs(end - one["end_s"]) < _NEAR_S]
        # Where the text seemed to go on, the next recording may have begun before the segment ended.
        later = [at for at, end in finals if end > one["end_s"]]
        if near or later:
            at = near[-1] if near else later[0]
            delays.finals.append(at - (began + one["end_s"] // _PACKET_S * _PACKET_S))
        else:
            delays.missed += 1
    score = jiwer.process_words(normal(" ".join(one["text"] for one in spoken)), normal(" ".join(text)))
    delays.errors += score.substitutions + score.deletions + score.insertions
    delays.said += score.substitutions + score.deletions + score.hits


def _seconds(told: dict[str, str]) -> float:
    return int(told["seconds"]) + int(told["nanos"]) / 1e9


@dataclass(frozen=True)
class _Bare:
    final: list[float]
    cpu: float
    decoded: float


async def _bare(calls: int) -> _Bare:
    """The same audio from memory, in this process."""
    said = materials(calls, _SECONDS)
    with TemporaryDirectory() as cache:
        recognizer = await asyncio.to_thread(moonshine.load, Path(cache), 0, 1.0)
    assert isinstance(recognizer, SegmentedRecognizer)
    hearing = asyncio.gather(
        *(listen(recognizer, one.samples, f"leg {number}") for number, one in enumerate(said))
    )
    await asyncio.sleep(_FROM_S)
    before, began, decoded = time.process_time(), time.monotonic(), recognizer.stats.pool.audio_s
    await asyncio.sleep(_WINDOW_S)
    cpu, seconds = time.process_time() - before, time.monotonic() - began
    decoded = recognizer.stats.pool.audio_s - decoded
    heard = await hearing
    await recognizer.aclose()
    final = percentiles([delay for one in heard for delay in one.finals], 50, 95)
    return _Bare(final, cpu / seconds, decoded / seconds)


async def _media(calls: int) -> float:
    """Signalling and media alone: CPU of a core."""
    load = Load(codec="opus", calls=calls, seconds=12.0, tone=True, pause_after_s=0.5)
    async with subject(deaf=True) as server, generator(load) as sent:
        body = {"endpoint": {"type": "sip", "uri": sent.uri, "audioConfig": {"encoding": "OPUS"}}}
        for _ in range(calls):
            await server.client.start(body)
        await asyncio.wait_for(sent.all_began.wait(), 30)
        await asyncio.sleep(2.0)
        before = server.cpu_s
        await asyncio.sleep(8.0)
        used = (server.cpu_s - before) / 8.0
        await asyncio.wait_for(sent.over.wait(), 30)
    return used


if __name__ == "__main__":
    print(asyncio.run(measure()))
