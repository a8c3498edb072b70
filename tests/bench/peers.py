"""The same speech given to other servers around the same model: how soon finals come, and what it costs.

Each client sends the audio of a call in real time in pieces of 60 ms over a WebSocket of its own; the peers
are in `peer_server.py`. They have no signalling, media, store or insights to do. Takes some seven minutes.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import jiwer
import numpy as np
import websockets
from whisper_normalizer.english import EnglishTextNormalizer

from earwitness.audio.pcm import RATE_HZ
from tests.bench.material import Material, materials
from tests.bench.rig import cpu_s, percentiles, rss_mb, table

CALLS = (1, 4, 8, 12)
PEERS = {"plain": "plain WebSocket server", "moonshine": "moonshine-voice streams"}
_SECONDS = 30.0
_PIECE = RATE_HZ * 60 // 1000
_NEAR_S = 0.6
"""A final belongs to the recording whose speech ends this close to its end."""
_PATIENCE_S = 60.0
normal = EnglishTextNormalizer()


@dataclass(slots=True)
class Heard:
    """What the clients of one run got; delays in seconds."""

    finals: list[float] = field(default_factory=list)
    partials: int = 0
    missed: int = 0
    """Recordings at whose end no final came."""
    errors: int = 0
    said: int = 0
    cpu: float = 0.0
    """Of a core."""
    rss_mb: float = 0.0


async def measure(counts: Sequence[int] = CALLS) -> str:
    """Return the table."""
    rows = []
    for kind, name in PEERS.items():
        for calls in counts:
            heard = await _run(kind, calls)
            p50, p95 = percentiles(heard.finals, 50, 95)
            rows.append(
                [
                    name,
                    str(calls),
                    f"{p50:.0f} / {p95:.0f}",
                    f"{heard.partials / calls / _SECONDS * 60:.0f}",
                    f"{heard.cpu / calls:.1%}",
                    f"{heard.errors / max(heard.said, 1):.1%}",
                    str(heard.missed),
                    f"{heard.rss_mb:.0f} MB",
                ]
            )
    heads = [
        "server",
        "streams",
        "final p50 / p95 ms",
        "partials a minute",
        "CPU/stream",
        "WER",
        "finals missed",
        "RSS",
    ]
    return table(heads, rows)


async def _run(kind: str, calls: int) -> Heard:
    heard = Heard()
    async with _server(kind) as (url, pid), asyncio.TaskGroup() as group:
        for said in materials(calls, _SECONDS):
            group.create_task(_client(url, said, heard))
        await asyncio.sleep(3.0)
        before, began = cpu_s(pid), time.monotonic()
        await asyncio.sleep(_SECONDS - 8.0)
        heard.cpu = (cpu_s(pid) - before) / (time.monotonic() - began)
        heard.rss_mb = rss_mb(pid)
    return heard


@asynccontextmanager
async def _server(kind: str) -> AsyncIterator[tuple[str, int]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.peer_server", kind), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        told = json.loads(await process.stdout.readline())
        yield told["url"], process.pid
    finally:
        process.kill()
        await process.wait()


async def _client(url: str, said: Material, heard: Heard) -> None:
    results: list[tuple[float, float, str]] = []
    """When each final came, where it ends, what it says."""
    async with websockets.connect(url, proxy=None, max_queue=None) as socket:
        began = time.monotonic()

        async def listen() -> None:
            async for message in socket:
                told = json.loads(message)
                if told["final"]:
                    results.append((time.monotonic() - began, told["end_s"], told["text"]))
                else:
                    heard.partials += 1

        listening = asyncio.create_task(listen())
        audio = np.concatenate((said.samples, np.zeros(RATE_HZ, np.int16)))
        for at in range(0, len(audio), _PIECE):
            await asyncio.sleep(max(0.0, began + (at + _PIECE) / RATE_HZ - time.monotonic()))
            await socket.send(audio[at : at + _PIECE].tobytes())
        await socket.send("eof")
        # What comes later counts as missed.
        done, _ = await asyncio.wait([listening], timeout=_PATIENCE_S)
        if done:
            listening.result()
        else:
            listening.cancel()
            await asyncio.wait([listening])
    for one in said.spoken:
        near = [at for at, end_s, _ in results if abs(end_s - one.end_s) < _NEAR_S]
        if near:
            piece_s = _PIECE / RATE_HZ
            heard.finals.append(near[-1] - (one.end_s // piece_s + 1) * piece_s)
        else:
            heard.missed += 1
    score = jiwer.process_words(normal(said.text), normal(" ".join(text for _, _, text in results)))
    heard.errors += score.substitutions + score.deletions + score.insertions
    heard.said += score.substitutions + score.deletions + score.hits


if __name__ == "__main__":
    print(asyncio.run(measure([int(count) for count in sys.argv[1:]] or CALLS)))
