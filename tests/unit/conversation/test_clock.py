from datetime import UTC, datetime, timedelta

import pytest

from earwitness.conversation.clock import place

ZERO = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said_after_s", "placed_s"), [(None, 10.0), (9.2, 9.2), (15.0, 15.0), (15.1, 10.0), (-3600.0, 10.0)]
)
def test_a_client_clock_is_believed_within_five_seconds(said_after_s: float | None, placed_s: float) -> None:
    said_at = None if said_after_s is None else ZERO + timedelta(seconds=said_after_s)
    assert place(said_at, ZERO + timedelta(seconds=10), ZERO) == pytest.approx(placed_s)
