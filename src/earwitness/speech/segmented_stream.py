"""One leg heard by a `SegmentedRecognizer`: from pieces of audio to events."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

from earwitness.audio.pcm import RATE_HZ, Pcm
from earwitness.conversation.clauses import seems_complete
from earwitness.conversation.ids import new_id
from earwitness.conversation.joining import JOINS_WITHIN_S
from earwitness.conversation.utterance import Utterance, Word, moved
from earwitness.conversation.word_times import estimate_words
from earwitness.speech.activity import ActivityThread
from earwitness.speech.engine import Decoded, OfflineEngine, joined
from earwitness.speech.inlet import Block, Inlet
from earwitness.speech.partials import Pace, PartialClock
from earwitness.speech.pauses import find_pauses
from earwitness.speech.pool import Decoding, DecodingPool
from earwitness.speech.seams import (
    Heard,
    RecognizerError,
    SoundHeard,
    SpeechEnded,
    SpeechEvent,
    SpeechPaused,
    SpeechStarted,
)
from earwitness.speech.segmenter import (
    MayClose,
    Segment,
    Segmentation,
    SegmentClosed,
    Segmenter,
    SegmentEvent,
    SegmentOpened,
    SegmentPaused,
)
from earwitness.speech.sounds import Noticed, SoundDetector
from earwitness.speech.stability import Flicker, Stability
from earwitness.speech.vad import WINDOW_SAMPLES, Probabilities, VoiceActivity
from earwitness.speech.wording import without_last_mark

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
    stability: Stability = field(default_factory=Stability)
    shown: tuple[Word, ...] = ()
    """The words of the last partial."""
    asked: "_Asked | None" = None
    """What was asked for last."""
    paused: "_Asked | None" = None
    """What was asked for at the last pause: all of the segment up to it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A place in the order of events that the text of a segment will take."""

    spoken: _Spoken
    segment: Segment
    decoding: Decoding
    is_final: bool
    before: Decoded | None = None
    """What was said up to a pause; only what follows that pause is decoded then."""
    tail_s: float = 0.0
    """How far into the segment the decoded audio begins."""
    is_cut: bool = False
    """Whether the audio ends in mid-speech."""


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
        engine: OfflineEngine,
        load: Callable[[], None] | None,
        activity: ActivityThread,
        pool: DecodingPool,
        pace: Pace,
        segmentation: Segmentation,
        background: bool,
        open_segments: Callable[[], int],
        on_closed: Callable[["SegmentedStream"], None],
    ) -> None:
        self._leg = leg
        self._language = language
        self._engine = engine
        self._load = load
        self._activity = activity
        self._pool = pool
        self._pace = pace
        self._background = background
        self._open_segments = open_segments
        self._on_closed = on_closed
        self._inlet = Inlet()
        self._memory = VoiceActivity()
        self._sounds = SoundDetector(leg)
        self._segmenter = Segmenter(segmentation)
        self._spoken: _Spoken | None = None
        self._pause_at_s: float | None = None
        """When nobody has spoken for so long that no sentence goes on, unless someone does before."""
        self._failures = 0
        self.flicker = Flicker()
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
    def is_speaking(self) -> bool:
        """Whether a segment is open that partials are wanted of."""
        return not self._background and self._spoken is not None

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
            if self._load is not None:  # audio waits meanwhile
                await asyncio.to_thread(self._load)
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
        noticed: list[Noticed] = []

        def notice(probabilities: Probabilities) -> None:
            noticed.extend(self._sounds.take(block.start, block.samples, probabilities))
            if block.closes:
                noticed.extend(self._sounds.close())

        judged = await asyncio.wrap_future(self._activity.submit(self._memory, block.samples, notice))
        at = block.start
        for end in self._sounds.hops(block.start, len(block.samples)):
            samples = block.samples[at - block.start : end - block.start]
            windows = judged[(at - block.start) // WINDOW_SAMPLES :][: -(-len(samples) // WINDOW_SAMPLES)]
            for event in self._segmenter.push(at, samples, windows):
                await self._tell(event, end)
            while noticed and noticed[0].position <= end:
                await self._events.put(SoundHeard(noticed.pop(0).sound))
            at = end
        if block.closes:
            for event in self._segmenter.close():
                await self._tell(event, at)
            for last in noticed:
                await self._events.put(SoundHeard(last.sound))
            self._memory.reset()
            if self._pause_at_s is not None and not self._inlet.exhausted:
                # A flush, or audio that is missing: what comes next may be long in coming.
                self._pause_at_s = min(self._pause_at_s, self._segmenter.at_s)
        await self._tell_pause()
        await self._ask_for_partial()

    async def _tell(self, event: SegmentEvent, position: int) -> None:
        match event:
            case SegmentOpened(at_s=at_s):
                await self._tell_pause(before_s=at_s)
                self._pause_at_s = None
                self._spoken = _Spoken(PartialClock(self._pace, at_s, self._partial_interval_s))
                await self._events.put(SpeechStarted(self._leg, at_s))
            case SegmentPaused(segment=segment) if self._is_music(segment, position):
                self._open_speech().paused = None
            case SegmentPaused(segment=segment):
                spoken = self._open_speech()
                decoding = self._pool.submit_likely(
                    self,
                    segment.samples,
                    self._language,
                    engine=self._engine,
                    background=self._background,
                )
                spoken.asked = spoken.paused = _Asked(spoken, segment, decoding, is_final=False)
                spoken.clock.asked(self._segmenter)
                if not self._background:
                    await self._events.put(spoken.asked)
            case MayClose():
                self._segmenter.settle(is_complete=await self._seems_complete())
            case SegmentClosed(segment=segment):
                spoken, self._spoken = self._open_speech(), None
                self._pause_at_s = segment.speech_end_s + JOINS_WITHIN_S
                await self._events.put(SpeechEnded(self._leg, segment.speech_end_s))
                if not self._is_music(segment, position):
                    await self._events.put(self._final(spoken, segment))
                elif spoken.asked is not None:
                    spoken.asked.decoding.drop()

    def _is_music(self, segment: Segment, position: int) -> bool:
        return self._sounds.is_music(segment.speech_start_s, segment.speech_end_s, position)

    async def _tell_pause(self, before_s: float | None = None) -> None:
        """Tell once that speech has paused, at a moment that depends on media time alone."""
        at_s = self._pause_at_s
        settled_s = self._segmenter.settled_s if before_s is None else before_s
        if at_s is not None and self._spoken is None and settled_s >= at_s:
            self._pause_at_s = None
            await self._events.put(SpeechPaused(self._leg, at_s))

    def _open_speech(self) -> _Spoken:
        assert self._spoken is not None, "a segment goes on that never opened"
        return self._spoken

    def _partial_interval_s(self) -> float:
        return self._pool.partial_interval_s(max(self._open_segments(), 1))

    async def _seems_complete(self) -> bool:
        """Return whether the segment may end at its pause, once its text is known; true without one."""
        paused = self._open_speech().paused
        if paused is None:
            return True
        try:
            decoded = await asyncio.shield(asyncio.wrap_future(paused.decoding.future))
        except RecognizerError:
            return True  # told and counted where the text is awaited for its own sake
        return decoded is None or not decoded.text or seems_complete(decoded.text)

    async def _ask_for_partial(self) -> None:
        spoken = self._spoken
        if spoken is None or self._background or not spoken.clock.due(self._segmenter):
            return
        segment = self._segmenter.open_audio()
        if segment is None or self._is_music(segment, round(self._segmenter.at_s * RATE_HZ)):
            return
        before, tail_s = self._known(spoken, segment)
        samples = segment.samples[round(tail_s * RATE_HZ) :]
        decoding = self._pool.submit_partial(self, samples, self._language, engine=self._engine)
        if decoding is None:
            return
        spoken.clock.asked(self._segmenter)
        spoken.asked = _Asked(
            spoken, segment, decoding, False, before, tail_s, self._segmenter.silence_s == 0
        )
        await self._events.put(spoken.asked)

    def _known(self, spoken: _Spoken, segment: Segment) -> tuple[Decoded | None, float]:
        """Return the text up to the last pause, where it is known, and how far into the segment that lies."""
        paused = spoken.paused
        if paused is None or segment.end_s - segment.start_s < self._pace.tail_s:
            return None, 0.0
        if not paused.decoding.future.done() or paused.decoding.is_lost:
            return None, 0.0
        return paused.decoding.future.result(), paused.segment.end_s - segment.start_s

    def _final(self, spoken: _Spoken, segment: Segment) -> _Asked:
        """Have the segment decoded, unless it paused at its very end."""
        last = spoken.asked
        if last is not None and last is spoken.paused and last.segment.end_s == segment.end_s:
            if not last.decoding.is_lost:
                self._pool.promote(last.decoding)
                return _Asked(spoken, segment, last.decoding, is_final=True)
        elif last is not None:
            last.decoding.drop()
        decoding = self._pool.submit_final(
            self, segment.samples, self._language, engine=self._engine, background=self._background
        )
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
        if asked.before is not None:
            decoded = joined(asked.before, decoded, asked.tail_s)
        if not asked.is_final:
            return self._partial(asked, decoded)
        self._failures = 0
        utterance = _utterance(asked, decoded, self._leg)
        self.flicker.final(asked.spoken.shown, utterance.words)
        return Heard(utterance) if utterance.text else None

    def _partial(self, asked: _Asked, decoded: Decoded) -> Heard | None:
        """Show what the last partial showed and more; None where nothing changes."""
        spoken = asked.spoken
        heard = _utterance(asked, decoded, self._leg)
        words = heard.words
        if words:
            words = (*words[:-1], replace(words[-1], text=without_last_mark(words[-1].text)))
        words = spoken.stability.show(words, is_cut=asked.is_cut)
        before = spoken.shown
        if not words or [word.text for word in words] == [word.text for word in before]:
            return None
        text = " ".join(word.text for word in words)
        spoken.shown = words
        self.flicker.partial(before, words)
        if heard.words_estimated:
            words = estimate_words(text, heard.start_s, heard.end_s)
        return Heard(replace(heard, text=text, words=words))


def _utterance(asked: _Asked, decoded: Decoded, leg: str) -> Utterance:
    segment = asked.segment
    pauses = find_pauses(segment.samples, segment.start_s) if asked.is_final else ()
    if decoded.words is None:
        words = estimate_words(decoded.text, segment.speech_start_s, segment.speech_end_s, pauses)
    else:
        words = tuple(moved(word, segment.start_s) for word in decoded.words)
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
        pauses=pauses,
    )
