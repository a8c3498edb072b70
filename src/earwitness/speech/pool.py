"""The decoding pool: threads that run an offline engine for all streams of a process.

Order of work: finals in the order they came; then speech that seems to be over, on whose text its end may
depend; then partials, the one whose text is due first; then recordings, which nobody waits for live. A
partial is due the sooner the shorter it is, so the first words of an utterance come early; how often partials
come at all is the `Governor`'s to say. While it holds partials back they leave one thread free, so that no
final waits for one; recordings, whose segments are long, always do.

Bounds: finals wait, their number being bounded by the event queue of each stream. Of each stream at most one
partial waits or runs: a newer one takes the place of one that waits, is refused while one runs, and goes when
the final comes. The threads free the interpreter lock while the engine works.
"""

import asyncio
import os
import threading
import time
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engine import Decoded, OfflineEngine, as_recognizer_error
from earwitness.speech.governor import Governor, Interval

_PARTIAL_DUE_S = 0.2
_PARTIAL_DUE_PER_AUDIO_S = 0.15
_CROWDED = 1.5
"""A decoding takes so much longer by the clock than by its thread where threads merely take turns."""


class Urgency(IntEnum):
    """What is decoded first."""

    FINAL = 0
    LIKELY = 1
    """An open segment whose speech seems to be over."""
    PARTIAL = 2
    BACKGROUND = 3
    """A segment of a recording: nobody waits for it at the telephone."""


@dataclass(slots=True, eq=False)
class Decoding:
    """One piece of audio on its way through the pool."""

    stream: object
    """Whose audio it is."""
    samples: Samples
    language: str
    engine: OfflineEngine
    urgency: Urgency
    due_s: float
    """Monotonic; the earliest of equal urgency goes first."""
    future: "Future[Decoded | None]" = field(default_factory=Future, repr=False)
    """Done with the text, with None where the decoding was dropped, or with a `RecognizerError`."""

    @property
    def is_lost(self) -> bool:
        """Whether no text will come: dropped or failed."""
        if not self.future.done():
            return False
        return self.future.exception() is not None or self.future.result() is None

    def drop(self) -> None:
        """Let nobody wait for the text any longer."""
        with suppress(InvalidStateError):  # the engine was faster
            self.future.set_result(None)


@dataclass(frozen=True, slots=True)
class PoolStats:
    """Counts since the pool was made, and its queues as they are."""

    waiting_finals: int
    waiting_partials: int
    waiting_in_background: int
    running: int
    decoded: int
    dropped_partials: int
    """Replaced by a newer one, or by the final, before a thread was free."""
    audio_s: float
    """Decoded audio."""
    decode_s: float
    """Time that the threads spent decoding it."""
    threads: int
    utilization: float
    """Share of the threads' time that decoding took in the last seconds."""


class DecodingPool:
    """Threads that decode. Its methods may be called from any thread; whoever made it closes it."""

    def __init__(
        self,
        engine: OfflineEngine,
        threads: int = 0,
        *,
        inline: bool = False,
        interval: Interval | None = None,
    ) -> None:
        """Start so many threads: one for each core where `threads` is 0.

        `inline` decodes inside `submit_…` instead.
        """
        self._count = threads or os.cpu_count() or 1
        self._engine = engine
        self._inline = inline
        self._condition = threading.Condition()
        self._waiting: list[Decoding] = []
        self._running: list[Decoding] = []
        self._decoded = 0
        self._dropped = 0
        self._audio_s = 0.0
        self._decode_s = 0.0
        self._governor = Governor(self._count, interval)
        self._is_crowded = False
        """Whether partials are further apart than they should be."""
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"decoder-{number}", daemon=True)
            for number in range(0 if inline else self._count)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def stats(self) -> PoolStats:
        """The counters now."""
        with self._condition:
            finals = sum(decoding.urgency is Urgency.FINAL for decoding in self._waiting)
            behind = sum(decoding.urgency is Urgency.BACKGROUND for decoding in self._waiting)
            return PoolStats(
                waiting_finals=finals,
                waiting_partials=len(self._waiting) - finals - behind,
                waiting_in_background=behind,
                running=len(self._running),
                decoded=self._decoded,
                dropped_partials=self._dropped,
                audio_s=self._audio_s,
                decode_s=self._decode_s,
                threads=self._count,
                utilization=self._governor.utilization(time.monotonic()),
            )

    def partial_interval_s(self, open_segments: int) -> float:
        """Return how far apart the partials of a segment may be, with so many segments open."""
        with self._condition:
            interval_s = self._governor.interval_s(open_segments, time.monotonic())
            self._is_crowded = interval_s > self._governor.least_s
            return interval_s

    def submit_final(
        self,
        stream: object,
        samples: Samples,
        language: str,
        *,
        engine: OfflineEngine | None = None,
        background: bool = False,
    ) -> Decoding:
        """Decode a whole segment; a waiting partial of the stream is dropped.

        An `engine` takes the place of the pool's own.
        """
        self._drop_partial(stream)
        urgency = Urgency.BACKGROUND if background else Urgency.FINAL
        return self._submit(
            Decoding(stream, samples, language, engine or self._engine, urgency, time.monotonic())
        )

    def submit_likely(
        self,
        stream: object,
        samples: Samples,
        language: str,
        *,
        engine: OfflineEngine | None = None,
        background: bool = False,
    ) -> Decoding:
        """Decode an open segment whose speech may be over; a waiting partial of the stream is dropped."""
        self._drop_partial(stream)
        urgency = Urgency.BACKGROUND if background else Urgency.LIKELY
        return self._submit(
            Decoding(stream, samples, language, engine or self._engine, urgency, time.monotonic())
        )

    def submit_partial(
        self, stream: object, samples: Samples, language: str, *, engine: OfflineEngine | None = None
    ) -> Decoding | None:
        """Decode an open segment when there is time; None while another partial of the stream runs.

        A waiting partial of the stream yields its place.
        """
        with self._condition:
            if any(running.stream == stream and running.urgency for running in self._running):
                return None
        due_s = time.monotonic() + _PARTIAL_DUE_S + _PARTIAL_DUE_PER_AUDIO_S * len(samples) / RATE_HZ
        replaced = self._drop_partial(stream)
        if replaced is not None:
            due_s = min(due_s, replaced.due_s)
        return self._submit(
            Decoding(stream, samples, language, engine or self._engine, Urgency.PARTIAL, due_s)
        )

    def promote(self, decoding: Decoding) -> None:
        """Make what seemed to be over a final, because its audio turned out to be the whole segment."""
        with self._condition:
            if decoding.urgency is Urgency.LIKELY:
                decoding.urgency = Urgency.FINAL
            self._condition.notify_all()

    def forget(self, stream: object) -> None:
        """Drop all that waits for a stream."""
        with self._condition:
            gone = [decoding for decoding in self._waiting if decoding.stream == stream]
            self._waiting = [decoding for decoding in self._waiting if decoding.stream != stream]
        for decoding in gone:
            decoding.drop()

    async def aclose(self) -> None:
        """Drop what waits and wait for what runs; what is submitted later is dropped."""
        with self._condition:
            self._closed = True
            gone, self._waiting = self._waiting, []
            self._condition.notify_all()
        for decoding in gone:
            decoding.drop()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _drop_partial(self, stream: object) -> Decoding | None:
        """Drop the waiting partial of a stream and return it."""
        with self._condition:
            for decoding in self._waiting:
                if decoding.stream == stream and decoding.urgency in (Urgency.LIKELY, Urgency.PARTIAL):
                    self._waiting.remove(decoding)
                    self._dropped += 1
                    decoding.drop()
                    return decoding
        return None

    def _submit(self, decoding: Decoding) -> Decoding:
        with self._condition:
            closed = self._closed
            if not closed and not self._inline:
                self._waiting.append(decoding)
                self._condition.notify_all()
        if closed:
            decoding.drop()
        elif self._inline:
            self._decode(decoding)
        return decoding

    def _work(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._closed or self._next() is not None)
                decoding = self._next()
                if self._closed or decoding is None:
                    return
                self._waiting.remove(decoding)
                self._running.append(decoding)
            self._decode(decoding)
            with self._condition:
                self._running.remove(decoding)
                # A thread may wait for just this one to be over: see `_next`.
                self._condition.notify()

    def _next(self) -> Decoding | None:
        """Return what to decode next; None where nothing waits but what must leave the last thread free."""
        if not self._waiting:
            return None
        first = min(self._waiting, key=lambda decoding: (decoding.urgency, decoding.due_s))
        yielding = Urgency.PARTIAL if self._is_crowded else Urgency.BACKGROUND
        if first.urgency < yielding:
            return first
        running = sum(running.urgency >= yielding for running in self._running)
        return first if running < max(self._count - 1, 1) else None

    def _decode(self, decoding: Decoding) -> None:
        started, thread_started = time.perf_counter(), time.thread_time()
        try:
            text = decoding.engine.decode(decoding.samples, decoding.language)
        except Exception as error:  # noqa: BLE001  any error of a plug-in belongs to whoever awaits the text
            with suppress(InvalidStateError):
                decoding.future.set_exception(as_recognizer_error(error, "decoding failed"))
        else:
            with suppress(InvalidStateError):
                decoding.future.set_result(text)
        with self._condition:
            self._decoded += 1
            self._audio_s += len(decoding.samples) / RATE_HZ
            took_s = time.perf_counter() - started
            self._decode_s += took_s
            if decoding.urgency is not Urgency.BACKGROUND:  # they take what partials leave
                is_partial = decoding.urgency is Urgency.PARTIAL
                # By the clock, our own threads' taking turns would look like load that nobody has; but what
                # waits for a network, or for a processor that other programs have, takes its thread too.
                cost_s = max(time.thread_time() - thread_started, took_s / _CROWDED)
                self._governor.decoded(cost_s, time.monotonic(), is_partial=is_partial)
