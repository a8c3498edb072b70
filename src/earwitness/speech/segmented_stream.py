"""One leg heard by a `SegmentedRecognizer`: from pieces of audio to events."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

from earwitness.audio.pcm import RATE_HZ, Pcm
from earwitness.conversation.ids import new_id
from earwitness.conversation.joining import JOINS_WITHIN_S
from earwitness.conversation.utterance import Utterance, Word
from earwitness.conversation.word_times import estimate_words
from earwitness.speech.activity import ActivityThread
from earwitness.speech.engine import Decoded
from earwitness.speech.inlet import Block, Inlet
from earwitness.speech.partials import Pace, PartialClock
from earwitness.speech.pool import Decoding, DecodingPool
from earwitness.speech.seams import (
    Heard,
    RecognizerError,
    SpeechEnded,
    SpeechEvent,
    SpeechPaused,
    SpeechStarted,
)
from earwitness.speech.segmenter import (
    Segment,
    Segmentation,
    SegmentClosed,
    Segmenter,
    SegmentEvent,
    SegmentOpened,
)
from earwitness.speech.vad import WINDOW_SAMPLES, VoiceActivity

_MOST_EVENTS = 64

_BATCH_S = 4 * WINDOW_SAMPLES / RATE_HZ
"""Audio is judged in pieces of 128 ms, and window by window where speech may be about to end."""

_WINDOW_S = WINDOW_SAMPLES / RATE_HZ

_MOST_FAILURES = 3

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Spoken:
    """The utterance of one segment while it comes to be."""

    clock: PartialClock
    id: str = field(default_factory=new_id)
    shown: str = ""
    """The text of the last partial."""
    asked: "_Asked | None" = None
    """The last partial asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A place in the order of events that the text of a segment will take."""

    spoken: _Spoken
    segment: Segment
    decoding: Decoding
    is_final: bool


class SegmentedStream:
    """See `RecognizerStream`.

    Bounds: audio waits up to a minute, then the oldest is dropped and counted; when the reader leaves 64
    events lying, audio waits instead of being heard. Finals thus wait and are never dropped.
    """

    def __init__(
        self,
        leg: str,
        language: str,
        *,
        activity: ActivityThread,
        pool: DecodingPool,
        pace: Pace,
        segmentation: Segmentation,
        background: bool,
        on_closed: Callable[["SegmentedStream"], None],
    ) -> None:
        self._leg = leg
        self._language = language
        self._activity = activity
        self._pool = pool
        self._pace = pace
        self._background = background
        self._on_closed = on_closed
        self._inlet = Inlet()
        self._memory = VoiceActivity()
        self._segmenter = Segmenter(segmentation)
        self._spoken: _Spoken | None = None
        self._pause_at_s: float | None = None
        """When nobody has spoken for so long that no sentence goes on, unless someone does before."""
        self._failures = 0
        self._more = asyncio.Event()
        self._events: asyncio.Queue[SpeechEvent | _Asked | None] = asyncio.Queue(_MOST_EVENTS)
        """In the order of media time; None is the end."""
        self._next: SpeechEvent | _Asked | None = None
        """Taken from the queue but not given to the reader yet."""
        self._over = False
        self._listening = asyncio.create_task(self._listen(), name=f"hear-{leg}")

    @property
    def dropped_s(self) -> float:
        """Seconds of audio dropped because too much waited."""
        return self._inlet.dropped_s

    @property
    def waiting_s(self) -> float:
        """Seconds of audio that wait to be heard."""
        return self._inlet.waiting_s

    def push(self, audio: Pcm) -> None:
        """Give the next audio."""
        self._inlet.push(audio)
        if self._inlet.waiting_s >= self._batch_s():
            self._more.set()

    def flush(self) -> None:
        """End the open segment here."""
        self._inlet.flush()
        self._more.set()

    def end(self) -> None:
        """No more audio comes."""
        self._inlet.end()
        self._more.set()

    def __aiter__(self) -> AsyncIterator[SpeechEvent]:
        """Iterate over the events; a reader that is cancelled may go on later without a loss."""
        return self

    async def __anext__(self) -> SpeechEvent:
        """Return the next event, when its text is there.

        Raises:
            RecognizerError: voice activity detection failed, or decoding did three times in a row.
        """
        while not self._over:
            if self._next is None:
                self._next = await self._events.get()
            if self._next is None:
                self._over = True
                self._on_closed(self)
                await asyncio.wait([self._listening])
                if not self._listening.cancelled():
                    self._listening.result()
            elif isinstance(self._next, _Asked):
                try:
                    heard = await self._text_of(self._next)
                except RecognizerError:
                    self._over = True
                    raise
                self._next = None
                if heard is not None:
                    return heard
            else:
                event, self._next = self._next, None
                return event
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Drop what is left."""
        self._inlet.end()
        self._listening.cancel()
        await asyncio.wait([self._listening])
        self._pool.forget(self)
        while not self._events.empty():
            self._events.get_nowait()
        self._events.put_nowait(None)
        self._on_closed(self)

    def _batch_s(self) -> float:
        return _WINDOW_S if self._segmenter.silence_s else _BATCH_S

    async def _listen(self) -> None:
        try:
            while not self._inlet.exhausted:
                self._more.clear()
                block = self._inlet.take(self._batch_s())
                if block is None:
                    await self._more.wait()
                else:
                    await self._hear(block)
        finally:
            if not self._listening.cancelling():
                await self._events.put(None)

    async def _hear(self, block: Block) -> None:
        judged = self._activity.submit(self._memory, block.samples)
        events = self._segmenter.push(block.start, block.samples, await asyncio.wrap_future(judged))
        if block.closes:
            events += self._segmenter.close()
            self._memory.reset()
        for event in events:
            await self._tell(event)
        await self._tell_pause()
        await self._ask_for_partial()

    async def _tell(self, event: SegmentEvent) -> None:
        match event:
            case SegmentOpened(at_s=at_s):
                self._pause_at_s = None
                self._spoken = _Spoken(PartialClock(self._pace, at_s))
                await self._events.put(SpeechStarted(self._leg, at_s))
            case SegmentClosed(segment=segment):
                assert self._spoken is not None, "a segment closes that never opened"
                asked = self._final(self._spoken, segment)
                self._spoken = None
                self._pause_at_s = segment.speech_end_s + JOINS_WITHIN_S
                await self._events.put(SpeechEnded(self._leg, segment.speech_end_s))
                await self._events.put(asked)

    async def _tell_pause(self) -> None:
        """Tell once that speech has paused, at a moment that depends on media time alone."""
        at_s = self._pause_at_s
        if at_s is not None and self._spoken is None and self._segmenter.settled_s >= at_s:
            self._pause_at_s = None
            await self._events.put(SpeechPaused(self._leg, at_s))

    async def _ask_for_partial(self) -> None:
        spoken = self._spoken
        if spoken is None or not spoken.clock.due(self._segmenter):
            return
        over = self._segmenter.silence_s > 0
        segment = self._segmenter.open_audio() if over or not self._background else None
        if segment is None:
            return
        decoding = self._pool.submit_partial(
            self, segment.samples, self._language, likely_final=over, background=self._background
        )
        if decoding is None:
            return
        spoken.clock.asked(self._segmenter)
        spoken.asked = _Asked(spoken, segment, decoding, is_final=False)
        await self._events.put(spoken.asked)

    def _final(self, spoken: _Spoken, segment: Segment) -> _Asked:
        """Have the segment decoded, unless the last partial was asked for at its very end."""
        last = spoken.asked
        if last is not None and last.segment.end_s == segment.end_s and not last.decoding.is_lost:
            self._pool.promote(last.decoding)
            return _Asked(spoken, segment, last.decoding, is_final=True)
        if last is not None:
            last.decoding.drop()
        decoding = self._pool.submit_final(self, segment.samples, self._language, background=self._background)
        return _Asked(spoken, segment, decoding, is_final=True)

    async def _text_of(self, asked: _Asked) -> Heard | None:
        """Await the text; return None where there is nothing to tell."""
        try:
            decoded = await asyncio.shield(asyncio.wrap_future(asked.decoding.future))
        except RecognizerError as error:
            self._failures += asked.is_final
            at = f"{asked.segment.start_s:.2f} s of leg {self._leg}"
            logger.warning("the speech at %s could not be decoded", at, exc_info=error)
            if self._failures >= _MOST_FAILURES:
                raise
            return None
        if decoded is None:
            return None
        if asked.is_final:
            self._failures = 0
        elif decoded.text == asked.spoken.shown:
            return None
        asked.spoken.shown = decoded.text
        return Heard(_utterance(asked, decoded, self._leg)) if decoded.text else None


def _utterance(asked: _Asked, decoded: Decoded, leg: str) -> Utterance:
    segment = asked.segment
    if decoded.words is None:
        words = estimate_words(decoded.text, segment.speech_start_s, segment.speech_end_s)
    else:
        words = tuple(_moved(word, segment.start_s) for word in decoded.words)
    return Utterance(
        id=asked.spoken.id,
        leg=leg,
        text=decoded.text,
        start_s=segment.speech_start_s,
        end_s=segment.speech_end_s,
        is_final=asked.is_final,
        words=words,
        words_estimated=decoded.words is None,
        confidence=decoded.confidence,
    )


def _moved(word: Word, by_s: float) -> Word:
    return replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s)
