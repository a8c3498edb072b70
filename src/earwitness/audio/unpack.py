"""Decodes a recording in a process of its own: `python -m earwitness.audio.unpack FORMAT PATH MIX|SEPARATE`.

A recording comes from anywhere. Whatever it makes of the decoder (a crash, a memory that grows, an endless
loop) stays in this process, which runs behind all others and ends with its reader.

Standard output: a line of JSON, `{"channels": …, "durationS": …}`, then 16-bit samples at 16 kHz, the
channels interleaved. Status 3 and a line on standard error: the recording cannot be read any further.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import av
import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.audio.resample import Upsampler

UNREADABLE = 3
MOST_CHANNELS = 8
_NICENESS = 10
_MOST_MEMORY = 4 << 30
_NARROW_HZ = 8_000


def main(format_: str, path: str, mode: str) -> int:
    """Write the samples of a recording; returns the exit status."""
    _be_modest()
    try:
        with av.open(path, format=format_) as container:
            _write(container, sys.stdout.buffer, separate=mode == "SEPARATE")
    except BrokenPipeError:
        # The reader has what it wants. What is left in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (av.FFmpegError, ValueError, MemoryError, IndexError) as error:
        sys.stderr.write(f"{str(error) or type(error).__name__}\n")
        return UNREADABLE
    return 0


def _write(container: Any, output: BinaryIO, *, separate: bool) -> None:
    if not container.streams.audio:
        raise ValueError("there is no sound in it")
    stream = container.streams.audio[0]
    unpacker: _Unpacker | None = None
    for frame in _frames(container, stream):
        if unpacker is None:
            unpacker = _Unpacker(frame, separate=separate)
            head = {"channels": unpacker.channels, "durationS": _duration_s(container, stream)}
            output.write(json.dumps(head).encode() + b"\n")
        output.write(unpacker.take(frame))
    if unpacker is None:
        raise ValueError("there is no sound in it")
    output.write(unpacker.take(None))
    output.flush()


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    """Yield the frames that can be decoded; damaged ones are left out."""
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.InvalidDataError:
            continue


def _duration_s(container: Any, stream: Any) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration is not None else None


class _Unpacker:
    """Brings frames to 16 kHz. What a telephone brings (8 kHz) sounds exactly as in a call."""

    def __init__(self, first: Any, *, separate: bool) -> None:
        self.channels = len(first.layout.channels) if separate else 1
        if self.channels > MOST_CHANNELS:
            raise ValueError(f"it has {self.channels} channels, more than {MOST_CHANNELS}")
        narrow = first.sample_rate == _NARROW_HZ
        self._upsamplers = [Upsampler() for _ in range(self.channels)] if narrow else []
        layout = first.layout.name if separate else "mono"
        # Interleaved: PyAV reads no planes beyond the eighth, and looks for a ninth.
        self._resampler = av.AudioResampler("s16", layout, _NARROW_HZ if narrow else RATE_HZ)

    def take(self, frame: Any) -> bytes:
        """Return the samples that a frame brings; None ends the stream."""
        pieces = [piece.to_ndarray()[0] for piece in self._resampler.resample(frame)]
        if not pieces:
            return b""
        samples: Samples = np.concatenate(pieces).reshape(-1, self.channels)
        if self._upsamplers:
            columns = zip(self._upsamplers, samples.T, strict=True)
            samples = np.stack([one.process(column.astype(np.float32)) for one, column in columns], axis=1)
        return samples.astype("<i2").tobytes()


def _be_modest() -> None:
    av.logging.set_level(None)  # else a damaged recording could fill the pipe that nobody reads yet
    os.nice(_NICENESS)
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
