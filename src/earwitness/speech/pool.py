"""The decoding pool: threads that run an offline engine for all streams of a process.

Order of work: finals in the order they came, then partials in the order their streams asked first.
With two threads or more, one never takes partials, so that a final rarely waits for one.

Bounds: finals wait, their number being bounded by the event queue of each stream; of each stream at most one
partial waits or runs: a newer one takes the place of one that waits, is dropped where one runs, and the final
removes it. The threads free the interpreter lock
while the engine works.
"""

import asyncio
import heapq
import itertools
import os
import threading
import time
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engine import Decoded, OfflineEngine, as_recognizer_error


class Urgency(IntEnum):
    """What is decoded first."""

    FINAL = 0
    PARTIAL = 1


@dataclass(slots=True, eq=False)
class Decoding:
    """One piece of audio on its way through the pool."""

    stream: object
    """Whose audio it is."""
    samples: Samples
    language: str
    urgency: Urgency
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
    running: int
    finals: int
    """Decoded so far."""
    partials: int
    dropped_partials: int
    audio_s: float
    """Decoded audio."""
    decode_s: float
    """Time that the threads spent decoding it."""


class DecodingPool:
    """Threads that decode. Its methods may be called from any thread; whoever made it closes it."""

    def __init__(self, engine: OfflineEngine, threads: int = 0, *, inline: bool = False) -> None:
        """Start the threads: as many as there are cores for 0. `inline` decodes inside `submit_…` instead."""
        count = 0 if inline else threads or os.cpu_count() or 1
        self._engine = engine
        self._most_partials = max(count - 1, 1)
        self._condition = threading.Condition()
        self._waiting: list[tuple[Urgency, int, Decoding]] = []
        """A heap."""
        self._order = itertools.count()
        self._running: list[Decoding] = []
        self._decoded = dict.fromkeys(Urgency, 0)
        self._dropped = 0
        self._audio_s = 0.0
        self._decode_s = 0.0
        self._closed = False
        self._inline = inline
        self._threads = [
            threading.Thread(target=self._work, name=f"decoder-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def stats(self) -> PoolStats:
        """The counters now."""
        with self._condition:
            finals = sum(urgency is Urgency.FINAL for urgency, _, _ in self._waiting)
            return PoolStats(
                waiting_finals=finals,
                waiting_partials=len(self._waiting) - finals,
                running=len(self._running),
                finals=self._decoded[Urgency.FINAL],
                partials=self._decoded[Urgency.PARTIAL],
                dropped_partials=self._dropped,
                audio_s=self._audio_s,
                decode_s=self._decode_s,
            )

    def submit_final(self, stream: object, samples: Samples, language: str) -> Decoding:
        """Decode a whole segment; a waiting partial of the stream is dropped."""
        self._drop_partial(stream)
        return self._submit(Decoding(stream, samples, language, Urgency.FINAL), next(self._order))

    def submit_partial(self, stream: object, samples: Samples, language: str) -> Decoding:
        """Decode an open segment when there is time.

        A waiting partial of the stream yields its place; while one runs, this one is dropped.
        """
        decoding = Decoding(stream, samples, language, Urgency.PARTIAL)
        with self._condition:
            busy = any(
                running.stream == stream and running.urgency is Urgency.PARTIAL for running in self._running
            )
            self._dropped += busy
        if busy:
            decoding.drop()
            return decoding
        place = self._drop_partial(stream)
        return self._submit(decoding, next(self._order) if place is None else place)

    def promote(self, decoding: Decoding) -> None:
        """Make a partial a final, because its audio turned out to be the whole segment."""
        with self._condition:
            decoding.urgency = Urgency.FINAL
            for index, (_, _, waiting) in enumerate(self._waiting):
                if waiting is decoding:
                    self._waiting[index] = (Urgency.FINAL, next(self._order), decoding)
                    heapq.heapify(self._waiting)
                    self._condition.notify()
                    return

    def forget(self, stream: object) -> None:
        """Drop all that waits for a stream."""
        with self._condition:
            gone = [decoding for _, _, decoding in self._waiting if decoding.stream == stream]
            self._waiting = [entry for entry in self._waiting if entry[2].stream != stream]
            heapq.heapify(self._waiting)
        for decoding in gone:
            decoding.drop()

    async def aclose(self) -> None:
        """Drop what waits and wait for what runs; what is submitted later is dropped."""
        with self._condition:
            self._closed = True
            gone = [decoding for _, _, decoding in self._waiting]
            self._waiting.clear()
            self._condition.notify_all()
        for decoding in gone:
            decoding.drop()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _drop_partial(self, stream: object) -> int | None:
        """Drop the waiting partial of a stream and return its place in the order."""
        with self._condition:
            for entry in self._waiting:
                urgency, place, decoding = entry
                if urgency is Urgency.PARTIAL and decoding.stream == stream:
                    self._waiting.remove(entry)
                    heapq.heapify(self._waiting)
                    self._dropped += 1
                    decoding.drop()
                    return place
        return None

    def _submit(self, decoding: Decoding, place: int) -> Decoding:
        with self._condition:
            closed = self._closed
            if not closed and not self._inline:
                heapq.heappush(self._waiting, (decoding.urgency, place, decoding))
                self._condition.notify()
        if closed:
            decoding.drop()
        elif self._inline:
            self._decode(decoding)
        return decoding

    def _work(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._closed or self._may_take())
                if self._closed:
                    return
                decoding = heapq.heappop(self._waiting)[2]
                self._running.append(decoding)
            self._decode(decoding)
            with self._condition:
                self._running.remove(decoding)
                self._condition.notify()

    def _may_take(self) -> bool:
        if not self._waiting:
            return False
        partials = sum(decoding.urgency is Urgency.PARTIAL for decoding in self._running)
        return self._waiting[0][0] is Urgency.FINAL or partials < self._most_partials

    def _decode(self, decoding: Decoding) -> None:
        started = time.perf_counter()
        try:
            text = self._engine.decode(decoding.samples, decoding.language)
        except Exception as error:  # noqa: BLE001  any error of a plug-in belongs to whoever awaits the text
            with suppress(InvalidStateError):
                decoding.future.set_exception(as_recognizer_error(error, "decoding failed"))
        else:
            with suppress(InvalidStateError):
                decoding.future.set_result(text)
        with self._condition:
            self._decoded[decoding.urgency] += 1
            self._audio_s += len(decoding.samples) / RATE_HZ
            self._decode_s += time.perf_counter() - started
