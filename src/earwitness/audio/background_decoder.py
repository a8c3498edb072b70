"""Decoding streams without holding up the event loop."""

import asyncio
import threading

from earwitness.audio.pcm import Samples
from earwitness.audio.stream_decoder import StreamDecoder


class BackgroundDecoder:
    """Decodes a stream on threads, a piece at a time: a megabyte of FLAC is up to a second of work."""

    def __init__(self, decoder: StreamDecoder) -> None:
        self._decoder = decoder
        self._turn = threading.Lock()
        """A piece that nobody waits for any more is decoded to its end all the same."""

    async def decode(self, data: bytes) -> Samples:
        """See `StreamDecoder.decode`."""
        return await asyncio.to_thread(self._decode, data)

    async def flush(self) -> Samples:
        """See `StreamDecoder.flush`."""
        return await asyncio.to_thread(self._flush)

    def _decode(self, data: bytes) -> Samples:
        with self._turn:
            return self._decoder.decode(data)

    def _flush(self) -> Samples:
        with self._turn:
            return self._decoder.flush()
