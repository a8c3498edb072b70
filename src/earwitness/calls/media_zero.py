"""Where a conversation's media time begins."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


class MediaZero:
    """The instant of a conversation's media time 0, shared by its legs: the first audio of any brings it.

    The wall clock names that instant; from there on time is counted by the monotonic clock, as the wall clock
    may be set while somebody speaks.
    """

    __slots__ = ("_began_s", "_monotonic", "_wall", "at")

    def __init__(
        self, wall: Callable[[], datetime] = _utc_now, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.at: datetime | None = None
        self._began_s = 0.0
        """On the monotonic clock."""
        self._wall = wall
        self._monotonic = monotonic

    def begun(self, at: datetime) -> datetime:
        """Return the instant; it is `at` where it was not known."""
        if self.at is None:
            self.at = at
            self._began_s = self._monotonic() - (self._wall() - at).total_seconds()
        return self.at

    @property
    def now_s(self) -> float:
        """The present instant in media time; 0 before there is any."""
        return self._monotonic() - self._began_s if self.at is not None else 0.0

    def seconds_of(self, lately: datetime) -> float:
        """Return an instant that is not long ago, as the wall clock had it, in media time."""
        return self.now_s - (self._wall() - lately).total_seconds()
