import random

import pytest

from earwitness.conversation.clock import ClientClock


def told(
    clock: ClientClock, happened_s: float, *, skew_s: float, delay_s: float, is_start: bool = True
) -> None:
    clock.note(happened_s + skew_s, happened_s + delay_s, is_start=is_start)


def placed(clock: ClientClock, happened_s: float, *, skew_s: float, delay_s: float) -> float:
    return clock.place(happened_s + skew_s, happened_s + delay_s)


def test_an_event_without_a_time_happened_when_it_came() -> None:
    assert ClientClock().place(None, 12.0) == 12.0


def test_a_believable_clock_counts_however_late_the_event_is() -> None:
    clock = ClientClock()
    told(clock, 1.0, skew_s=0.0, delay_s=0.1)
    assert placed(clock, 10.0, skew_s=0.0, delay_s=9.0) == 10.0


@pytest.mark.parametrize("skew_s", [3.0, 60.0, -60.0, -3600.0])
def test_a_clock_that_is_far_off_or_ahead_is_put_right_by_arrival(skew_s: float) -> None:
    clock = ClientClock()
    for second in range(5):
        told(clock, second, skew_s=skew_s, delay_s=0.1 + second % 2)
    assert placed(clock, 20.0, skew_s=skew_s, delay_s=0.1) == pytest.approx(20.1)
    assert placed(clock, 21.0, skew_s=skew_s, delay_s=7.0) == pytest.approx(21.1)


def test_an_offset_within_delays_is_found_from_where_speech_starts() -> None:
    chance = random.Random(1)
    starts = sorted(chance.uniform(0, 120) for _ in range(25))
    ends = [start + 1.5 for start in starts]
    clock = ClientClock()
    for start in starts[::2]:
        told(clock, start + chance.gauss(0, 0.08), skew_s=-1.8, delay_s=0.2)
        told(clock, start + 1.5, skew_s=-1.8, delay_s=0.2, is_start=False)
    clock.learn(starts, ends)
    assert clock.offset_s == pytest.approx(-1.8, abs=0.1)


def test_events_that_fit_no_speech_move_nothing() -> None:
    chance = random.Random(2)
    clock = ClientClock()
    for _ in range(30):
        told(clock, chance.uniform(0, 200), skew_s=0.0, delay_s=0.1)
    speech = sorted(chance.uniform(0, 200) for _ in range(40))
    clock.learn(speech, [start + 1 for start in speech])
    assert clock.offset_s == 0.0
