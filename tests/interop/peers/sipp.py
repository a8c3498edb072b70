"""sipp as a process that plays one scenario."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.peer_process import PeerProcess, Transport, free_port, peer_process

_MESSAGES = "messages.log"
_ERRORS = "errors.log"
_SEPARATOR = re.compile(
    r"^-{40,} [-\d]+ [:.\d]+\n(?:UDP|TCP) message (received|sent) [\[(]\d+\]? bytes\)?\s*:\n\n", re.MULTILINE
)
_RUNS_AT_MOST_S = 60
_ENDS_WITHIN_S = 15.0


@dataclass(slots=True)
class Sipp:
    """A running sipp."""

    port: int
    transport: Transport
    folder: Path
    process: PeerProcess

    @property
    def uri(self) -> str:
        """Where to call it."""
        return f"sip:callee@{self.address}"

    @property
    def address(self) -> str:
        """Host, port and transport, as a URI has them."""
        return f"127.0.0.1:{self.port};transport={self.transport}"

    @property
    def received(self) -> list[str]:
        """The messages that have come so far, lines parted by newlines."""
        return [text for way, text in self._messages() if way == "received"]

    def requests(self, method: str) -> list[str]:
        """Return the requests of a method that have come so far."""
        return [message for message in self.received if message.startswith(f"{method} ")]

    async def gets(self, method: str) -> None:
        """Wait until a request has come."""
        async with asyncio.timeout(_ENDS_WITHIN_S):
            while not self.requests(method):
                assert self.process.process.returncode is None, f"sipp ended without {method}"
                await asyncio.sleep(0.02)

    async def succeeds(self) -> None:
        """Wait for the end of the scenario.

        Raises:
            AssertionError: sipp got another message than the scenario has, or missed one.
        """
        status = await asyncio.wait_for(self.process.process.wait(), _ENDS_WITHIN_S)
        assert status == 0, f"sipp exited with {status}:\n{_read(self.folder / _ERRORS)}"

    def _messages(self) -> list[tuple[str, str]]:
        parts = _SEPARATOR.split(_read(self.folder / _MESSAGES))[1:]
        return list(zip(parts[::2], parts[1::2], strict=True))


@asynccontextmanager
async def sipp(
    folder: Path, scenario: str, *options: str, transport: Transport = "udp", to: str | None = None
) -> AsyncIterator[Sipp]:
    """Run a scenario once, as the callee that is ready when the block begins, or as a caller of `to`."""
    port = free_port()
    await asyncio.to_thread(_prepare, folder, scenario)
    arguments: list[str | Path] = [
        *([to] if to else []),
        *("-sf", folder / "scenario.xml", "-m", "1", "-nostdin"),
        *("-i", "127.0.0.1", "-p", str(port), "-mi", "127.0.0.1", "-mp", str(port + 2)),
        *("-t", "u1" if transport == "udp" else "t1"),
        *("-timeout", f"{_RUNS_AT_MOST_S}s", "-timeout_error"),
        *("-trace_msg", "-message_file", folder / _MESSAGES),
        *("-trace_err", "-error_file", folder / _ERRORS),
        *options,
    ]
    async with peer_process(folder, "sipp", "sip-tester", *arguments, logs=(_ERRORS, _MESSAGES)) as process:
        if to is None:
            await process.listens(port, transport)
        yield Sipp(port, transport, folder, process)


def _prepare(folder: Path, scenario: str) -> None:
    folder.mkdir(parents=True)
    (folder / "scenario.xml").write_text(scenario)


def _read(path: Path) -> str:
    return path.read_text("latin-1") if path.exists() else ""
