"""One leg's audio as it leaves the decoder: contiguous pieces on the media clock."""

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples, is_quiet

_LONGEST_SILENCE = RATE_HZ
"""Silence goes out in pieces of at most a second, which share one array."""
_SILENCE: Samples = np.zeros(_LONGEST_SILENCE, np.int16)
_SILENCE.flags.writeable = False


class ContiguousOutput:
    """Collects samples and gives them out in pieces that each start exactly where the one before ended."""

    __slots__ = ("_concealed", "_end_s", "_parts", "_pieces", "concealed_samples", "position")

    def __init__(self) -> None:
        self.position = 0
        """Samples appended so far."""
        self.concealed_samples = 0
        self._end_s = 0.0
        # The end of each piece as the piece itself says it, so that the next begins at the same float. It
        # strays from position / RATE_HZ by less than a microsecond in hours.
        self._parts: list[Samples] = []
        self._concealed = False
        self._pieces: list[Pcm] = []

    def append(self, samples: Samples, *, concealed: bool = False) -> None:
        """Add audio."""
        if len(samples) == 0:
            return
        if concealed is not self._concealed:
            self._close_piece()
            self._concealed = concealed
        self._parts.append(samples)
        self.position += len(samples)
        if concealed:
            self.concealed_samples += len(samples)

    def append_silence(self, count: int, *, concealed: bool) -> None:
        """Add `count` samples of digital silence."""
        while count > 0:
            self.append(_SILENCE[:count], concealed=concealed)
            if count >= _LONGEST_SILENCE:
                self._close_piece()
            count -= _LONGEST_SILENCE

    def stretch(self, by: int) -> int:
        """Make the newest audio so many samples longer (shorter where negative) without a seam.

        Returns how many were added; 0 where all was taken already.
        """
        if not self._parts:
            return 0
        newest = self._parts[-1]
        count = max(1, len(newest) + by)
        places = np.linspace(0, len(newest) - 1, count)
        resampled = np.interp(places, np.arange(len(newest)), newest)
        return self._replace_newest(np.rint(resampled).astype(np.int16))

    def stretch_quiet(self, by: int, level: int) -> int:
        """Repeat or leave out the last `by` samples if the newest audio stays below `level`; else 0."""
        if not self._parts or len(self._parts[-1]) < abs(by) or not is_quiet(self._parts[-1], level):
            return 0
        newest = self._parts[-1]
        return self._replace_newest(newest[:by] if by < 0 else np.concatenate((newest, newest[-by:])))

    def take(self) -> list[Pcm]:
        """Fetch what was added since the last time, neighbours of one kind joined."""
        self._close_piece()
        pieces, self._pieces = self._pieces, []
        return pieces

    def _replace_newest(self, samples: Samples) -> int:
        added = len(samples) - len(self._parts.pop())
        if len(samples):
            self._parts.append(samples)
        self.position += added
        if self._concealed:
            self.concealed_samples += added
        return added

    def _close_piece(self) -> None:
        if not self._parts:
            return
        samples = self._parts[0] if len(self._parts) == 1 else np.concatenate(self._parts)
        piece = Pcm(samples, self._end_s, self._concealed)
        self._end_s = piece.end_s
        self._parts = []
        self._pieces.append(piece)
