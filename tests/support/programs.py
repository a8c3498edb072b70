"""Client programs: published SDKs and plain tools, each run as a process of its own."""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]
"""The programs in Python are modules of this repository."""


@dataclass(slots=True)
class Told:
    """What a program told, in order."""

    things: list[tuple[str, Any]] = field(default_factory=list)

    def all(self, name: str) -> list[Any]:
        """Return every value that was told under a name."""
        return [value for told, value in self.things if told == name]

    def one(self, name: str) -> Any:
        """Return the only value that was told under a name."""
        values = self.all(name)
        assert len(values) == 1, f"{name!r} was told {len(values)} times; there is {self.names}"
        return values[0]

    @property
    def names(self) -> list[str]:
        """The names, each once, in the order of their first use."""
        return list(dict.fromkeys(name for name, _ in self.things))


class Program:
    """A program that takes its task as JSON in its last argument and tells what it sees.

    It prints one JSON object `{"name": …, "value": …}` a line; all other output is kept for the
    message when it fails. A line on its standard input tells it that the far end begins to play.
    """

    def __init__(self, *command: str | Path, task: Mapping[str, Any]) -> None:
        self._command = [*map(str, command), json.dumps(task)]
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, timeout_s: float = 60.0) -> Told:
        """Run the program to its end.

        Raises:
            AssertionError: it failed or took too long; the message holds its output.
        """
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            cwd=_ROOT,
            env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
        )
        self._process = process
        assert process.stdout is not None
        assert process.stderr is not None
        reading = asyncio.gather(process.stdout.read(), process.stderr.read())
        try:
            async with asyncio.timeout(timeout_s):
                await process.wait()
        except TimeoutError:
            process.kill()
        except asyncio.CancelledError:
            process.kill()
            raise
        finally:
            output, errors = await reading
            status = await process.wait()
        assert status == 0, f"{self._command} ended with {status}:\n{output.decode()}\n{errors.decode()}"
        return _read(output.decode())

    async def playing(self) -> None:
        """Tell the program that the far end begins to play."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(b"playing\n")
        await self._process.stdin.drain()


def _read(output: str) -> Told:
    told = Told()
    for line in output.splitlines():
        if line.startswith('{"name":'):
            thing = json.loads(line)
            told.things.append((thing["name"], thing["value"]))
    return told
