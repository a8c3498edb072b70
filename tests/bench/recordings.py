"""Recordings that are heard beside live calls: what the calls notice, and how fast the recordings go."""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from earwitness.audio.files import write_wav
from earwitness.testing.demo import load_demo
from tests.bench.generator import Load
from tests.bench.live_calls import Delays, _watch
from tests.bench.rig import Subject, generator, percentiles, subject, table

CALLS = 4
RECORDINGS = (0, 2)
"""At once."""
_SECONDS = 30.0


async def measure() -> str:
    """Return the table."""
    rows = []
    for recordings in RECORDINGS:
        delays, speed = await _beside(recordings)
        final, first = percentiles(delays.finals, 50, 95), percentiles(delays.first_partials, 50, 95)
        rows.append(
            [
                str(recordings),
                f"{final[0]:.0f} / {final[1]:.0f}",
                f"{first[0]:.0f} / {first[1]:.0f}",
                str(delays.missed),
                f"{speed:.1f}" if recordings else "–",
            ]
        )
    heads = [
        "recordings",
        "final p50 / p95 ms",
        "first partial",
        "finals missed",
        "times real time, together",
    ]
    return f"{CALLS} live calls.\n\n{table(heads, rows)}"


async def _beside(recordings: int) -> tuple[Delays, float]:
    delays = Delays()
    load = Load(codec="opus", calls=CALLS, seconds=_SECONDS)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "recording.wav"
        write_wav(path, np.tile(load_demo().samples, 2))
        async with subject() as server, generator(load) as sent:
            body = {"endpoint": {"type": "sip", "uri": sent.uri, "audioConfig": {"encoding": "OPUS"}}}
            conversations: list[str] = []
            async with asyncio.TaskGroup() as group:
                for number in range(CALLS):
                    connection = await server.client.start(body)
                    group.create_task(_watch(server, connection, number, sent, delays))
                await asyncio.wait_for(sent.all_began.wait(), 30)
                began = time.monotonic()
                hearing = [asyncio.create_task(_hear(server, path, conversations)) for _ in range(recordings)]
                await asyncio.sleep(_SECONDS - 3.0)
                took_s = time.monotonic() - began
                heard_s = [await _heard_s(server, one) for one in conversations]
                for task in hearing:
                    task.cancel()
                await asyncio.gather(*hearing, return_exceptions=True)
    return delays, sum(heard_s) / took_s


async def _heard_s(server: Subject, conversation_id: str) -> float:
    """Return how far a recording has been heard."""
    messages = (await server.client.get(f"/v1/conversations/{conversation_id}/messages"))["messages"]
    return max((one["timeOffset"] + one["duration"] for one in messages), default=0.0)


async def _hear(server: Subject, path: Path, conversations: list[str]) -> None:
    """Have a recording heard again and again."""
    while True:
        job = await server.client.send_recording(path, {})
        conversations.append(job["conversationId"])
        while (await server.client.get(f"/v1/job/{job['jobId']}"))["status"] != "completed":  # noqa: ASYNC110
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    print(asyncio.run(measure()))
