"""The server under test, as a process of its own; deaf where only signalling and media are measured.

Run as `python -m tests.bench.subject HOME [--deaf]`; prints its URL and token as JSON.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvloop

from earwitness.audio.codec import preload
from earwitness.audio.pcm import Pcm
from earwitness.cli.signals import stop_signal
from earwitness.logs import configure_logs
from earwitness.server import Server
from earwitness.settings import Settings
from earwitness.speech.seams import Capabilities, SpeechEvent


class DeafStream:
    """Takes audio and hears nothing."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()

    @property
    def waiting_s(self) -> float:
        """Nothing waits."""
        return 0.0

    def push(self, audio: Pcm) -> None:
        """Drop it."""

    def flush(self) -> None:
        """Nothing is open."""

    def end(self) -> None:
        """End the iteration."""
        self._ended.set()

    async def _events(self) -> AsyncIterator[SpeechEvent]:
        await self._ended.wait()
        nothing: tuple[SpeechEvent, ...] = ()
        for event in nothing:
            yield event

    def __aiter__(self) -> AsyncIterator[SpeechEvent]:
        return self._events()

    async def aclose(self) -> None:
        """End the iteration."""
        self._ended.set()


class DeafRecognizer:
    """A recogniser without one."""

    capabilities = Capabilities("deaf", ("*",), False, False, False, False, False)

    def open(
        self,
        leg: str,
        language: str = "en-US",
        *,
        model: str | None = None,
        background: bool = False,
        vocabulary: tuple[str, ...] = (),
    ) -> DeafStream:
        """Open a stream."""
        return DeafStream()

    async def aclose(self) -> None:
        """Nothing to free."""


async def main(home: Path, *, deaf: bool) -> None:
    """Serve until SIGTERM."""
    configure_logs("warning")
    settings = Settings(home=home, port=0, sip_host="127.0.0.1", rtp_ports="30000-41999", max_calls=1000)
    if deaf:
        preload()
    async with Server(settings, DeafRecognizer() if deaf else None) as server:
        await server.recognizer.wait()
        app = (await server.store.apps.listing())[0]
        print(json.dumps({"url": server.url, "token": server.tokens.issue(app.id)}), flush=True)
        await server.serve_until(stop_signal())


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), deaf="--deaf" in sys.argv))
