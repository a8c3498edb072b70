"""What calls and servers leave behind in the process: nothing."""

import asyncio
import gc
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest

from earwitness.calls.call import Call
from earwitness.cli.client import Client
from earwitness.cli.errors import CliError
from earwitness.testing.scripted import ScriptedRecognizer
from tests.support.calls import to
from tests.support.far_end import FarEnd, far_end
from tests.support.live import SCRIPT, busy_server, placed, until
from tests.support.server import client_of, running_server

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds."""

    calls: int
    tasks: int
    files: int
    resident_mb: float

    @property
    def without_memory(self) -> tuple[int, int, int]:
        """What can be counted."""
        return self.calls, self.tasks, self.files

    @classmethod
    def now(cls, calls: WeakSet[Call]) -> "Held":
        """Return what is held after tidying up, of the calls that were made."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(
            len(calls),
            len(asyncio.all_tasks()),
            _open_files(),
            pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        )


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> WeakSet[Call]:
    """All calls that are not let go of."""
    living: WeakSet[Call] = WeakSet()
    make = Call.__init__

    def made(call: Call, *args: Any) -> None:
        living.add(call)
        make(call, *args)

    # The collector knows them too, but to ask it disturbs tuples that other threads are just filling.
    monkeypatch.setattr(Call, "__init__", made)
    return living


def _open_files() -> int:
    """Count open files and sockets, but for the database's: connections open as readers meet."""
    count = 0
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one that lists them is gone by now
            count += ".db" not in entry.readlink().name
    return count


async def short_calls(client: Client, peer: FarEnd, count: int) -> None:
    """Have so many calls, a few at a time."""

    async def one() -> None:
        async with placed(client, peer.uri) as call:
            await peer.taken()
            await call.reaches("answered")
            await call.stop()

    for _ in range(count // AT_ONCE):
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(one())


async def test_two_hundred_calls_leave_nothing(tmp_path: Path, calls: WeakSet[Call]) -> None:
    async with busy_server(tmp_path) as busy, far_end() as peer:
        connections = busy.server._http.server_state.connections
        await short_calls(busy.client, peer, 16)
        await until(lambda: len(connections) == 1)
        before = Held.now(calls)
        await short_calls(busy.client, peer, 200)
        del busy.recognizer.streams[1:]
        await until(lambda: len(connections) == 1)
        after = Held.now(calls)
    assert (after.calls, after.tasks) == (1, before.tasks)
    assert after.files <= before.files
    # SIP keeps what it may have to say again for 32 s (RFC 3261 timers B, H and J).
    assert after.resident_mb - before.resident_mb < 200 * 0.2


async def test_a_server_that_closes_in_mid_call_leaves_nothing(tmp_path: Path) -> None:
    recognizer = ScriptedRecognizer({"in": SCRIPT})
    async with far_end() as peer:
        before = asyncio.all_tasks()
        async with running_server(tmp_path / "home", recognizer) as server:
            client = await client_of(server)
            async with placed(client, peer.uri) as call:
                taken = await peer.taken()
                await taken.speak(1)
                await call.hears(1)
                refusing = asyncio.create_task(_refused(client, peer))
                await server.calls.aclose()
                await refusing
                await call.ends()
                assert call.followed.last_state["state"] == "ended"
                await asyncio.wait_for(taken.over.wait(), 5)
        left = {task for task in asyncio.all_tasks() - before if "far end" not in task.get_name()}
    assert left == set()


async def _refused(client: Client, peer: FarEnd) -> None:
    with pytest.raises(CliError, match="shutting down"):
        await client.start(to(peer.uri))


async def test_calls_that_cannot_be_placed_leave_nothing(tmp_path: Path, calls: WeakSet[Call]) -> None:
    async with busy_server(tmp_path, rtp_ports="41000-41003") as busy, far_end() as peer:
        before = Held.now(calls)
        with pytest.raises(CliError, match=r"TLS isn't available.*HTTP 400"):
            await busy.client.start(to("sips:a@127.0.0.1"))
        await until(lambda: Held.now(calls).without_memory == before.without_memory)
        async with placed(busy.client, peer.uri) as second:
            taken = await peer.taken()
            await second.reaches("answered")
            before = Held.now(calls)
            with pytest.raises(CliError, match=r"all 2 RTP port pairs from 41000 to 41003.*HTTP 503"):
                await busy.client.start(to(peer.uri))
            await until(lambda: Held.now(calls).without_memory == before.without_memory)
            await taken.speak(1)
            await second.hears(1)
            await second.stop()
