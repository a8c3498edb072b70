"""What a killed process had been told is stored, is stored."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from earwitness.store.store import Store

_WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from earwitness.conversation.events import MetadataChanged, Opened
from earwitness.store.seams import Draft
from earwitness.store.store import Store

async def main():
    store = await Store.open(sys.argv[1])
    await store.log.append("1", [Draft(Opened("app", "Weekly", datetime.now(UTC)))], epoch=1)
    while True:
        [event] = await store.log.append("1", [Draft(MetadataChanged({}))], epoch=1)
        print(event.seq, flush=True)

asyncio.run(main())
"""


_SUBMITTER = """
import asyncio, itertools, sys
from datetime import UTC, datetime
from earwitness.conversation.events import Opened
from earwitness.store.seams import Draft, JobRecord
from earwitness.store.store import Store

async def main():
    store, now = await Store.open(sys.argv[1]), datetime.now(UTC)
    for number in itertools.count(1):
        job = JobRecord(f"job-{number}", "app", str(number), "text", {}, now)
        await store.jobs.add(job, [Draft(Opened("app", "Weekly", now))])
        print(number, flush=True)

asyncio.run(main())
"""


def _write_until_killed(database: Path, program: str = _WRITER) -> int:
    """Return the last number that the writer reported before it was killed."""
    acknowledged = 0
    with subprocess.Popen(
        [sys.executable, "-c", program, str(database)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        while acknowledged < 200:
            acknowledged = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        return max([acknowledged, *map(int, process.stdout.read().split())])


async def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    database = tmp_path / "earwitness.db"
    acknowledged = await asyncio.to_thread(_write_until_killed, database)

    async with await Store.open(database) as store:
        events = await store.log.read("1")
        assert len(events) >= acknowledged
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert [record.id for record in await store.unfinished()] == ["1"]


async def test_kill_9_leaves_no_job_without_its_conversation_and_none_the_other_way(tmp_path: Path) -> None:
    database = tmp_path / "earwitness.db"
    acknowledged = await asyncio.to_thread(_write_until_killed, database, _SUBMITTER)

    async with await Store.open(database) as store:
        begun = {record.id for record in await store.unfinished()}
        assert {job.conversation_id for job in await store.jobs.unfinished()} == begun
        assert len(begun) >= acknowledged
