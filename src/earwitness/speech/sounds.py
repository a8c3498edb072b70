"""What is not speech in one stream: tones, keys, beeps, music, noise, silence.

Judged eight windows (0.26 s) at a time, counted from where the audio begins, beside the voice activity
detector and with its probabilities. It costs about a quarter of that detector.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.conversation.sound import Sound
from earwitness.speech.lines import Lines
from earwitness.speech.progress import CallProgress, Told
from earwitness.speech.signals import Signals
from earwitness.speech.spectrum import Spectra, decibels
from earwitness.speech.surroundings import Heard, Surroundings
from earwitness.speech.tones import Tone, Tones
from earwitness.speech.vad import WINDOW_SAMPLES, Probabilities

HOP_WINDOWS = 8

_WINDOW_S = WINDOW_SAMPLES / RATE_HZ
_HISTORY = 512
"""Windows (16 s) that are remembered: no segment is longer."""

_SPEECH = 0.3
"""A window of this probability is taken for speech."""
_SURE = 0.55
_SURE_WINDOWS = 3
"""So many of a hop are surely speech."""

_LEVEL_LOW = 3
"""Levels count from 47 Hz."""

_ISOLATED_DB = 15.0
"""What is so much quieter than a tone is silence beside it."""

_WEAK = ((0.36, 0.15), (0.5, 0.3))
"""Mean probabilities of speech, and the steady part of the lines that makes a segment so weak music."""

_BEFORE = 16
_AFTER = 19
"""Windows around it that tell whether what was taken for speech is music."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was found once so many samples of the media had been judged."""

    position: int
    sound: Sound


class SoundDetector:
    """Follows one stream."""

    def __init__(self, leg: str) -> None:
        self._leg = leg
        self._origin = 0
        """Where the audio begins that is not interrupted, in samples."""
        self._samples: list[Samples] = []
        self._probabilities: list[Probabilities] = []
        self._waiting = 0
        """Windows that do not make up a hop yet."""
        self._forget()
        self._is_closed = True
        """Whether the audio that comes next has nothing to do with the last."""

    def _forget(self) -> None:
        self._is_closed = False
        self._spectra = Spectra()
        self._lines = Lines()
        self._tones = Tones()
        self._progress = CallProgress(self._is_isolated)
        self._signals = Signals(self._is_isolated)
        self._surroundings = Surroundings()
        self._windows = 0
        """Judged since the origin."""
        self._spoke_s = -1e9
        self._speech = np.zeros(_HISTORY, np.float32)
        self._level_db = np.full(_HISTORY, -120, np.float32)
        self._line_sums = np.zeros(_HISTORY, np.float32)
        self._steady_sums = np.zeros(_HISTORY, np.float32)
        self._music = np.zeros(_HISTORY, np.float32)

    def take(self, start: int, samples: Samples, probabilities: Probabilities) -> list[Noticed]:
        """Take the next windows: samples at position `start`, and the probability of speech in each 512.

        They follow on the last ones; only after `close` may `start` be anywhere later.
        """
        if self._is_closed and len(probabilities):
            self._forget()
            self._origin = start
        noticed: list[Noticed] = []
        at = 0
        while at < len(probabilities):
            count = min(HOP_WINDOWS - self._waiting, len(probabilities) - at)
            self._samples.append(samples[at * WINDOW_SAMPLES : (at + count) * WINDOW_SAMPLES])
            self._probabilities.append(probabilities[at : at + count])
            self._waiting += count
            at += count
            if self._waiting == HOP_WINDOWS:
                noticed += self._hop()
        return noticed

    def close(self) -> list[Noticed]:
        """The audio is interrupted here: end all that goes on."""
        noticed = self._hop() if self._waiting else []
        now_s = self._windows * _WINDOW_S
        told = self._progress.take(self._tones.end(), None, now_s, self._spoke_s)
        told += self._progress.end() + self._surroundings.end(now_s)
        self._is_closed = True
        return [*noticed, *(self._place(one) for one in told)]

    def hops(self, start: int, count: int) -> Iterator[int]:
        """Give the positions at which hops end among `count` samples from `start`, and where these end."""
        hop = HOP_WINDOWS * WINDOW_SAMPLES
        at = start + hop - (start - self._origin) % hop
        while at < start + count:
            yield at
            at += hop
        yield start + count

    def is_music(self, start_s: float, speech_end_s: float, position: int) -> bool:
        """Return whether what was taken for speech is music or a tone, as far as it is known at a position.

        The voice activity detector is seldom sure of it then, and its lines are steady, as they are around
        it. Weak speech has few steady lines, and speech over music is surer.
        """
        # Only whole hops before the one that the position is in: never what happens to be known already.
        windows = -(-(position - self._origin) // WINDOW_SAMPLES)
        known = max(windows - 1, 0) // HOP_WINDOWS * HOP_WINDOWS
        start, end = (
            round(at_s * RATE_HZ - self._origin) // WINDOW_SAMPLES for at_s in (start_s, speech_end_s)
        )
        if known <= start:
            return False
        mean = float(self._of(self._speech, start, min(end, known)).mean())
        enough = next((share for most, share in _WEAK if mean <= most), None)
        if enough is None:
            return False
        first, last = start - _BEFORE, min(end + _AFTER, known)
        lines = float(self._of(self._line_sums, first, last).sum())
        share = float(self._of(self._steady_sums, first, last).sum()) / max(lines, 1e-9)
        return share >= enough or bool(self._of(self._music, known - 1, known)[0])

    def _hop(self) -> list[Noticed]:
        samples = np.concatenate(self._samples)
        probabilities = np.concatenate(self._probabilities)
        count = len(probabilities)
        if len(samples) < count * WINDOW_SAMPLES:
            samples = np.concatenate((samples, np.zeros(count * WINDOW_SAMPLES - len(samples), np.int16)))
        self._samples, self._probabilities, self._waiting = [], [], 0
        first = self._windows
        self._windows += count
        now_s = self._windows * _WINDOW_S

        speech = probabilities >= _SPEECH
        power = self._spectra.take(samples)
        level_db = decibels(power[:, _LEVEL_LOW:].sum(axis=1))
        steadiness = self._lines.take(power)
        ended = self._tones.take(first, power)
        places = np.arange(first, self._windows) % _HISTORY
        self._speech[places] = probabilities
        self._level_db[places] = level_db
        self._line_sums[places] = steadiness.lines
        self._steady_sums[places] = steadiness.steady.sum(axis=1)
        sure = np.flatnonzero(probabilities >= _SURE)
        if len(sure) >= _SURE_WINDOWS:
            self._spoke_s = (first + int(sure[-1]) + 1) * _WINDOW_S

        current = self._tones.current
        told = self._surroundings.take(
            Heard(first, level_db, speech, steadiness), signal=self._progress.active
        )
        if self._surroundings.music:
            told += self._progress.end()
        else:
            told += self._progress.take(ended, current, now_s, self._spoke_s)
        in_the_way = self._progress.active or self._surroundings.music
        told += self._signals.take(ended, current, now_s, self._spoke_s, busy=in_the_way)
        self._music[places] = self._surroundings.music
        return [self._place(one) for one in told]

    def _is_isolated(self, tone: Tone) -> bool:
        """Return whether what is right before and after a tone is speech, or far quieter."""
        start, end = round(tone.start_s / _WINDOW_S), round(tone.end_s / _WINDOW_S)
        for first, last in ((start - 5, start - 1), (end + 2, end + 8)):
            if last <= 0 or first >= self._windows:
                continue
            quiet = self._of(self._level_db, first, last) < tone.level_db - _ISOLATED_DB
            if not (quiet | (self._of(self._speech, first, last) >= _SPEECH)).mean() >= 0.75:
                return False
        return True

    @property
    def _position(self) -> int:
        return self._origin + self._windows * WINDOW_SAMPLES

    def _place(self, told: Told) -> Noticed:
        origin_s = self._origin / RATE_HZ
        end_s = None if told.end_s is None else told.end_s + origin_s
        return Noticed(self._position, Sound(self._leg, told.kind, told.start_s + origin_s, end_s, told.key))

    def _of(self, history: Probabilities, first: int, last: int) -> Probabilities:
        """Return what is remembered of the windows from `first` up to `last`; at least one of them."""
        last = min(max(last, 1), self._windows)
        first = min(max(first, 0, self._windows - _HISTORY), last - 1)
        return history[np.arange(first, last) % _HISTORY]
