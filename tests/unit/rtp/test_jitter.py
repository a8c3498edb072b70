from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from earwitness.rtp.jitter import Arrival, JitterBuffer, Lost
from tests.unit.rtp.streams import tagged


def _items(released: Iterable[Arrival | Lost]) -> list[int | Lost]:
    return [item if isinstance(item, Lost) else item.packet.timestamp // 160 for item in released]


def _push(buffer: JitterBuffer, *numbers: int, at: float = 0.0) -> None:
    for number in numbers:
        buffer.push(tagged(number), at)


def test_packets_in_order_are_released_at_once() -> None:
    buffer = JitterBuffer(8_000)
    for number in range(3):
        _push(buffer, number, at=number * 0.02)
        assert _items(buffer.pop(number * 0.02)) == [number]


def test_waits_for_a_missing_packet() -> None:
    buffer = JitterBuffer(8_000)
    _push(buffer, 0, 2)
    assert _items(buffer.pop(0.0)) == [0]
    _push(buffer, 1, at=0.03)
    assert _items(buffer.pop(0.03)) == [1, 2]
    assert buffer.lost == 0


def test_gives_a_packet_up_when_the_stream_has_gone_on() -> None:
    buffer = JitterBuffer(8_000, reorder_wait_s=0.06)
    _push(buffer, 0, 2, 3, 4)
    assert _items(buffer.pop(0.0)) == [0]
    _push(buffer, 5)
    assert _items(buffer.pop(0.0)) == [Lost(1), 2, 3, 4, 5]


def test_gives_a_packet_up_when_its_time_has_passed() -> None:
    buffer = JitterBuffer(8_000, reorder_wait_s=0.06)
    _push(buffer, 0, 3)
    assert _items(buffer.pop(0.059)) == [0]
    assert _items(buffer.pop(0.061)) == [Lost(2), 3]
    assert buffer.lost == 2


def test_a_burst_after_a_stall_loses_nothing() -> None:
    buffer = JitterBuffer(8_000)
    _push(buffer, 0)
    _push(buffer, *range(2, 30), 1, *range(30, 40), at=0.7)
    assert _items(buffer.pop(0.7)) == list(range(40))


def test_the_wait_grows_with_what_late_packets_needed_and_goes_back() -> None:
    buffer = JitterBuffer(8_000, reorder_wait_s=0.06)
    _push(buffer, 0, 2, at=0.0)
    assert _items(buffer.pop(0.07)) == [0, Lost(1), 2]
    _push(buffer, 1, at=0.14)
    _push(buffer, 4, at=0.2)
    assert _items(buffer.pop(0.33)) == []
    _push(buffer, 3, at=0.33)
    assert _items(buffer.pop(0.33)) == [3, 4]
    _push(buffer, 6, at=200.0)
    assert _items(buffer.pop(200.07)) == [Lost(1), 6]
    # Nobody is waited for without end.
    _push(buffer, 5, at=203.0)
    _push(buffer, 8, at=203.0)
    assert buffer.waiting_since == 203.0
    assert _items(buffer.pop(203.21)) == [Lost(1), 8]
    assert buffer.waiting_since is None


def test_late_packets_are_no_copies() -> None:
    buffer = JitterBuffer(8_000)
    _push(buffer, 0, 2)
    buffer.pop(1.0)
    _push(buffer, 1, 1, 2, 0, at=1.0)
    assert (buffer.late, buffer.duplicates) == (1, 3)
    assert buffer.pop(2.0) == []


def test_copies_of_waiting_packets_are_dropped() -> None:
    buffer = JitterBuffer(8_000)
    _push(buffer, 0, 2, 2)
    assert buffer.duplicates == 1
    assert _items(buffer.pop(1.0)) == [0, Lost(1), 2]


def test_a_far_packet_changes_nothing_and_two_in_a_row_restart() -> None:
    buffer = JitterBuffer(8_000)
    _push(buffer, 0, 20_000, 1)
    assert _items(buffer.pop(0.0)) == [0, 1]
    _push(buffer, 20_000, 20_001, 20_002)
    assert _items(buffer.pop(0.0)) == [20_000, 20_001, 20_002]
    assert buffer.lost == 0


def test_a_full_buffer_gives_the_gap_up() -> None:
    buffer = JitterBuffer(8_000, reorder_wait_s=1e9, capacity=4)
    _push(buffer, 0, *range(2, 7))
    assert _items(buffer.pop(0.0)) == [0, Lost(1), *range(2, 7)]


def test_what_nobody_fetches_is_dropped_from_the_oldest_end() -> None:
    buffer = JitterBuffer(8_000, capacity=4)
    _push(buffer, *range(10))
    assert _items(buffer.pop(0.0)) == list(range(2, 10))
    assert buffer.overflowed == 2


def test_drain_waits_for_nothing_and_forgets_the_order() -> None:
    buffer = JitterBuffer(8_000)
    _push(buffer, 5, 7)
    assert _items(buffer.drain()) == [5, Lost(1), 7]
    _push(buffer, 2)
    assert _items(buffer.pop(0.0)) == [2]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.floats(0, 0.2)), max_size=80),
    st.integers(0, 0xFFFF),
    st.floats(0.01, 0.2),
)
def test_order_is_kept_and_nothing_comes_twice(
    arrivals: list[tuple[int, float]], first: int, wait_s: float
) -> None:
    buffer = JitterBuffer(8_000, reorder_wait_s=wait_s)
    released: list[int | Lost] = []
    now = 0.0
    for number, passed_s in arrivals:
        now += passed_s
        buffer.push(tagged(number, sequence=first), now)
        released += _items(buffer.pop(now))
    released += _items(buffer.drain())
    expected = arrivals[0][0] if arrivals else 0
    played = 0
    for item in released:
        if isinstance(item, Lost):
            expected += item.count
        else:
            assert item == expected
            expected += 1
            played += 1
    assert played + buffer.late + buffer.duplicates == len(arrivals)
