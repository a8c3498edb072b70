"""The audio of calls that go on, kept on disk until it has been heard again.

A tape is a file without a name: the system frees it when it is closed, and just so when the process is
killed, so no audio is ever left behind. It holds 16-bit samples at their place in media time (115 MB an
hour); what is silent or was never there takes no space.

Bounds: all tapes together take `most_bytes` at most and leave 1 GB of the disk free. Where there is no room,
or the disk doesn't keep up, a tape ends: what comes later is not heard again.
"""

import logging
import os
import tempfile
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples

logger = logging.getLogger(__name__)

_SAMPLE_BYTES = 2
_PIECE = 4 * RATE_HZ
"""Audio is written 4 s at a time."""
_MOST_WAITING = 15
"""Pieces of a tape that may wait for the disk: a minute."""
_LEAST_FREE_BYTES = 1_000_000_000


class Spool:
    """The tapes of a process, written by one thread; whoever made it closes it."""

    def __init__(self, folder: Path, most_bytes: int, *, least_free_bytes: int = _LEAST_FREE_BYTES) -> None:
        """Keep tapes in a folder, which is made when the first one needs it."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._least_free_bytes = least_free_bytes
        self.writer = ThreadPoolExecutor(1, "spool")
        self.taken_bytes = 0
        """By all tapes; only the writer changes it."""

    def tape(self, leg: str, language: str) -> "Tape":
        """Return an empty tape for a leg."""
        return Tape(leg, language, self)

    def close(self) -> None:
        """Wait for what is being written."""
        self.writer.shutdown()

    def take(self, count: int) -> bool:
        """Take room for so many bytes, if there is; on the writer's thread."""
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize - count < self._least_free_bytes:
            return False
        if self.taken_bytes + count > self._most_bytes:
            return False
        self.taken_bytes += count
        return True

    def open_file(self) -> int:
        """Return the descriptor of a new file without a name; on the writer's thread."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=self._folder, buffering=0) as file:
            return os.dup(file.fileno())


class Tape:
    """The audio of one leg."""

    def __init__(self, leg: str, language: str, spool: Spool) -> None:
        self.leg = leg
        self.language = language
        self._spool = spool
        self._waiting: list[Pcm] = []
        self._waiting_samples = 0
        self._writes: deque[Future[None]] = deque()
        self._ended = False
        self._is_full = False
        self._file: int | None = None
        self._taken_bytes = 0
        self._end = 0

    @property
    def end_s(self) -> float:
        """How far the audio reaches that was kept."""
        return self._end / RATE_HZ

    def append(self, audio: Pcm) -> None:
        """Keep the next audio; called on the event loop, where it waits for nothing."""
        if self._ended:
            return
        self._waiting.append(audio)
        self._waiting_samples += len(audio.samples)
        if self._waiting_samples >= _PIECE:
            self._write_soon()

    def end(self) -> None:
        """No more audio comes."""
        if not self._ended:
            self._write_soon()
            self._ended = True

    def wait(self) -> None:
        """Wait until all is written; blocks."""
        for write in tuple(self._writes):
            write.result()

    def read(self, start_s: float, seconds: float) -> Samples:
        """Return the audio from an instant on, silence where none was kept; blocks.

        Raises:
            OSError: it can't be read.
        """
        start = round(start_s * RATE_HZ)
        samples = np.zeros(max(min(round(seconds * RATE_HZ), self._end - start), 0), np.int16)
        if self._file is not None:
            found = np.frombuffer(os.pread(self._file, samples.nbytes, start * _SAMPLE_BYTES), np.int16)
            samples[: len(found)] = found
        return samples

    def close(self) -> None:
        """Free the audio; safe to call twice. Returns at once."""
        self._ended = True
        self._waiting.clear()
        try:
            self._spool.writer.submit(self._free)
        except RuntimeError:  # the spool is closed: its thread is over
            self._free()

    def _write_soon(self) -> None:
        while self._writes and self._writes[0].done():
            self._writes.popleft().result()
        if len(self._writes) >= _MOST_WAITING:
            logger.warning("the disk doesn't keep up: the rest of leg %s will not be heard again", self.leg)
            self._ended = True
            return
        pieces, self._waiting, self._waiting_samples = self._waiting, [], 0
        self._writes.append(self._spool.writer.submit(self._write, pieces))

    def _write(self, pieces: list[Pcm]) -> None:
        for audio in pieces:
            if self._is_full:
                return
            try:
                kept = self._keep(audio)
            except OSError as error:
                logger.warning("audio of leg %s can't be kept: %s", self.leg, error)
                kept = False
            if not kept:
                self._is_full = self._ended = True
                return
            self._end = max(self._end, round(audio.end_s * RATE_HZ))

    def _keep(self, audio: Pcm) -> bool:
        if not audio.samples.any():
            return True
        if self._file is None:
            self._file = self._spool.open_file()
        if not self._spool.take(audio.samples.nbytes):
            logger.warning("no room for more audio: the rest of leg %s will not be heard again", self.leg)
            return False
        self._taken_bytes += audio.samples.nbytes
        os.pwrite(self._file, audio.samples.tobytes(), round(audio.start_s * RATE_HZ) * _SAMPLE_BYTES)
        return True

    def _free(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self._spool.taken_bytes -= self._taken_bytes
        self._taken_bytes = self._end = 0
