"""Times on the wire: ISO 8601, UTC, milliseconds."""

from datetime import UTC, datetime, timedelta


def iso(moment: datetime) -> str:
    """Return e.g. `2021-07-23T16:31:29.798Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_at(zero_at: datetime, at_s: float) -> str:
    """Return the instant `at_s` seconds after `zero_at`."""
    return iso(zero_at + timedelta(seconds=at_s))


def as_utc(moment: datetime) -> datetime:
    """Return a client's instant in UTC; one without a time zone is taken as UTC.

    Raises:
        ValueError: it is not between the years 1 and 9999 there.
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be between the years 1 and 9999 in UTC") from None
