"""Times on the wire: ISO 8601, UTC, milliseconds."""

from datetime import UTC, datetime, timedelta


def iso(moment: datetime) -> str:
    """Return e.g. `2021-07-23T16:31:29.798Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_at(zero_at: datetime, at_s: float) -> str:
    """Return the instant `at_s` seconds after `zero_at`."""
    return iso(zero_at + timedelta(seconds=at_s))
