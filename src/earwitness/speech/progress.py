"""Call progress tones: what a network says by how long its tones are on and off (ITU-T E.180 and its list).

Networks differ in frequency and time, but not in this: a ringing tone is on for a second or two, or twice for
0.4 s, and off for longer; a busy tone is on and off for about half a second each; congestion (fast busy) goes
twice as fast or limps; a dial tone goes on.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from earwitness.conversation.sound import SoundKind
from earwitness.speech.tones import Tone

_Family = Literal["low", "high", "dial"]

_RING_S = 0.85
"""A single low tone this long is ringing …"""
_RING_QUIET_S = 0.7
"""… when so long nothing follows it."""
_DOUBLE_RING_QUIET_S = 1.0
_RING_OFF_S = 1.2
_ONE_BURST_S = (0.14, 0.8)
_FAST_PERIOD_S = 0.65
_LIMP_S = 0.1
_DIAL_S = {"low": 3.0, "dial": 1.5}
_AFTER_SPEECH_S = 2.0
"""A single low tone so soon after speech is a beep."""
_PATIENCE_S: dict[SoundKind, float] = {"ringing": 6.5, "busy": 1.2, "congestion": 1.2, "dial_tone": 0.0}
"""How long after its last tone a signal may go on."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sound that began, or with an end that is over."""

    kind: SoundKind
    start_s: float
    end_s: float | None = None
    key: str | None = None


class CallProgress:
    """Follows the tones of one stream.

    `isolated` says of a tone whether what comes right before and after it is quiet, or speech: notes of music
    are not.
    """

    def __init__(self, isolated: Callable[[Tone], bool]) -> None:
        self._isolated = isolated
        self._bursts: deque[Tone] = deque(maxlen=3)
        self._active: Told | None = None
        self._last_end_s = 0.0

    @property
    def active(self) -> bool:
        """Whether a signal goes on."""
        return self._active is not None

    def take(self, ended: Sequence[Tone], current: Tone | None, now_s: float, spoke_s: float) -> list[Told]:
        """Take the tones that ended, the one that is on, and when somebody spoke last."""
        told: list[Told] = []
        for tone in ended:
            family = _family(tone)
            if family is None or tone.length_s < _ONE_BURST_S[0]:
                continue
            told += self._over(tone.start_s)
            if self._bursts and _family(self._bursts[-1]) != family:
                told += self.end()
            self._bursts.append(tone)
            self._last_end_s = tone.end_s
            told += self._tell(self._rhythm(family))
        told += self._lasting(current)
        on = current is not None and _family(current) is not None
        if not on:
            told += self._tell(self._after_quiet(now_s, spoke_s))
            told += self._over(now_s)
            if spoke_s > self._last_end_s:
                told += self.end()
        return told

    def end(self) -> list[Told]:
        """Nothing of what goes on can be heard any more."""
        active, self._active = self._active, None
        self._bursts.clear()
        return [] if active is None else [Told(active.kind, active.start_s, self._last_end_s)]

    def _over(self, now_s: float) -> list[Told]:
        patience_s = _PATIENCE_S[self._active.kind] if self._active else _PATIENCE_S["ringing"]
        return self.end() if now_s - self._last_end_s > patience_s else []

    def _tell(self, kind: SoundKind | None) -> list[Told]:
        if kind is None:
            return []
        self._active = Told(kind, self._bursts[0].start_s)
        return [self._active]

    def _lasting(self, current: Tone | None) -> list[Told]:
        if current is None or self._active is not None:
            return []
        least_s = _DIAL_S.get(_family(current) or "")
        if least_s is None or current.length_s < least_s:
            return []
        self._bursts.clear()
        self._bursts.append(current)
        self._last_end_s = current.end_s
        return self._tell("dial_tone")

    def _rhythm(self, family: _Family) -> SoundKind | None:
        """Return what the last three tones are."""
        if len(self._bursts) < 3 or family == "dial" or self._active is not None:
            return None
        first, second, third = self._bursts
        if not (self._isolated(first) and self._isolated(second)):
            return None
        on = [tone.length_s for tone in self._bursts]
        off = [second.start_s - first.end_s, third.start_s - second.end_s]
        if max(off) >= _RING_OFF_S:
            return "ringing" if family == "low" else None
        if not all(_ONE_BURST_S[0] <= time_s <= _ONE_BURST_S[1] for time_s in (*on, *off)):
            return None
        limps = max(on) - min(on) > _LIMP_S
        period_s = (third.start_s - first.start_s) / 2
        return "congestion" if limps or period_s < _FAST_PERIOD_S else "busy"

    def _after_quiet(self, now_s: float, spoke_s: float) -> SoundKind | None:
        """Return what the last one or two tones are, once it is quiet for long enough."""
        if not self._bursts or self._active is not None or _family(self._bursts[-1]) != "low":
            return None
        first, last = self._bursts[0], self._bursts[-1]
        quiet_s = now_s - last.end_s
        if first is last:
            is_ring = last.length_s >= _RING_S and last.start_s - spoke_s > _AFTER_SPEECH_S
            is_over = quiet_s >= _RING_QUIET_S
        else:
            is_ring = max(first.length_s, last.length_s) < 0.5 and last.start_s - first.end_s < 0.35
            is_over = quiet_s >= _DOUBLE_RING_QUIET_S
        return "ringing" if is_ring and is_over and self._isolated(first) and self._isolated(last) else None


def _family(tone: Tone) -> _Family | None:
    """Return which tones may make one signal together."""
    if all(375 <= one <= 505 for one in tone.hertz):
        return "low"
    if tone.is_at(480, 620, within_hz=15):
        return "high"
    if tone.is_at(350, 440, within_hz=15) or tone.is_at(350, 450, within_hz=15):
        return "dial"
    return None
