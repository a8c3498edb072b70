import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.engine import Decoded
from earwitness.speech.pool import Decoding, DecodingPool
from earwitness.speech.seams import Capabilities, RecognizerError


class GatedEngine:
    """Answers with the length of the audio in samples; while the gate is closed, every decoding waits."""

    capabilities = Capabilities(
        name="gated",
        languages=("en",),
        streaming=False,
        partials=False,
        word_times=False,
        confidence=False,
        punctuation=False,
    )

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.begun: list[int] = []
        self._begins = threading.Semaphore(0)

    def decode(self, samples: Samples, language: str) -> Decoded:
        self.begun.append(len(samples))
        self._begins.release()
        assert self.gate.wait(timeout=30)
        if not len(samples):
            raise OSError("no samples")
        return Decoded(str(len(samples)))

    async def until_begun(self, count: int = 1) -> None:
        """Wait until so many more decodings have begun."""
        for _ in range(count):
            assert await asyncio.to_thread(self._begins.acquire, timeout=30)


@asynccontextmanager
async def _pool(engine: GatedEngine, threads: int) -> AsyncIterator[DecodingPool]:
    pool = DecodingPool(engine, threads)
    try:
        yield pool
    finally:
        engine.gate.set()
        await pool.aclose()


def _audio(count: int) -> Samples:
    return np.zeros(count, np.int16)


async def _occupy(pool: DecodingPool, engine: GatedEngine) -> None:
    """Keep all threads of a pool busy."""
    for number in range(pool.stats.threads):
        pool.submit_final(f"busy {number}", _audio(1), "en")
    await engine.until_begun(pool.stats.threads)


async def _text(decoding: Decoding | None) -> str | None:
    assert decoding is not None
    decoded = await asyncio.wait_for(asyncio.wrap_future(decoding.future), 30)
    return None if decoded is None else decoded.text


async def test_finals_go_in_order_and_before_partials() -> None:
    engine = GatedEngine()
    async with _pool(engine, 1) as pool:
        await _occupy(pool, engine)
        for place, stream in enumerate("abc"):
            pool.submit_partial(stream, _audio(10 + place), "en")
        finals = [pool.submit_final(stream, _audio(place), "en") for place, stream in enumerate("def", 2)]
        assert (pool.stats.running, pool.stats.waiting_finals, pool.stats.waiting_partials) == (1, 3, 3)
        engine.gate.set()
        assert [await _text(decoding) for decoding in finals] == ["2", "3", "4"]
        assert engine.begun[:4] == [1, 2, 3, 4]


async def test_recordings_leave_a_thread_to_what_is_live() -> None:
    engine = GatedEngine()
    async with _pool(engine, 2) as pool:
        recorded = [pool.submit_final("file", _audio(size), "en", background=True) for size in (2, 3)]
        await engine.until_begun()
        final = pool.submit_final("a", _audio(4), "en")
        await engine.until_begun()
        assert engine.begun == [2, 4]
        engine.gate.set()
        assert [await _text(decoding) for decoding in (*recorded, final)] == ["2", "3", "4"]


async def test_recordings_wait_for_all_that_is_live() -> None:
    engine = GatedEngine()
    async with _pool(engine, 2) as pool:
        await _occupy(pool, engine)
        recorded = pool.submit_final("file", _audio(2), "en", background=True)
        partial = pool.submit_partial("a", _audio(3), "en")
        final = pool.submit_final("a", _audio(4), "en")
        other = pool.submit_partial("b", _audio(5), "en")
        engine.gate.set()
        assert [await _text(decoding) for decoding in (recorded, final, other)] == ["2", "4", "5"]
        assert await _text(partial) is None
        assert engine.begun[-1] == 2


async def test_a_newer_partial_takes_the_place_of_a_waiting_one() -> None:
    engine = GatedEngine()
    async with _pool(engine, 1) as pool:
        await _occupy(pool, engine)
        old = pool.submit_partial("b", _audio(2), "en")
        other = pool.submit_partial("c", _audio(3), "en")
        new = pool.submit_partial("b", _audio(4), "en")
        assert old is not None
        assert old.is_lost
        engine.gate.set()
        assert await _text(old) is None
        assert await _text(new) == "4"
        assert await _text(other) == "3"
        assert engine.begun == [1, 4, 3]
        assert pool.stats.dropped_partials == 1


async def test_while_a_partial_runs_its_stream_gets_no_other() -> None:
    engine = GatedEngine()
    async with _pool(engine, 2) as pool:
        running = pool.submit_partial("a", _audio(1), "en")
        await engine.until_begun()
        assert pool.submit_partial("a", _audio(2), "en") is None
        over = pool.submit_likely("a", _audio(3), "en")
        engine.gate.set()
        assert await _text(running) == "1"
        assert await _text(over) == "3"
        assert pool.stats.dropped_partials == 0


async def test_short_partials_go_first() -> None:
    engine = GatedEngine()
    async with _pool(engine, 1) as pool:
        await _occupy(pool, engine)
        partials = [
            pool.submit_partial(stream, _audio(seconds * RATE_HZ), "en")
            for stream, seconds in (("a", 10), ("b", 1), ("c", 5))
        ]
        engine.gate.set()
        for decoding in partials:
            await _text(decoding)
        assert engine.begun[1:] == [1 * RATE_HZ, 5 * RATE_HZ, 10 * RATE_HZ]


async def test_speech_that_seems_over_goes_after_finals_and_does_not_wait_for_partials() -> None:
    engine = GatedEngine()
    async with _pool(engine, 1) as pool:
        await _occupy(pool, engine)
        partial = pool.submit_partial("a", _audio(2), "en")
        over = pool.submit_likely("b", _audio(3), "en")
        final = pool.submit_final("c", _audio(4), "en")
        engine.gate.set()
        assert [await _text(decoding) for decoding in (partial, over, final)] == ["2", "3", "4"]
        assert engine.begun.index(4) < engine.begun.index(3)


async def test_a_final_drops_the_waiting_partial_of_its_stream_only() -> None:
    engine = GatedEngine()
    async with _pool(engine, 1) as pool:
        await _occupy(pool, engine)
        mine, other = (pool.submit_partial(stream, _audio(2), "en") for stream in "ab")
        pool.submit_final("a", _audio(3), "en")
        assert mine is not None
        assert mine.is_lost
        assert other is not None
        assert not other.is_lost


async def test_a_promoted_partial_is_a_final() -> None:
    engine = GatedEngine()
    async with _pool(engine, 1) as pool:
        await _occupy(pool, engine)
        promoted = pool.submit_likely("b", _audio(3), "en")
        later = pool.submit_final("a", _audio(2), "en")
        assert promoted is not None
        pool.promote(promoted)
        assert pool.stats.waiting_finals == 2
        engine.gate.set()
        assert await _text(promoted) == "3"
        assert await _text(later) == "2"
        assert engine.begun[1:] == [3, 2]


async def test_a_dropped_decoding_stays_dropped_when_the_engine_is_done() -> None:
    engine = GatedEngine()
    async with _pool(engine, 1) as pool:
        decoding = pool.submit_partial("a", _audio(1), "en")
        await engine.until_begun()
        assert decoding is not None
        decoding.drop()
        assert await _text(decoding) is None
        after = pool.submit_final("a", _audio(2), "en")
        engine.gate.set()
        assert await _text(after) == "2"
        assert decoding.is_lost


async def test_a_forgotten_stream_is_decoded_no_more() -> None:
    engine = GatedEngine()
    async with _pool(engine, 1) as pool:
        await _occupy(pool, engine)
        gone = [pool.submit_final("a", _audio(2), "en"), pool.submit_partial("a", _audio(3), "en")]
        kept = pool.submit_final("b", _audio(4), "en")
        pool.forget("a")
        engine.gate.set()
        assert [await _text(decoding) for decoding in gone] == [None, None]
        assert await _text(kept) == "4"
        assert engine.begun == [1, 4]


async def test_an_error_of_the_engine_reaches_who_waits_and_the_thread_goes_on() -> None:
    engine = GatedEngine()
    engine.gate.set()
    async with _pool(engine, 1) as pool:
        failing = pool.submit_final("a", _audio(0), "en")
        with pytest.raises(RecognizerError, match="decoding failed: no samples") as caught:
            await _text(failing)
        assert isinstance(caught.value.__cause__, OSError)
        assert failing.is_lost
        assert await _text(pool.submit_final("a", _audio(1), "en")) == "1"


async def test_closing_drops_what_waits_and_waits_for_what_runs() -> None:
    engine = GatedEngine()
    pool = DecodingPool(engine, 1)
    running = pool.submit_final("a", _audio(1), "en")
    await engine.until_begun()
    waiting = pool.submit_final("a", _audio(2), "en")
    closing = asyncio.create_task(pool.aclose())
    assert await _text(waiting) is None
    engine.gate.set()
    await closing
    assert await _text(running) == "1"
    assert pool.submit_final("a", _audio(3), "en").is_lost
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("decoder-")]


async def test_inline_decodes_at_once() -> None:
    engine = GatedEngine()
    engine.gate.set()
    pool = DecodingPool(engine, inline=True)
    decoding = pool.submit_partial("a", _audio(RATE_HZ), "en")
    assert decoding is not None
    assert decoding.future.done()
    assert await _text(decoding) == str(RATE_HZ)
    assert (pool.stats.decoded, pool.stats.audio_s, pool.stats.running) == (1, 1.0, 0)
    await pool.aclose()


async def test_partials_that_are_held_back_leave_a_thread_to_finals() -> None:
    engine = GatedEngine()
    async with _pool(engine, 2) as pool:
        assert pool.partial_interval_s(open_segments=1000) > 1.0
        first, second = (pool.submit_partial(stream, _audio(10), "en") for stream in "ab")
        await engine.until_begun()
        final = pool.submit_final("c", _audio(3), "en")
        await engine.until_begun()
        assert (engine.begun, pool.stats.waiting_partials) == ([10, 3], 1)
        engine.gate.set()
        assert [await _text(decoding) for decoding in (first, second, final)] == ["10", "10", "3"]
