"""When to try a failed delivery again."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential waits with jitter, and an end to patience."""

    first_s: float = 10.0
    """Wait after the first failure; doubles with each one."""
    ceiling_s: float = 3600.0
    patience_s: float = 3 * 86_400.0
    """A delivery that was queued longer ago than this is given up when it fails."""
    jitter: float = 0.2
    """Waits are spread evenly by this share to both sides, so that many do not come back at once."""

    def retry_at(self, attempts: int, created_at: datetime, now: datetime) -> datetime | None:
        """Return when to try again after a failure, or None to give up.

        Args:
            attempts: how many attempts had failed before this one.
            created_at: when the delivery was queued.
            now: the time of the failure.
        """
        if now - created_at >= timedelta(seconds=self.patience_s):
            return None
        # The exponent is bounded only to keep the number finite.
        wait_s = min(self.first_s * 2 ** min(attempts, 32), self.ceiling_s)
        return now + timedelta(seconds=wait_s * random.uniform(1 - self.jitter, 1 + self.jitter))
