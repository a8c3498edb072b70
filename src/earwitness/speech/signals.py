"""Tones that stand alone: keys, beeps, faxes, and the three tones ahead of an announcement."""

import itertools
from collections import deque
from collections.abc import Callable, Sequence

from earwitness.conversation.sound import SoundKind
from earwitness.speech.keys import key_of
from earwitness.speech.progress import Told
from earwitness.speech.tones import Tone

_BEEP_S = (0.12, 1.6)
_BEEP_HZ = (380.0, 2100.0)
_BEEP_QUIET_S = 0.35
"""Nothing tonal may follow a beep for so long …"""
_LOW_BEEP_QUIET_S = 1.0
"""… or for so long, when it could be the first tone of a busy signal."""
_LOW_HZ = 505.0
_INTERRUPTING_S = 0.12

_SPECIAL_HZ = (950, 1400, 1800)
"""ITU-T E.180 § 7.2; North America uses four more that are near them."""
_SPECIAL_WITHIN_HZ = 60.0
_SPECIAL_S = (0.2, 0.5)
_SPECIAL_GAP_S = 0.15

_CALLING_FAX_HZ = 1100
_CALLING_FAX_WITHIN_HZ = 38.0
"""ITU-T T.30 § 4.3.2: half a second each three."""
_CALLING_FAX_S = (0.4, 0.6)
_CALLED_FAX_HZ = 2100
_CALLED_FAX_WITHIN_HZ = 20.0
_CALLED_FAX_S = 1.6
_CALLED_S = 10.0
"""A tone of 1100 Hz within this of speech is a beep."""


class Signals:
    """Follows the tones of one stream.

    `isolated` says of a tone whether what comes right before and after it is quiet, or speech.
    """

    def __init__(self, isolated: Callable[[Tone], bool]) -> None:
        self._isolated = isolated
        self._last: deque[Tone] = deque(maxlen=3)
        self._candidate: tuple[Tone, float] | None = None
        """What may be a beep, and when somebody had spoken last before it."""

    def take(
        self, ended: Sequence[Tone], current: Tone | None, now_s: float, spoke_s: float, *, busy: bool
    ) -> list[Told]:
        """Take the tones that ended, the one that is on, when somebody spoke last, and whether a call
        progress tone or music goes on."""
        told: list[Told] = []
        for tone in ended:
            key = key_of(tone)
            if key is not None:
                told.append(Told("dtmf", tone.start_s, tone.end_s, key))
                self._candidate = None
            elif tone.length_s >= _INTERRUPTING_S:
                self._last.append(tone)
                told += self._judge(tone, spoke_s)
        if busy or (current is not None and current.length_s >= _INTERRUPTING_S):
            self._candidate = None
        elif self._candidate is not None:
            tone, before_s = self._candidate
            low = max(tone.hertz) <= _LOW_HZ
            if now_s - tone.end_s >= (_LOW_BEEP_QUIET_S if low else _BEEP_QUIET_S):
                self._candidate = None
                if self._isolated(tone):
                    told.append(Told(_kind(tone, before_s), tone.start_s, tone.end_s))
        return told

    def _judge(self, tone: Tone, spoke_s: float) -> list[Told]:
        self._candidate = None
        if self._is_special():
            first = self._last[0]
            self._last.clear()
            return [Told("special_information", first.start_s, tone.end_s)]
        if tone.is_at(_CALLED_FAX_HZ, within_hz=_CALLED_FAX_WITHIN_HZ) and tone.length_s >= _CALLED_FAX_S:
            return [Told("fax", tone.start_s, tone.end_s)]
        is_single = len(tone.hertz) == 1 and _BEEP_HZ[0] <= tone.hertz[0] <= _BEEP_HZ[1]
        if is_single and _BEEP_S[0] <= tone.length_s <= _BEEP_S[1]:
            self._candidate = tone, spoke_s
        return []

    def _is_special(self) -> bool:
        if len(self._last) < 3:
            return False
        tones = tuple(self._last)
        gaps = [after.start_s - before.end_s for before, after in itertools.pairwise(tones)]
        return max(gaps) <= _SPECIAL_GAP_S and all(
            tone.is_at(hertz, within_hz=_SPECIAL_WITHIN_HZ)
            and _SPECIAL_S[0] <= tone.length_s <= _SPECIAL_S[1]
            for tone, hertz in zip(tones, _SPECIAL_HZ, strict=True)
        )


def _kind(tone: Tone, spoke_s: float) -> SoundKind:
    calling = tone.is_at(_CALLING_FAX_HZ, within_hz=_CALLING_FAX_WITHIN_HZ)
    in_time = _CALLING_FAX_S[0] <= tone.length_s <= _CALLING_FAX_S[1]
    return "fax" if calling and in_time and tone.start_s - spoke_s > _CALLED_S else "beep"
