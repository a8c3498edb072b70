"""Signalling and media without recognition: CPU and memory for each call of one server process."""

import asyncio

from tests.bench.generator import Load
from tests.bench.rig import generator, subject, table

CALLS = (1, 20, 100)
_SETTLE_S = 3.0
_MEASURED_S = 12.0


async def measure() -> str:
    """Return the table."""
    rows = []
    for codec in ("PCMU", "opus"):
        for calls in CALLS:
            rows.append(await _one(codec, calls))
    heads = [
        "codec",
        "calls",
        "CPU of a core",
        "for each call",
        "memory for each call",
        "packets lost",
        "load's own CPU",
    ]
    return table(heads, rows)


async def _one(codec: str, calls: int) -> list[str]:
    seconds = _SETTLE_S + _MEASURED_S + 6.0
    load = Load(codec=codec, calls=calls, seconds=seconds, tone=True, pause_after_s=0.5)
    async with subject(deaf=True) as server, generator(load) as sent:
        await asyncio.sleep(1.0)
        memory = server.rss_mb
        body = {"endpoint": {"type": "sip", "uri": sent.uri, "audioConfig": {"encoding": codec}}}
        for _ in range(calls):
            await server.client.start(body)
        await asyncio.wait_for(sent.all_began.wait(), 30)
        await asyncio.sleep(_SETTLE_S)
        before = server.cpu_s
        await asyncio.sleep(_MEASURED_S)
        used = (server.cpu_s - before) / _MEASURED_S
        memory = (server.rss_mb - memory) / calls
        media = [call["media"] for call in (await server.client.get("/v1/calls"))["calls"]]
        lost = sum(one["packetsLost"] for one in media)
        assert len(media) == calls
        await asyncio.wait_for(sent.over.wait(), 60)
    share = sent.cpu_s / seconds
    return [
        codec,
        str(calls),
        f"{used:.1%}",
        f"{used / calls:.2%}",
        f"{memory:.2f} MB",
        str(lost),
        f"{share:.0%}",
    ]


if __name__ == "__main__":
    print(asyncio.run(measure()))
