"""One direction of media from one peer, and what is heard on it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from earwitness.audio.pcm import Pcm
from earwitness.speech.seams import Recognizer, SpeechEvent


class Leg:
    """Takes audio from a media session and gives the recogniser's events."""

    def __init__(self, name: str, recognizer: Recognizer, language: str) -> None:
        self.name = name
        self.started = asyncio.Event()
        """Set with the first audio, or at the end."""
        self.started_at: datetime | None = None
        """The instant of the leg's media time 0."""
        self._stream = recognizer.open(name, language)

    def take(self, audio: Pcm) -> None:
        """Give the next audio to the recogniser."""
        if self.started_at is None:
            self.started_at = datetime.now(UTC)
            self.started.set()
        self._stream.push(audio)

    def events(self) -> AsyncIterator[SpeechEvent]:
        """Iterate over what is heard until the leg has ended."""
        return aiter(self._stream)

    def end(self) -> None:
        """No more audio comes; speech that is still open becomes final."""
        self._stream.end()
        self.started.set()

    async def aclose(self) -> None:
        """Free the recogniser's stream."""
        await self._stream.aclose()
