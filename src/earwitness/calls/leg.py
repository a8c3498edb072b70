"""One direction of media from one peer, and what is heard on it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from earwitness.audio.pcm import Pcm
from earwitness.calls.media_zero import MediaZero
from earwitness.calls.spool import Tape
from earwitness.speech.seams import Recognizer, SpeechEvent

_LONGEST_LOOK_S = 0.1
"""The first audio was said this long ago at most; a file's is as good as said now."""


class Leg:
    """Takes audio from a media session, a file or a socket, and gives the recogniser's events."""

    def __init__(
        self,
        name: str,
        recognizer: Recognizer,
        language: str,
        zero: MediaZero,
        offset_s: float | None = None,
        *,
        model: str | None = None,
        background: bool = False,
        vocabulary: tuple[str, ...] = (),
        tape: Tape | None = None,
    ) -> None:
        """Open the recogniser's stream; for `background` and `vocabulary` see `Recognizer.open`.

        A `tape` keeps the audio.

        `offset_s` is where the leg's own time 0 lies on the conversation's; None: wherever its first audio
        comes.
        """
        self.name = name
        self.started = asyncio.Event()
        """Set with the first audio, or at the end."""
        self._zero = zero
        self._offset_s = offset_s
        self._tape = tape
        self._stream = recognizer.open(
            name, language, model=model, background=background, vocabulary=vocabulary
        )

    def take(self, audio: Pcm) -> None:
        """Give the next audio, on the leg's own clock, to the recogniser."""
        if not self.started.is_set():
            # A media session looks for packets each 60 ms: what it then gives was said before.
            began_at = datetime.now(UTC) - timedelta(seconds=min(audio.duration_s, _LONGEST_LOOK_S))
            zero_at = self._zero.begun(began_at)
            if self._offset_s is None:
                self._offset_s = max((began_at - zero_at).total_seconds(), 0.0)
            self.started.set()
        if self._offset_s:
            audio = replace(audio, start_s=audio.start_s + self._offset_s)
        self._stream.push(audio)
        if self._tape is not None:
            self._tape.append(audio)

    @property
    def offset_s(self) -> float:
        """Where the leg's own time 0 lies on the conversation's, as far as that is known."""
        return self._offset_s or 0.0

    @property
    def now_s(self) -> float:
        """The present instant on the leg's own clock: how much audio there would be if none was left out."""
        if self._offset_s is None or self._zero.at is None:
            return 0.0
        return self._zero.now_s - self._offset_s

    @property
    def waiting_s(self) -> float:
        """Seconds of audio that wait to be heard: what comes faster than it is heard must wait for this."""
        return self._stream.waiting_s

    def flush(self) -> None:
        """End the speech that is open, as if silence followed."""
        self._stream.flush()

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
