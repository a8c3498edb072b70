"""When to try again."""

from datetime import UTC, datetime, timedelta

import pytest

from earwitness.delivery.backoff import Backoff

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "wait_s"), [(0, 10), (1, 20), (2, 40), (8, 2560), (9, 3600), (1000, 3600)]
)
def test_waits_double_up_to_an_hour(attempts: int, wait_s: int) -> None:
    assert Backoff(jitter=0).retry_at(attempts, NOW, NOW) == NOW + timedelta(seconds=wait_s)


def test_waits_are_spread_by_a_fifth() -> None:
    waits = [Backoff().retry_at(0, NOW, NOW) for _ in range(200)]
    seconds = [(at - NOW).total_seconds() for at in waits if at is not None]
    assert 8 <= min(seconds) < 9 < 11 < max(seconds) <= 12


def test_after_three_days_it_is_given_up() -> None:
    queued = NOW - timedelta(days=3)
    assert Backoff().retry_at(80, queued + timedelta(seconds=1), NOW) is not None
    assert Backoff().retry_at(80, queued, NOW) is None
