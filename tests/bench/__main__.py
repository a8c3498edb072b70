"""Run every benchmark and write the tables into docs/benchmarks.md, between their marks."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from tests.bench import (
    accuracy,
    attribution,
    call_setup,
    impaired,
    insight_speed,
    live_calls,
    long_call,
    media_cost,
    not_speech,
    peers,
    plots,
    recordings,
    startup,
    voices,
)
from tests.bench.page import PAGE, conditions, write

BENCHMARKS: dict[str, Callable[[], Awaitable[str]]] = {
    "startup": startup.measured,
    "call-setup": call_setup.measure,
    "media-cost": media_cost.measure,
    "live-calls": live_calls.measure,
    "peers": peers.measure,
    "accuracy": accuracy.measure,
    "impaired": impaired.measure,
    "attribution": attribution.measure,
    "voices": voices.measure,
    "not-speech": not_speech.measure,
    "recordings": recordings.measure,
    "insight-speed": insight_speed.measure,
    "long-call": long_call.measure,
}


def main(names: list[str]) -> None:
    """Run the named benchmarks, all by default."""
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        sys.exit(f"there is no benchmark {', '.join(sorted(unknown))}; there is {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        print(f"{name} …", flush=True)
        table = asyncio.run(_one(BENCHMARKS[name]))
        print(table, flush=True)
        write(name, f"{conditions()}\n\n{table}")
    plots.draw(PAGE)


async def _one(benchmark: Callable[[], Awaitable[str]]) -> str:
    return await benchmark()


if __name__ == "__main__":
    main(sys.argv[1:])
