import pytest

from earwitness.rtp.stats import Reception
from tests.unit.rtp.streams import tagged


def _reception(numbers: list[int], jitter_s: float = 0.0) -> Reception:
    reception = Reception(1)
    for number in numbers:
        late = jitter_s if number % 2 else 0.0
        reception.note(tagged(number, sequence=65_530), number * 0.02 + late, 8_000)
    return reception


def test_counts_wraps_and_losses() -> None:
    block = _reception([n for n in range(100) if n % 4 != 3] + [100]).report(8_000, 0, 0.0)
    assert block.highest_sequence == 65_530 + 100
    assert block.packets_lost == 25
    assert block.fraction_lost == (25 << 8) // 101


def test_a_report_tells_the_losses_since_the_one_before() -> None:
    reception = _reception([0, 2, 4, 6])
    assert reception.report(8_000, 0, 0.0).fraction_lost == (3 << 8) // 7
    for number in range(7, 20):
        reception.note(tagged(number, sequence=65_530), number * 0.02, 8_000)
    block = reception.report(8_000, 0x1234, 1.5)
    assert (block.fraction_lost, block.packets_lost) == (0, 3)
    assert (block.last_sr, block.delay_since_last_sr) == (0x1234, 98_304)


def test_copies_make_losses_negative() -> None:
    assert _reception([0, 1, 1, 1]).report(8_000, 0, 0.0).packets_lost == -2


def test_jitter_is_that_of_rfc_3550() -> None:
    steady = _reception(list(range(500)))
    assert steady.jitter_s == pytest.approx(0.0, abs=1e-9)
    # Every difference in transit is 10 ms.
    uneven = _reception(list(range(500)), jitter_s=0.010)
    assert uneven.jitter_s == pytest.approx(0.010, rel=0.01)
    assert uneven.report(8_000, 0, 0.0).jitter == pytest.approx(80, abs=1)


def test_a_pause_is_no_jitter() -> None:
    reception = _reception(list(range(50)))
    reception.note(tagged(50, sequence=65_530), 60.0, 8_000)
    assert reception.jitter_s == pytest.approx(0.0, abs=1e-9)
