"""Reading a recording piece by piece, whatever its format; the decoding is done in a process of its own."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from earwitness.audio.files import AudioFileError
from earwitness.audio.formats import HEAD_OCTETS, format_of
from earwitness.audio.pcm import RATE_HZ

BLOCK_S = 0.5
_OPENED_WITHIN_S = 30.0
_BLOCK_WITHIN_S = 60.0
_LONGEST_REASON = 300

Block = NDArray[np.int16]
"""Samples at 16 kHz, shape (n, channels)."""


class Recording:
    """A recording that is open; whoever opened it closes it. Only what is asked for is decoded."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        channels: int,
        duration_s: float | None,
    ) -> None:
        self.channels = channels
        """1, unless the channels are wanted separately and there are more."""
        self.duration_s = duration_s
        """As the file says; None where it does not."""
        self._process = process
        self._reader = reader

    @classmethod
    async def open(cls, path: Path, *, separate: bool = False) -> Self:
        """Open a recording, mixed down to one channel or with all its channels `separate`.

        Raises:
            AudioFileError: nobody knows the format, or there is no sound in it.
        """
        format_ = format_of(await asyncio.to_thread(_head, path))
        if format_ is None:
            raise AudioFileError("this is no recording in a known format")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "earwitness.audio.unpack", format_, str(path), "SEPARATE" if separate else "MIX"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # Each thread of a linear algebra library would take memory that the process may not have.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        assert process.stdout is not None, "it has a pipe"
        try:
            async with asyncio.timeout(_OPENED_WITHIN_S):
                line = await process.stdout.readline()
            if not line.endswith(b"\n"):
                raise AudioFileError(f"the recording cannot be read: {await _reason(process)}")
        except BaseException as error:
            await _end(process)
            if isinstance(error, TimeoutError):
                raise AudioFileError("the recording cannot be read in reasonable time") from error
            raise
        head = json.loads(line)
        return cls(process, process.stdout, head["channels"], head["durationS"])

    async def blocks(self) -> AsyncIterator[Block]:
        """Iterate over the samples in blocks of half a second.

        Raises:
            AudioFileError: the rest cannot be read.
        """
        octets = round(BLOCK_S * RATE_HZ) * self.channels * 2
        while True:
            try:
                async with asyncio.timeout(_BLOCK_WITHIN_S):
                    data = await self._reader.readexactly(octets)
            except TimeoutError as error:
                raise AudioFileError("the rest of the recording takes too long to read") from error
            except asyncio.IncompleteReadError as error:
                data = error.partial[: len(error.partial) // (2 * self.channels) * 2 * self.channels]
            if data:
                yield np.frombuffer(data, "<i2").astype(np.int16).reshape(-1, self.channels)
            if len(data) < octets:
                break
        reason = await _reason(self._process)
        if await self._process.wait() != 0:
            raise AudioFileError(f"the rest of the recording cannot be read: {reason}")

    async def aclose(self) -> None:
        """End the process; safe to call twice."""
        await _end(self._process)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_OCTETS)


async def _reason(process: asyncio.subprocess.Process) -> str:
    """Return what the process said last."""
    assert process.stderr is not None, "it has a pipe"
    said = (await process.stderr.read()).decode("utf-8", "replace").strip()
    return said.splitlines()[-1][:_LONGEST_REASON] if said else "its decoder broke off"


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.communicate()
