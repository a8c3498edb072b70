"""How much this process takes at once."""

from dataclasses import dataclass

from earwitness.calls.seams import CallRefusedError
from earwitness.speech.stats import SpeechStats

UNMEASURED = 16
"""What is taken until the recogniser is loaded and measured, and where it can't be."""
_RETRY_AFTER_S = 10


class Capacity:
    """The most live legs at once: what was set, else what was measured."""

    def __init__(self, preset: int | None = None) -> None:
        self._preset = preset
        self.most = preset or UNMEASURED

    def measured(self, streams: int) -> None:
        """Take what the recogniser has room for; what was set stays."""
        self.most = self._preset or streams

    def has_room(self, load: int, legs: int) -> bool:
        """Tell whether there is room for so many legs more."""
        return load + legs <= self.most

    def check(self, load: int) -> None:
        """Refuse one more leg where there is no room.

        Raises:
            CallRefusedError: 429.
        """
        if not self.has_room(load, 1):
            raise CallRefusedError(
                429,
                f"this server hears {self.most} calls and streams at once and all are taken; "
                "try again when one has ended",
                _RETRY_AFTER_S,
            )


@dataclass(frozen=True, slots=True)
class ServerLoad:
    """How much the process has to do."""

    legs: int
    """Heard live now."""
    most_legs: int
    speech: SpeechStats | None
    """None where the recogniser does not measure itself, or is not loaded yet."""
