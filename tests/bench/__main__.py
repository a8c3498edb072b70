"""Run every benchmark and write the tables into docs/benchmarks.md, between their marks."""

import asyncio
import os
import platform
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from earwitness import __version__
from tests.bench import (
    accuracy,
    attribution,
    call_setup,
    impaired,
    live_calls,
    long_call,
    media_cost,
    not_speech,
    peers,
    plots,
    recordings,
    startup,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
BENCHMARKS: dict[str, Callable[[], Awaitable[str]]] = {
    "startup": startup.measured,
    "call-setup": call_setup.measure,
    "media-cost": media_cost.measure,
    "live-calls": live_calls.measure,
    "peers": peers.measure,
    "accuracy": accuracy.measure,
    "impaired": impaired.measure,
    "attribution": attribution.measure,
    "not-speech": not_speech.measure,
    "recordings": recordings.measure,
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
        _write(name, f"{_conditions()}\n\n{table}")
    plots.draw(PAGE)


async def _one(benchmark: Callable[[], Awaitable[str]]) -> str:
    return await benchmark()


def _conditions() -> str:
    load = os.getloadavg()[0]
    when = datetime.now(UTC).date().isoformat()
    return (
        f"{when}, earwitness {__version__}, Python {platform.python_version()}, {os.cpu_count()} cores "
        f"({platform.machine()}, shared machine), load average {load:.1f} at the end of the run."
    )


def _write(name: str, text: str) -> None:
    page = PAGE.read_text("utf-8")
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(page):
        sys.exit(f"{PAGE.name} has no place for {name}: add '{begin}' and '{end}'")
    PAGE.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", page), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
