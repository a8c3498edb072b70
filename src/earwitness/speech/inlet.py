"""Audio on its way from a leg to the voice activity detector: bounded, in whole windows, in its place."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.speech.vad import WINDOW_SAMPLES

_TOLERANCE_SAMPLES = RATE_HZ // 100
"""Times that differ by 10 ms or less from the count of samples are rounding."""

_FILL_SAMPLES = RATE_HZ * 3 // 10
"""Gaps of up to 0.3 s are filled with silence, longer ones end the open segment."""

_MOST_SAMPLES = 2 * RATE_HZ
"""At most 2 s go on at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Contiguous samples for the detector."""

    start: int
    """In samples since the media started."""
    samples: Samples
    """Whole windows, but for the last one of a block that closes."""
    closes: bool
    """Whether the open segment ends behind these samples: a flush, a gap, the end of the audio."""


class Inlet:
    """The audio of one leg that hasn't been heard yet.

    Bound: when more than `most_s` seconds wait, the oldest go and are counted.
    """

    def __init__(self, most_s: float = 60.0) -> None:
        self._most = round(most_s * RATE_HZ)
        self._pieces: deque[tuple[int, Samples]] = deque()
        """Starts and samples in the order of media time; a piece without samples is the mark of a flush."""
        self._waiting = 0
        self._end: int | None = None
        """Of the audio pushed so far."""
        self._taken: int | None = None
        """End of the last block, if it didn't close."""
        self._ended = False
        self.dropped_s = 0.0
        """Seconds of audio dropped because too much waited."""
        self.misplaced_s = 0.0
        """Seconds of audio dropped because their time had passed already."""

    @property
    def waiting_s(self) -> float:
        """How much audio waits."""
        return self._waiting / RATE_HZ

    @property
    def exhausted(self) -> bool:
        """Whether all was taken and no more comes."""
        return self._ended and not self._pieces

    def push(self, audio: Pcm) -> None:
        """Append audio; what lies before the end of the audio so far is cut off."""
        if self._ended:
            return
        start, samples = self._place(round(audio.start_s * RATE_HZ), audio.samples)
        if len(samples):
            self._append(start, samples)
        while self._waiting > self._most:
            _, oldest = self._pieces.popleft()
            self._waiting -= len(oldest)
            self.dropped_s += len(oldest) / RATE_HZ

    def flush(self) -> None:
        """Close the block here."""
        if self._end is not None and not self._ended:
            self._pieces.append((self._end, np.zeros(0, np.int16)))

    def end(self) -> None:
        """Close the block here; no more audio comes."""
        self.flush()
        self._ended = True

    def take(self, least_s: float) -> Block | None:
        """Return the next samples; None while fewer than `least_s` wait and nothing closes them."""
        if not self._pieces:
            return None
        start = self._pieces[0][0]
        if self._taken is not None and start != self._taken:
            return self._block(self._taken, [], closes=True)
        gathered: list[Samples] = []
        end = start
        closes = False
        while self._pieces and end - start < _MOST_SAMPLES and not closes:
            closes = self._pieces[0][0] != end
            if not closes:
                _, samples = self._pieces.popleft()
                closes = not len(samples)
                gathered.append(samples)
                end += len(samples)
        if not closes:
            ready = end - start >= least_s * RATE_HZ
            whole = (end - start) // WINDOW_SAMPLES * WINDOW_SAMPLES if ready else 0
            samples = np.concatenate(gathered)
            if whole < len(samples):
                self._pieces.appendleft((start + whole, samples[whole:]))
            gathered = [samples[:whole]]
            if not whole:
                return None
        return self._block(start, gathered, closes=closes)

    def _block(self, start: int, pieces: list[Samples], *, closes: bool) -> Block:
        samples = np.concatenate([np.zeros(0, np.int16), *pieces])
        self._waiting -= len(samples)
        self._taken = None if closes else start + len(samples)
        return Block(start, samples, closes)

    def _place(self, start: int, samples: Samples) -> tuple[int, Samples]:
        """Return where the samples go, given where they claim to start, and those that have a place."""
        if self._end is None:
            return start, samples
        gap = start - self._end
        if abs(gap) <= _TOLERANCE_SAMPLES:
            return self._end, samples
        if gap < 0:
            self.misplaced_s += min(-gap, len(samples)) / RATE_HZ
            return self._end, samples[-gap:]
        if gap <= _FILL_SAMPLES:
            self._append(self._end, np.zeros(gap, np.int16))
        return start, samples

    def _append(self, start: int, samples: Samples) -> None:
        self._pieces.append((start, samples))
        self._waiting += len(samples)
        self._end = start + len(samples)
