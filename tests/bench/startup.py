"""How soon a started server answers, and how quick the command line is."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.bench.rig import table

_RUNS = 5
_COMMAND = str(Path(sys.executable).with_name("earwitness"))


def measure() -> str:
    """Return the table of medians."""
    helps = sorted(_help() for _ in range(_RUNS))
    with tempfile.TemporaryDirectory() as home:
        _serve(Path(home))  # the first start makes the database and warms the disk cache
        runs = [_serve(Path(home)) for _ in range(_RUNS)]
    health, ready = (sorted(run[part] for run in runs)[_RUNS // 2] for part in (0, 1))
    rows = [
        ["`earwitness --help`", f"{helps[_RUNS // 2]:.2f} s"],
        ["warm `serve` answers `/healthz`", f"{health:.2f} s"],
        ["warm `serve` answers `/readyz` with 200", f"{ready:.2f} s"],
    ]
    return table(["what", f"median of {_RUNS}"], rows)


def _help() -> float:
    began = time.monotonic()
    subprocess.run([_COMMAND, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def _serve(home: Path) -> tuple[float, float]:
    began = time.monotonic()
    process = subprocess.Popen(
        [_COMMAND, "serve", "--home", str(home), "--port", "0", "--sip-host", "127.0.0.1", "--json"],
        stdout=subprocess.PIPE,
        env={**os.environ, "EARWITNESS_LOG_LEVEL": "warning"},
    )
    assert process.stdout is not None
    try:
        url = json.loads(process.stdout.readline())["url"]
        _until_ok(f"{url}/healthz")
        healthy = time.monotonic() - began
        _until_ok(f"{url}/readyz")
        return healthy, time.monotonic() - began
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def _until_ok(url: str) -> None:
    while True:
        try:
            with urllib.request.urlopen(url) as reply:
                if reply.status == 200:
                    return
        except urllib.error.HTTPError as refusal:
            refusal.close()
        except OSError:
            pass
        time.sleep(0.01)


async def measured() -> str:
    """Return the table, off the event loop."""
    return await asyncio.to_thread(measure)


if __name__ == "__main__":
    print(measure())
