import pytest

from earwitness.calls.capacity import UNMEASURED, Capacity
from earwitness.calls.seams import CallRefusedError


def test_what_was_measured_counts_unless_it_was_set() -> None:
    measured, preset = Capacity(), Capacity(3)
    assert (measured.most, preset.most) == (UNMEASURED, 3)
    for capacity in (measured, preset):
        capacity.measured(40)
    assert (measured.most, preset.most) == (40, 3)


def test_a_full_server_says_when_to_try_again() -> None:
    capacity = Capacity(2)
    capacity.check(1)
    with pytest.raises(CallRefusedError, match="2 calls and streams at once") as refused:
        capacity.check(2)
    assert (refused.value.status, refused.value.retry_after_s) == (429, 10)
