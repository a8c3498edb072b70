"""Deadlines on a clock that the test owns."""

from earwitness.sip.timers import Timers, TimerValues


def test_deadlines_come_in_order_and_cancelled_ones_do_not() -> None:
    timers = Timers()
    fired: list[tuple[str, float]] = []
    timers.start(2.0, lambda now: fired.append(("late", now)))
    early = timers.start(1.0, lambda now: fired.append(("early", now)))
    timers.start(1.5, lambda now: fired.append(("middle", now)))
    early.cancel()
    assert timers.next_deadline() == 1.5
    timers.fire(1.4)
    assert fired == []
    timers.fire(3.0)
    assert fired == [("middle", 3.0), ("late", 3.0)]
    assert timers.next_deadline() is None
    early.cancel()


def test_values_follow_from_t1() -> None:
    assert TimerValues().timeout_s == 32.0
    assert TimerValues(t1_s=0.1).timeout_s == 6.4
