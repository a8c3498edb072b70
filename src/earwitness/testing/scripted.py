"""A recogniser that hears what a script says, by the media time of the audio it is given.

It looks at no sample: as pushed audio passes the times of a line, the events come that a real recogniser
would give, immediately and always the same.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from earwitness.audio.pcm import Pcm
from earwitness.conversation.ids import new_id
from earwitness.conversation.joining import JOINS_WITHIN_S
from earwitness.conversation.utterance import Utterance, Word
from earwitness.conversation.word_times import estimate_words
from earwitness.speech.seams import (
    Capabilities,
    Heard,
    RecognizerError,
    SpeechEnded,
    SpeechEvent,
    SpeechPaused,
    SpeechStarted,
)


@dataclass(frozen=True, slots=True)
class Line:
    """What is said from `start_s` to `end_s` of a leg's media time."""

    start_s: float
    end_s: float
    text: str


class ScriptedRecognizer:
    """Gives the lines of a script, by leg; a leg without lines is silent."""

    capabilities = Capabilities(
        name="scripted",
        languages=("*",),
        streaming=True,
        partials=True,
        word_times=False,
        confidence=False,
        punctuation=True,
    )

    def __init__(
        self,
        script: Mapping[str, Sequence[Line]],
        *,
        partial_interval_s: float = 1.0,
        failure: RecognizerError | None = None,
    ) -> None:
        """Take the lines of each leg, in order and without overlap.

        Partials come every `partial_interval_s` of an open line; `failure` is raised after the last line of a
        leg is through, as an engine that breaks would.

        Raises:
            ValueError: the lines of a leg overlap.
        """
        for leg, lines in script.items():
            for before, after in itertools.pairwise(lines):
                if after.start_s < before.end_s:
                    raise ValueError(f"leg {leg!r}: {after.text!r} starts before {before.text!r} ends")
        self._script = script
        self._partial_interval_s = partial_interval_s
        self._failure = failure
        self.streams: list[ScriptedStream] = []
        """All that were opened, in order."""

    def open(
        self,
        leg: str,
        language: str = "en-US",
        *,
        model: str | None = None,
        background: bool = False,
        vocabulary: tuple[str, ...] = (),
    ) -> "ScriptedStream":
        """Start to hear a leg; the `vocabulary` is kept to be looked at."""
        lines = self._script.get(leg, ())
        stream = ScriptedStream(leg, language, lines, self._partial_interval_s, self._failure)
        stream.vocabulary = vocabulary
        self.streams.append(stream)
        return stream

    async def aclose(self) -> None:
        """End the open streams."""
        for stream in self.streams:
            await stream.aclose()


class ScriptedStream:
    """See `RecognizerStream`. The number of its events is bounded by the script."""

    def __init__(
        self,
        leg: str,
        language: str,
        lines: Sequence[Line],
        partial_interval_s: float,
        failure: RecognizerError | None,
    ) -> None:
        self.leg = leg
        self.language = language
        self.vocabulary: tuple[str, ...] = ()
        self.heard_s = 0.0
        """How far the pushed audio reaches."""
        self.pushed_s = 0.0
        """How much audio was pushed."""
        self.ended = False
        self._partial_interval_s = partial_interval_s
        self._failure = failure
        self._lines = list(lines)
        self._open: _OpenLine | None = None
        self._pause_at_s: float | None = None
        self._events: asyncio.Queue[SpeechEvent | None] = asyncio.Queue()

    @property
    def waiting_s(self) -> float:
        """Nothing ever waits."""
        return 0.0

    def push(self, audio: Pcm) -> None:
        """Let the media time pass to the end of the audio."""
        if self.ended:
            return
        self.heard_s = max(self.heard_s, audio.end_s)
        self.pushed_s += audio.duration_s
        while self._open is not None or (self._lines and self._lines[0].start_s <= self.heard_s):
            if self._open is None:
                line = self._lines.pop(0)
                self._pause_until(line.start_s)
                self._pause_at_s = None
                self._open = _OpenLine(line, line.start_s + self._partial_interval_s)
                self._events.put_nowait(SpeechStarted(self.leg, line.start_s))
            for event in self._open.until(self.heard_s, self._partial_interval_s, self.leg):
                self._events.put_nowait(event)
            if self.heard_s < self._open.line.end_s:
                break
            self._pause_at_s = self._open.line.end_s + JOINS_WITHIN_S
            self._open = None
        if self._open is None:
            self._pause_until(self.heard_s)
        if self._failure is not None and not self._lines and self._open is None:
            self._finish()

    def _pause_until(self, at_s: float) -> None:
        """Tell that speech has paused, if it has by then."""
        if self._pause_at_s is not None and self._pause_at_s < at_s:
            self._events.put_nowait(SpeechPaused(self.leg, self._pause_at_s))
            self._pause_at_s = None

    def flush(self) -> None:
        """End the open line here: the words said so far are its final."""
        if self._open is None:
            return
        for event in self._open.cut(self.heard_s, self.leg):
            self._events.put_nowait(event)
        self._open = None
        if not self.ended:
            self._events.put_nowait(SpeechPaused(self.leg, self.heard_s))

    def end(self) -> None:
        """No more audio comes."""
        if not self.ended:
            self.ended = True
            self.flush()
            self._finish()

    def __aiter__(self) -> AsyncIterator[SpeechEvent]:
        """Iterate over the events."""
        return self

    async def __anext__(self) -> SpeechEvent:
        """Return the next event."""
        event = await self._events.get()
        if event is not None:
            return event
        self._events.put_nowait(None)
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Drop what is left."""
        self._failure = None
        while not self._events.empty():
            self._events.get_nowait()
        self._finish()

    def _finish(self) -> None:
        self.ended = True
        self._events.put_nowait(None)


class _OpenLine:
    """A line that is being said."""

    def __init__(self, line: Line, partial_due_s: float) -> None:
        self.line = line
        self._id = new_id()
        self._words = estimate_words(line.text, line.start_s, line.end_s)
        self._due_s = partial_due_s
        self._shown = ""

    def until(self, now_s: float, interval_s: float, leg: str) -> Iterator[SpeechEvent]:
        """Yield what comes up to a media time."""
        while self._due_s < min(now_s, self.line.end_s):
            words = self._said(self._due_s)
            text = " ".join(word.text for word in words)
            if text != self._shown:
                self._shown = text
                yield Heard(self._utterance(words, self._due_s, leg, is_final=False))
            self._due_s += interval_s
        if now_s >= self.line.end_s:
            yield from self.cut(self.line.end_s, leg)

    def cut(self, at_s: float, leg: str) -> Iterator[SpeechEvent]:
        """Yield the end of the line and, if any word was said, its final."""
        words = self._said(at_s)
        yield SpeechEnded(leg, at_s)
        if words:
            yield Heard(self._utterance(words, at_s, leg, is_final=True))

    def _said(self, until_s: float) -> tuple[Word, ...]:
        if until_s >= self.line.end_s:
            return self._words
        return tuple(word for word in self._words if word.end_s <= until_s)

    def _utterance(self, words: tuple[Word, ...], end_s: float, leg: str, *, is_final: bool) -> Utterance:
        text = " ".join(word.text for word in words)
        return Utterance(self._id, leg, text, self.line.start_s, end_s, is_final, words)
