"""Programs of others that the tests talk to: ended by their own id, with their output shown on failure."""

import asyncio
import itertools
import os
import random
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Transport = Literal["udp", "tcp"]

PORTS_EACH = 16
"""Ports from a free one on that belong to the same peer."""
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_OWN = range(10_000 + _WORKER * PORTS_EACH, 20_000 - PORTS_EACH, _WORKERS * PORTS_EACH)
_BLOCKS = random.sample(_OWN, len(_OWN))
"""Below all media of the tests, and below what the system gives to outgoing connections (32768 and up).

Tests that run side by side share none: a port is free until the peer that it is for has bound it.
"""
_next_blocks = itertools.cycle(_BLOCKS)
_SHOWN_CHARACTERS = 20_000
_ENDS_WITHIN_S = 5.0
_KINDS = (socket.SOCK_DGRAM, socket.SOCK_STREAM)


@dataclass(slots=True)
class PeerProcess:
    """A running program and the file that its output goes to."""

    name: str
    process: asyncio.subprocess.Process
    output: Path

    def text(self) -> str:
        """Return what the program has said so far."""
        return self.output.read_text("utf-8", "replace")

    async def says(self, words: str, within_s: float = 20.0) -> None:
        """Wait until the program has said `words`.

        Raises:
            AssertionError: it ended before.
            TimeoutError: it did not say so in time.
        """
        async with asyncio.timeout(within_s):
            while words not in self.text():
                assert self.process.returncode is None, f"{self.name} ended with {self.process.returncode}"
                await asyncio.sleep(0.05)

    async def listens(self, port: int, transport: Transport, within_s: float = 20.0) -> None:
        """Wait until a port of 127.0.0.1 is bound.

        The kernel is asked, for to try the port out could take it from the program.

        Raises:
            AssertionError: the program ended before.
            TimeoutError: it did not bind the port in time.
        """
        # Address, no peer, and the state: 7 for an open UDP socket, A for a listening TCP one.
        mark = f"0100007F:{port:04X} 00000000:0000 {'07' if transport == 'udp' else '0A'} "
        async with asyncio.timeout(within_s):
            while mark not in Path("/proc/net", transport).read_text():
                assert self.process.returncode is None, f"{self.name} ended with {self.process.returncode}"
                await asyncio.sleep(0.02)

    async def end(self) -> None:
        """Ask the program to end; kill it and its children where it does not."""
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), _ENDS_WITHIN_S)
            except TimeoutError:
                os.killpg(self.process.pid, signal.SIGKILL)
                await self.process.wait()


@asynccontextmanager
async def peer_process(
    folder: Path, program: str, package: str, *arguments: str | Path, logs: Iterable[str] = ()
) -> AsyncIterator[PeerProcess]:
    """Run a program in a folder until the block ends.

    Where the block fails, the program's output and the files of the folder named in `logs` are added to the
    error.
    """
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    assert path is not None, (
        f"{program} is not installed and these tests talk to it; 'make test' installs it, "
        f"and so does: apt-get install --no-install-recommends {package}"
    )
    output = folder / f"{program}.out"
    with output.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            path,
            *arguments,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    peer = PeerProcess(program, process, output)
    try:
        yield peer
    except BaseException as error:
        _show(error, folder, [output.name, *logs])
        raise
    finally:
        await peer.end()


def _show(error: BaseException, folder: Path, names: Iterable[str]) -> None:
    for path in (folder / name for name in names):
        if path.exists():
            text = path.read_text("utf-8", "replace")[-_SHOWN_CHARACTERS:]
            error.add_note(f"--- {folder.name}/{path.name} ---\n{text}")


def free_port() -> int:
    """Return an even port of 127.0.0.1 that is free, with those after it, for UDP and TCP.

    No port comes twice in a process, so none is taken by another peer before its own has bound it.
    """
    for port in itertools.islice(_next_blocks, len(_BLOCKS)):
        if all(_is_free(one, kind) for one in range(port, port + PORTS_EACH) for kind in _KINDS):
            return port
    raise AssertionError(f"no {PORTS_EACH} ports in a row are free from 10000 to 19999")


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
