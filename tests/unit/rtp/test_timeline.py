import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.rtp.timeline import Timeline


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(-(2**20), 2**24), max_size=30))
def test_positions_follow_the_stamps_over_wraps(first: int, steps: list[int]) -> None:
    timeline = Timeline(first, 48_000, 0.0)
    total = 0
    for step in steps:
        total += step
        assert timeline.place((first + total) % 2**32) == total // 3


@pytest.mark.parametrize(("rate_hz", "ticks"), [(8_000, 160), (16_000, 320), (48_000, 960)])
def test_twenty_milliseconds_are_320_samples_on_every_clock(rate_hz: int, ticks: int) -> None:
    assert Timeline(0, rate_hz, 0.0).place(ticks) == 320


def test_a_jump_is_believed_within_the_jitter_of_bad_links() -> None:
    timeline = Timeline(0, 8_000, 10.0)
    assert timeline.believes(16_000, 11.4)
    assert timeline.believes(16_000, 10.6)
    assert not timeline.believes(16_000, 11.6)
    assert not timeline.believes(16_000, 10.4)


def test_after_a_long_pause_arrival_is_the_better_witness() -> None:
    timeline = Timeline(0, 8_000, 10.0)
    assert timeline.believes(1_600_000, 110.02)
    assert not timeline.believes(1_600_000, 110.04)


def test_arrival_anchors_an_unrelated_stamp() -> None:
    timeline = Timeline(0, 8_000, 10.0)
    timeline.rate_hz = 48_000
    assert timeline.anchor_by_arrival(999, 12.0, position=5_000) == 32_000
    assert timeline.place(999 + 48_000) == 48_000


def test_arrival_close_to_the_end_goes_on_there() -> None:
    timeline = Timeline(0, 8_000, 10.0)
    assert timeline.anchor_by_arrival(999, 11.015, position=16_000) == 16_000


def test_the_least_delayed_packet_sets_the_baseline_at_first() -> None:
    timeline = Timeline(0, 8_000, 10.0)
    timeline.observe(3_200, 10.05)
    assert timeline.due(10.05) == 3_200
    timeline.observe(6_400, 10.35)
    assert timeline.due(10.25) == pytest.approx(6_400, abs=5)


def test_the_baseline_follows_a_slow_clock_but_no_jump() -> None:
    timeline = Timeline(0, 8_000, 0.0)
    for second in range(1, 1001):
        timeline.observe(second * 16_000, second * 1.0002)
    assert timeline.due(1000.2) == pytest.approx(16_000_000, abs=200)
    before = timeline.due(1001.0)
    timeline.observe(16_000 * 1000, 1001.0)
    assert timeline.due(1001.0) == pytest.approx(before, abs=20)
