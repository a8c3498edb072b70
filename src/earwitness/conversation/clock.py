"""Placing what clients say on a conversation's clock."""

from datetime import datetime, timedelta

MOST_SKEW_S = 5.0
"""A client clock that is further off than this is not believed."""


def place(said_at: datetime | None, arrived_at: datetime, zero_at: datetime) -> float:
    """Return the seconds since `zero_at` at which something happened that a client reported.

    The client's own timestamp counts, unless it differs from the arrival by more than `MOST_SKEW_S`;
    then the arrival does.
    """
    happened_at = arrived_at
    if said_at is not None and abs(said_at - arrived_at) <= timedelta(seconds=MOST_SKEW_S):
        happened_at = said_at
    return (happened_at - zero_at).total_seconds()
