import pytest

from earwitness.rtp.drift import Drift


def observe(drift: Drift, delay_s: float, begin: int, seconds: int, per_s: float = 0.0) -> None:
    for step in range(seconds * 10):
        drift.observe(delay_s + per_s * step / 10, begin + step / 10)


def test_the_first_window_says_what_is_usual() -> None:
    drift = Drift(0.0)
    observe(drift, 5.0, 0, 60)
    assert drift.owed_s == 0.0


def test_a_clock_that_strays_is_noticed_and_paid_back() -> None:
    drift = Drift(0.0)
    observe(drift, 5.0, 0, 60, per_s=200e-6)
    # Half of what is owed after a minute: the windows look back.
    owed_s = drift.owed_s
    assert owed_s == pytest.approx(0.008, abs=0.003)
    drift.shift(owed_s)
    assert drift.owed_s == 0.0
    observe(drift, 5.012 - owed_s, 60, 60)
    assert drift.owed_s == pytest.approx(0.012 - owed_s, abs=0.004)


def test_packets_that_are_held_up_change_nothing() -> None:
    drift = Drift(0.0)
    observe(drift, 5.0, 0, 30)
    for step in range(300):
        drift.observe(5.0 if step % 50 == 0 else 5.3, 30 + step / 10)
    assert drift.owed_s == 0.0


def test_after_a_break_a_second_is_enough() -> None:
    drift = Drift(0.0)
    observe(drift, 5.0, 0, 60)
    drift.restart(60.0)
    observe(drift, 5.2, 60, 2)
    assert drift.owed_s == pytest.approx(0.2)
