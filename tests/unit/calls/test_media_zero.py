from datetime import UTC, datetime, timedelta

from earwitness.calls.media_zero import MediaZero

BEGAN_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Clocks:
    """A wall clock that may be set, and one that only goes on."""

    def __init__(self) -> None:
        self.wall = BEGAN_AT
        self.monotonic = 1000.0

    def go_on(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.monotonic += seconds


def test_time_goes_on_though_the_clock_is_set() -> None:
    clocks = Clocks()
    zero = MediaZero(lambda: clocks.wall, lambda: clocks.monotonic)
    assert (zero.at, zero.now_s) == (None, 0.0)
    clocks.go_on(2.0)
    assert zero.begun(BEGAN_AT) == BEGAN_AT, "audio that began a while ago"
    assert zero.now_s == 2.0
    clocks.go_on(3.0)
    clocks.wall += timedelta(hours=8)
    assert zero.now_s == 5.0
    arrived_at = clocks.wall
    clocks.go_on(0.5)
    assert zero.seconds_of(arrived_at) == 5.0
    assert zero.begun(clocks.wall) == BEGAN_AT
