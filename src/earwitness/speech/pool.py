"""The decoding pool: threads that run an offline engine for all streams of a process.

Order of work: finals in the order they came; then speech that seems to be over, since its text is likely to
be a final; then partials, the one whose text is due first. A partial is due the sooner the shorter it is, so
the first words of an utterance come early and long ones come less often under load. Partials have threads of
their own, which the operating system puts after all others: they get the processor time that is left, and
neither finals nor media wait for them. What is decoded in the background (recordings, for which nobody waits
at the telephone) has those threads too, when no partial wants them.

Bounds: finals wait, their number being bounded by the event queue of each stream. Of each stream at most one
partial waits or runs: a newer one takes the place of one that waits, is refused while one runs, and goes when
the final comes. The threads free the interpreter lock while the engine works.
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engine import Decoded, OfflineEngine, as_recognizer_error

_PARTIAL_DUE_S = 0.2
_PARTIAL_DUE_PER_AUDIO_S = 0.15

_NICENESS = 10
"""Added to that of the process for the threads of partials."""


class Urgency(IntEnum):
    """What is decoded first."""

    FINAL = 0
    LIKELY = 1
    """An open segment whose speech seems to be over."""
    PARTIAL = 2


@dataclass(slots=True, eq=False)
class Decoding:
    """One piece of audio on its way through the pool."""

    stream: object
    """Whose audio it is."""
    samples: Samples
    language: str
    urgency: Urgency
    due_s: float
    """Monotonic; the earliest of equal urgency goes first."""
    background: bool = False
    """Whether all that is live goes first."""
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


class DecodingPool:
    """Threads that decode. Its methods may be called from any thread; whoever made it closes it."""

    def __init__(self, engine: OfflineEngine, threads: int = 0, *, inline: bool = False) -> None:
        """Start so many threads for finals, and as many for partials: one for each core where `threads` is 0.

        `inline` decodes inside `submit_…` instead.
        """
        count = 0 if inline else threads or os.cpu_count() or 1
        self._engine = engine
        self._inline = inline
        self._condition = threading.Condition()
        self._waiting: list[Decoding] = []
        self._running: list[Decoding] = []
        self._decoded = 0
        self._dropped = 0
        self._audio_s = 0.0
        self._decode_s = 0.0
        self._closed = False
        self._threads = [
            threading.Thread(target=work, name=f"decoder-{number}", daemon=True)
            for number in range(count)
            for work in (self._work_on_finals, self._work_on_partials)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def stats(self) -> PoolStats:
        """The counters now."""
        with self._condition:
            behind = sum(decoding.background for decoding in self._waiting)
            finals = sum(
                decoding.urgency is Urgency.FINAL and not decoding.background for decoding in self._waiting
            )
            return PoolStats(
                waiting_finals=finals,
                waiting_partials=len(self._waiting) - finals - behind,
                waiting_in_background=behind,
                running=len(self._running),
                decoded=self._decoded,
                dropped_partials=self._dropped,
                audio_s=self._audio_s,
                decode_s=self._decode_s,
            )

    def submit_final(
        self, stream: object, samples: Samples, language: str, *, background: bool = False
    ) -> Decoding:
        """Decode a whole segment; a waiting partial of the stream is dropped."""
        self._drop_partial(stream)
        now = time.monotonic()
        return self._submit(Decoding(stream, samples, language, Urgency.FINAL, now, background))

    def submit_partial(
        self,
        stream: object,
        samples: Samples,
        language: str,
        *,
        likely_final: bool = False,
        background: bool = False,
    ) -> Decoding | None:
        """Decode an open segment when there is time; None while another partial of the stream runs.

        A waiting partial of the stream yields its place. `likely_final` says that the speech seems to be
        over; it then comes before all partials.
        """
        now = time.monotonic()
        if likely_final:
            self._drop_partial(stream)
            return self._submit(Decoding(stream, samples, language, Urgency.LIKELY, now, background))
        with self._condition:
            if any(running.stream == stream and running.urgency for running in self._running):
                return None
        due_s = now + _PARTIAL_DUE_S + _PARTIAL_DUE_PER_AUDIO_S * len(samples) / RATE_HZ
        replaced = self._drop_partial(stream)
        if replaced is not None:
            due_s = min(due_s, replaced.due_s)
        return self._submit(Decoding(stream, samples, language, Urgency.PARTIAL, due_s, background))

    def promote(self, decoding: Decoding) -> None:
        """Make a partial a final, because its audio turned out to be the whole segment."""
        with self._condition:
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
                if decoding.stream == stream and decoding.urgency is not Urgency.FINAL:
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

    def _work_on_finals(self) -> None:
        self._work(lambda one: one.urgency is not Urgency.PARTIAL and not one.background)

    def _work_on_partials(self) -> None:
        _yield_to_others()
        self._work(lambda one: one.urgency is Urgency.PARTIAL or one.background)

    def _work(self, is_ours: Callable[[Decoding], bool]) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._closed or self._first(is_ours) is not None)
                decoding = self._first(is_ours)
                if self._closed or decoding is None:
                    return
                self._waiting.remove(decoding)
                self._running.append(decoding)
            self._decode(decoding)
            with self._condition:
                self._running.remove(decoding)

    def _first(self, is_ours: Callable[[Decoding], bool]) -> Decoding | None:
        ours = filter(is_ours, self._waiting)
        return min(ours, key=lambda one: (one.background, one.urgency, one.due_s), default=None)

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
            self._decoded += 1
            self._audio_s += len(decoding.samples) / RATE_HZ
            self._decode_s += time.perf_counter() - started


def _yield_to_others() -> None:
    """Lower the priority of this thread: on Linux each thread has its own, elsewhere nothing happens."""
    if sys.platform == "linux":
        niceness = os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(niceness, 19))
