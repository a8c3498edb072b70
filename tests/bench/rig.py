"""Running the subject and the load, and reading what they use."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from earwitness.cli.client import Client
from tests.bench.generator import Load

_TICKS_S = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Subject:
    """The server under test."""

    client: Client
    pid: int

    @property
    def cpu_s(self) -> float:
        """CPU seconds used so far, all threads."""
        return cpu_s(self.pid)

    @property
    def rss_mb(self) -> float:
        """Resident memory."""
        return rss_mb(self.pid)

    async def figures(self) -> dict[str, float]:
        """Return the metrics that have no labels."""
        async with httpx.AsyncClient(trust_env=False) as http:
            text = (await http.get(f"{self.client.base_url}/metrics")).text
        samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
        return {one.name: one.value for one in samples if not one.labels}


def cpu_s(pid: int) -> float:
    """Return the CPU seconds a process has used, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_S


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 2**20


@asynccontextmanager
async def subject(*, deaf: bool = False) -> AsyncIterator[Subject]:
    """Run a server in a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.subject", home, *(["--deaf"] if deaf else [])),
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            told = json.loads(await process.stdout.readline())
            yield Subject(Client(told["url"], told["token"]), process.pid)
        finally:
            process.terminate()
            await process.wait()


@dataclass(slots=True)
class Sent:
    """What the load did."""

    uri: str
    began: dict[int, float] = field(default_factory=dict)
    """Unix time of each call's first packet."""
    spoken: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    dropped: int = 0
    cpu_s: float = 0.0
    all_began: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def generator(load: Load) -> AsyncIterator[Sent]:
    """Run the load in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.generator", json.dumps(asdict(load))),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    sent = Sent(json.loads(await process.stdout.readline())["uri"])
    reading = asyncio.create_task(_read(process.stdout, sent, load.calls))
    try:
        yield sent
    finally:
        if process.returncode is None and not sent.over.is_set():
            process.terminate()
        await process.wait()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _read(lines: asyncio.StreamReader, sent: Sent, calls: int) -> None:
    async for line in lines:
        told = json.loads(line)
        if "began" in told:
            sent.began[told["call"]] = told["began"]
            sent.spoken[told["call"]] = told["spoken"]
            if len(sent.began) == calls:
                sent.all_began.set()
        elif "dropped" in told:
            sent.dropped += 1
        else:
            sent.cpu_s = told["cpu_s"]
    sent.over.set()


def percentiles(values: list[float], *wanted: int) -> list[float]:
    """Return percentiles, in milliseconds; NaN without values."""
    return [1000 * float(np.percentile(values, percent)) if values else float("nan") for percent in wanted]


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
