import asyncio

import pytest

from earwitness.rtp.pacer import TICK_S, Pacer, running_pacer


class Counter:
    """Counts ticks and sets an event at the tenth."""

    def __init__(self) -> None:
        self.ticks = 0
        self.missed = 0
        self.first = self.last = 0.0
        self.tenth = asyncio.Event()
        self.failed = asyncio.Event()

    def on_tick(self, number: int, missed: int, now: float) -> None:
        self.ticks += 1
        self.missed += missed
        self.first = self.first or now
        self.last = now
        if self.ticks + self.missed >= 10:
            self.tenth.set()

    def on_failure(self, error: Exception) -> None:
        self.failed.set()


class Faulty(Counter):
    def on_tick(self, number: int, missed: int, now: float) -> None:
        self.ticks += 1
        raise RuntimeError("broken")


async def test_ticks_keep_an_absolute_schedule() -> None:
    counter = Counter()
    pacer = Pacer(asyncio.get_running_loop())
    pacer.add(counter)
    await counter.tenth.wait()
    pacer.remove(counter)
    passed = counter.ticks + counter.missed - 1
    # A busy machine delays ticks; the schedule itself does not drift.
    assert counter.last - counter.first >= (passed - 1) * TICK_S


async def test_a_blocked_loop_is_told_how_much_it_missed() -> None:
    import time

    counter = Counter()
    pacer = Pacer(asyncio.get_running_loop())
    pacer.add(counter)
    time.sleep(0.3)  # noqa: ASYNC251 - the point is to block the loop
    await counter.tenth.wait()
    pacer.remove(counter)
    assert counter.missed >= 10


async def test_one_that_fails_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    faulty, counter = Faulty(), Counter()
    pacer = Pacer(asyncio.get_running_loop())
    pacer.add(faulty)
    pacer.add(counter)
    await counter.tenth.wait()
    assert faulty.failed.is_set()
    assert faulty.ticks == 1
    assert "broken" in caplog.text
    pacer.remove(counter)


async def test_there_is_one_for_the_loop() -> None:
    assert running_pacer() is running_pacer()
