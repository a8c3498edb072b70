"""What lasts: music, noise, silence. Judged over five seconds at a time.

Music is what sounds, is not speech for the voice activity detector, and has steady lines that are others
after a while. Noise has none, or always the same (a hum). Somebody who speaks ends either.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earwitness.audio.pcm import RATE_HZ
from earwitness.conversation.sound import SoundKind
from earwitness.speech.lines import Steadiness
from earwitness.speech.progress import Told
from earwitness.speech.vad import WINDOW_SAMPLES

_WINDOW_S = WINDOW_SAMPLES / RATE_HZ
_SPAN = round(5.0 / _WINDOW_S)
_RECENT = round(2.5 / _WINDOW_S)

_SOUNDING_DB = -55.0
_MUSIC_SHARE = 0.7
"""Of the span sounds, and is no speech."""
_SPEECH_SHARE = 0.1
"""At most so much of the span is speech."""
_STEADY_SHARE = 0.12
"""At least so much of the lines' amplitude is steady."""
_ALIKE = 0.9
"""Steady lines in a third of the span that are so much like those in each other third are a hum."""
_NOISE_SHARE = 0.9
_NOISE_SPREAD_DB = 3.0
_NOISE_STEADY_SHARE = 0.06
_GONE_SHARE = 0.35
"""What sounds less of the last 2.5 s is over."""
_SPOKEN_SHARE = 0.5

_SILENT_DB = -60.0
_SILENCE_S = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """One hop of windows."""

    first: int
    """Number of the first window."""
    level_db: NDArray[np.float32]
    speech: NDArray[np.bool_]
    """Whether each window is speech."""
    steadiness: Steadiness

    @property
    def sounding(self) -> NDArray[np.bool_]:
        """What could be music or noise."""
        return (self.level_db > _SOUNDING_DB) & ~self.speech


class Surroundings:
    """Follows one stream."""

    def __init__(self) -> None:
        self._hops: deque[Heard] = deque()
        self._active: Told | None = None
        self._silent_from: int | None = None
        self._silence: Told | None = None

    @property
    def music(self) -> bool:
        """Whether music plays."""
        return self._active is not None and self._active.kind == "music"

    def take(self, heard: Heard, *, signal: bool) -> list[Told]:
        """Take the next hop; `signal` says that what sounds is a call progress tone."""
        self._hops.append(heard)
        while sum(len(hop.speech) for hop in self._hops) > _SPAN + len(heard.speech):
            self._hops.popleft()
        told = self._silent(heard)
        if self._active is not None:
            return told + self._ended()
        if not signal and (kind := self._lasting()) is not None:
            first = next(hop.first for hop in self._hops if hop.sounding.any())
            self._active = Told(kind, first * _WINDOW_S)
            told.append(self._active)
        return told

    def end(self, now_s: float) -> list[Told]:
        """No more audio follows."""
        open_ = [one for one in (self._active, self._silence) if one is not None]
        self._active = self._silence = None
        return [Told(one.kind, one.start_s, now_s) for one in open_]

    def _ended(self) -> list[Told]:
        """End what goes on when it is no longer heard."""
        assert self._active is not None, "nothing goes on"
        sounding = np.concatenate([hop.sounding for hop in self._hops])[-_RECENT:]
        speech = np.concatenate([hop.speech for hop in self._hops])[-_RECENT:]
        if sounding.mean() >= _GONE_SHARE and speech.mean() <= _SPOKEN_SHARE:
            return []
        heard = [
            hop.first + int(np.flatnonzero(hop.sounding)[-1]) for hop in self._hops if hop.sounding.any()
        ]
        end_s = (max(heard, default=self._hops[0].first) + 1) * _WINDOW_S
        told = Told(self._active.kind, self._active.start_s, max(end_s, self._active.start_s))
        self._active = None
        self._hops.clear()
        return [told]

    def _lasting(self) -> SoundKind | None:
        """Return what the whole span is."""
        speech = np.concatenate([hop.speech for hop in self._hops])
        if len(speech) < _SPAN or speech.mean() > _SPEECH_SHARE:
            return None
        sounding = np.concatenate([hop.sounding for hop in self._hops])
        if sounding.mean() < _MUSIC_SHARE:
            return None
        lines = np.concatenate([hop.steadiness.lines for hop in self._hops])[sounding].sum()
        steady = np.concatenate([hop.steadiness.steady for hop in self._hops])
        share = float(steady[sounding].sum() / max(lines, 1e-9))
        if share >= _STEADY_SHARE and _least_alike(steady) < _ALIKE:
            return "music"
        level = np.concatenate([hop.level_db for hop in self._hops])
        is_even = sounding.mean() >= _NOISE_SHARE and float(level[sounding].std()) < _NOISE_SPREAD_DB
        if is_even and (share < _NOISE_STEADY_SHARE or _least_alike(steady) >= _ALIKE):
            return "noise"
        return None

    def _silent(self, heard: Heard) -> list[Told]:
        silent = (heard.level_db < _SILENT_DB) & ~heard.speech
        end_s = (heard.first + len(silent)) * _WINDOW_S
        if silent.all():
            if self._silent_from is None:
                self._silent_from = heard.first
            if self._silence is None and end_s - self._silent_from * _WINDOW_S >= _SILENCE_S:
                self._silence = Told("silence", self._silent_from * _WINDOW_S)
                return [self._silence]
            return []
        self._silent_from = None
        silence, self._silence = self._silence, None
        at_s = (heard.first + int(np.flatnonzero(~silent)[0])) * _WINDOW_S
        return [] if silence is None else [Told("silence", silence.start_s, at_s)]


def _least_alike(steady: NDArray[np.float32]) -> float:
    """Return how alike the steady lines are in those two thirds of the time in which they are least so."""
    thirds = [third.sum(axis=0) for third in np.array_split(steady, 3)]
    # A line on the border of two bins is in either.
    broad = [np.convolve(third, (1, 1, 1), "same") for third in thirds]
    norms = [float(np.linalg.norm(one)) for one in broad]
    return min(
        float(broad[one] @ broad[other]) / max(norms[one] * norms[other], 1e-12)
        for one, other in ((0, 1), (1, 2), (0, 2))
    )
