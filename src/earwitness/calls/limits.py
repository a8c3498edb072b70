"""When a call ends by itself (sans-IO)."""

from dataclasses import dataclass
from typing import Literal

Breach = Literal["no_answer", "media_timeout", "idle_timeout", "too_long"]


@dataclass(frozen=True, slots=True)
class LimitValues:
    """Seconds; `idle_s` of −1 never ends a call."""

    answer_s: float = 60.0
    media_s: float = 30.0
    idle_s: float = 1800.0
    call_s: float = 4 * 3600.0


class Limits:
    """The clocks of one call. All times are monotonic seconds."""

    def __init__(self, values: LimitValues, now: float) -> None:
        self._values = values
        self._dialled_at = now
        self._answered_at: float | None = None
        self._media_at: float | None = None
        self._speech_at: float | None = None
        self._held = False

    def answered(self, now: float) -> None:
        """The far end took the call."""
        self._answered_at = self._media_at = self._speech_at = now

    def media(self, now: float) -> None:
        """Audio came, or a report on it."""
        if self._media_at is not None:
            self._media_at = max(self._media_at, now)

    def speech(self, now: float) -> None:
        """Somebody speaks."""
        if self._speech_at is not None:
            self._speech_at = max(self._speech_at, now)

    def hold(self, now: float, *, held: bool) -> None:
        """The far end holds the call (no media is expected) or resumes it."""
        if self._held and not held:
            self._media_at = now
        self._held = held

    def breach(self, now: float) -> Breach | None:
        """Return the limit that has been passed, if any."""
        values = self._values
        if self._answered_at is None or self._media_at is None or self._speech_at is None:
            return "no_answer" if now - self._dialled_at >= values.answer_s else None
        if now - self._answered_at >= values.call_s:
            return "too_long"
        if not self._held and now - self._media_at >= values.media_s:
            return "media_timeout"
        if values.idle_s >= 0 and now - self._speech_at >= values.idle_s:
            return "idle_timeout"
        return None
