import pytest

from earwitness.speech.governor import Governor, Interval


def _busy(governor: Governor, *, finals: float, partials: float, each_s: float, until: float) -> float:
    """Let finals and partials take so much of one thread for a while; return the time after it."""
    now = 0.0
    while now < until:
        now += 0.1
        governor.decoded(finals * 0.1, now, is_partial=False)
        if partials:
            for _ in range(max(round(partials * 0.1 / each_s), 1)):
                governor.decoded(each_s, now, is_partial=True)
    return now


def test_an_idle_machine_gives_the_least_interval() -> None:
    assert Governor(2).interval_s(open_segments=4, now=0.0) == 1.0


def test_more_open_segments_stretch_it_in_proportion() -> None:
    governor = Governor(2)
    now = _busy(governor, finals=0.2, partials=0.5, each_s=0.1, until=60.0)
    few, many, very_many = (governor.interval_s(count, now) for count in (5, 30, 60))
    assert few == 1.0
    assert 1.5 < many < 3.5
    assert very_many == pytest.approx(2 * many)


def test_finals_are_served_first_and_partials_get_what_is_left() -> None:
    intervals = []
    for finals in (0.2, 0.8, 1.4):
        governor = Governor(2)
        now = _busy(governor, finals=finals, partials=0.1, each_s=0.1, until=60.0)
        intervals.append(governor.interval_s(20, now))
    assert intervals == sorted(intervals)
    assert intervals[0] < 2.5
    assert intervals[-1] == Interval().most_s


def test_it_shrinks_again_when_the_load_has_gone() -> None:
    governor = Governor(2)
    now = _busy(governor, finals=1.4, partials=0.1, each_s=0.1, until=60.0)
    assert governor.utilization(now) > 0.7
    assert governor.interval_s(8, now) > 4.0
    assert governor.interval_s(8, now + 30.0) == 1.0
    assert governor.utilization(now + 60.0) < 0.01


def test_a_slower_engine_stretches_it() -> None:
    slow, quick = Governor(2), Governor(2)
    now = _busy(slow, finals=0.1, partials=0.2, each_s=0.5, until=60.0)
    _busy(quick, finals=0.1, partials=0.2, each_s=0.05, until=60.0)
    assert slow.interval_s(12, now) > 4 * quick.interval_s(12, now) > 0
