"""Where speech starts and ends: audio and speech probabilities in, segments out.

Segments depend on the audio and its media time alone, never on when or in how large pieces it arrives.

A segment opens when speech gets probable (`start_probability`, at least `min_speech_s` of it) and at some
moment nearly sure (`sure_probability`): noise seldom gets there. It begins where speech got probable.

It closes by silence, every window of it below `end_probability`. At `pause_s` of it the segment is told as
paused, so that its text can be made ready; at `end_silence_s` the segmenter asks whether that text may be
all, and waits for the answer (`settle`): then it closes, else at `hesitation_s`. The longer the segment is
beyond `long_s`, the sooner it asks, and the shorter a silence closes it unasked; when it gets `max_s` long
all the same, it is cut at the quietest point of its end. Its audio reaches a little beyond the speech on both
sides, but never into a neighbour's.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.speech.vad import WINDOW_SAMPLES, Probabilities


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The measures of a segment; `tests/bench/bare_recognizer.py` shows how many words they lose."""

    start_probability: float = 0.3
    sure_probability: float = 0.55
    doubt_s: float = 4.0
    """How far back a segment may begin from where it got sure."""
    end_probability: float = 0.12
    min_speech_s: float = 0.096
    pause_s: float = 0.2
    end_silence_s: float = 0.384
    hesitation_s: float = 0.8
    pad_before_s: float = 0.2
    pad_after_s: float = 0.1
    long_s: float = 6.0
    least_end_silence_s: float = 0.1
    """What closes a segment that is nearly `max_s` long."""
    max_s: float = 14.0
    cut_s: float = 4.0
    """How far from its end a segment of `max_s` may be cut."""

    def __post_init__(self) -> None:
        if not 0.2 <= self.cut_s < self.max_s or not self.long_s < self.max_s:
            raise ValueError(f"a segment of at most {self.max_s} s can't be cut so: {self}")
        if not self.pad_after_s <= self.pause_s <= self.end_silence_s <= self.hesitation_s:
            raise ValueError(f"silences must come in order: {self}")

    def asking_silence_s(self, length_s: float) -> float:
        """Return after how much silence a complete text closes a segment of a given length."""
        over = max(length_s - self.long_s, 0.0) / (self.max_s - self.long_s)
        return self.end_silence_s + min(over, 1.0) * (self.pause_s - self.end_silence_s)

    def closing_silence_s(self, length_s: float) -> float:
        """Return how much silence closes a segment of a given length, whatever its text."""
        over = max(length_s - self.long_s, 0.0) / (self.max_s - self.long_s)
        return self.hesitation_s + over * min(self.least_end_silence_s - self.hesitation_s, 0.0)


PATIENT = Segmentation(pause_s=1.2, end_silence_s=1.2, hesitation_s=2.0, long_s=8.0)
"""For speech that nobody waits for: hesitation joins, so that sentences are decoded whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A stretch of speech with its audio; all times are seconds on the leg's media clock."""

    samples: Samples
    start_s: float
    """Of the samples."""
    end_s: float
    """Of the samples."""
    speech_start_s: float
    speech_end_s: float


@dataclass(frozen=True, slots=True)
class SegmentOpened:
    """Speech began."""

    at_s: float


@dataclass(frozen=True, slots=True)
class SegmentClosed:
    """The segment that was opened last is complete."""

    segment: Segment


@dataclass(frozen=True, slots=True)
class SegmentPaused:
    """Its speech may be over: if it is, this is the segment, to the last sample."""

    segment: Segment


@dataclass(frozen=True, slots=True)
class MayClose:
    """Is what the segment that paused last says complete? `Segmenter.settle` takes the answer."""


SegmentEvent = SegmentOpened | SegmentPaused | MayClose | SegmentClosed


@dataclass(slots=True, eq=False)
class _Window:
    start: int
    samples: Samples
    probability: float

    @property
    def end(self) -> int:
        return self.start + len(self.samples)


@dataclass(slots=True)
class _Speech:
    """Speech that goes on; a candidate until there is enough of it. All counts are in samples."""

    start: int
    end: int
    audio_start: int
    voiced: int = 0
    peak: float = 0.0
    """The highest probability so far."""
    is_open: bool = False
    has_paused: bool = False
    """Whether the present silence was told."""
    is_complete: bool | None = None
    """Whether the text before the present silence is, once that was asked."""

    def goes_on_to(self, end: int) -> None:
        """Take a window of speech."""
        self.end = end
        self.has_paused = False
        self.is_complete = None


class Segmenter:
    """Finds the segments of one leg. Positions are in samples since the media started."""

    def __init__(self, segmentation: Segmentation | None = None) -> None:
        self._measures = segmentation or Segmentation()
        self._windows: deque[_Window] = deque()
        self._speech: _Speech | None = None
        self._floor = 0
        """Where the audio of the next segment may start at the earliest."""
        self._end = 0

    @property
    def is_open(self) -> bool:
        """Whether a segment is open."""
        return self._speech is not None and self._speech.is_open

    @property
    def silence_s(self) -> float:
        """How long ago the last speech of the open segment was; 0 when none is open."""
        if self._speech is None or not self._speech.is_open:
            return 0.0
        return (self._end - self._speech.end) / RATE_HZ

    @property
    def at_s(self) -> float:
        """How far the leg has been heard."""
        return self._end / RATE_HZ

    @property
    def settled_s(self) -> float:
        """No segment that opens from now on begins before this."""
        return (self._end if self._speech is None else self._speech.start) / RATE_HZ

    def settle(self, *, is_complete: bool) -> None:
        """Answer `MayClose`, before the iteration goes on."""
        if self._speech is not None:
            self._speech.is_complete = is_complete

    def push(self, start: int, samples: Samples, probabilities: Probabilities) -> Iterator[SegmentEvent]:
        """Take the next windows: samples at position `start` and a probability for each 512 of them.

        They follow on the last ones; only after `close` may `start` be anywhere later. The windows are taken
        as the iteration goes on, which must be to its end; a `MayClose` without an answer means that there
        is no text to tell, so that the silence alone counts.

        Raises:
            ValueError: the number of probabilities doesn't fit the samples, or there is a gap.
        """
        if len(probabilities) != -(-len(samples) // WINDOW_SAMPLES):
            raise ValueError(f"{len(probabilities)} probabilities for {len(samples)} samples")
        if self._windows and start != self._end:
            raise ValueError(f"audio goes on at sample {start}, not at {self._end}")
        return self._push(start, samples, probabilities)

    def _push(self, start: int, samples: Samples, probabilities: Probabilities) -> Iterator[SegmentEvent]:
        for index, probability in enumerate(probabilities):
            offset = index * WINDOW_SAMPLES
            window = samples[offset : offset + WINDOW_SAMPLES]
            yield from self._take(_Window(start + offset, window, float(probability)))

    def close(self) -> list[SegmentEvent]:
        """End the open segment as if silence followed and forget the audio before this point."""
        events: list[SegmentEvent] = []
        if self._speech is not None and self._speech.is_open:
            events.append(self._close(self._speech))
        self._speech = None
        self._windows.clear()
        self._floor = self._end
        return events

    def open_audio(self) -> Segment | None:
        """Return the open segment as it is now, without the silence at its end; None when none is open."""
        if self._speech is None or not self._speech.is_open:
            return None
        return self._segment(self._speech)

    def _take(self, window: _Window) -> Iterator[SegmentEvent]:
        self._windows.append(window)
        self._end = window.end
        self._mark(window)
        speech = self._speech
        if speech is None:
            self._forget(window.end)
            return
        if not speech.is_open:
            yield from self._judge(speech)
            return
        length = window.end - speech.audio_start
        silence = window.end - speech.end
        if silence >= self._measures.pause_s * RATE_HZ and not speech.has_paused:
            speech.has_paused = True
            yield SegmentPaused(self._segment(speech))
        if silence >= self._measures.closing_silence_s(length / RATE_HZ) * RATE_HZ:
            yield self._close(speech)
        elif length >= self._measures.max_s * RATE_HZ:
            yield from self._cut(speech)
        elif (
            silence >= self._measures.asking_silence_s(length / RATE_HZ) * RATE_HZ
            and speech.is_complete is None
        ):
            speech.is_complete = True
            yield MayClose()
            if speech.is_complete:
                yield self._close(speech)

    def _judge(self, speech: _Speech) -> Iterator[SegmentEvent]:
        """Open a segment for the candidate, or give it up, or wait."""
        measures = self._measures
        if speech.voiced >= measures.min_speech_s * RATE_HZ and speech.peak >= measures.sure_probability:
            speech.is_open = True
            yield SegmentOpened(speech.start / RATE_HZ)
        elif self._end - speech.end >= measures.end_silence_s * RATE_HZ:
            self._speech = None
        elif self._end - speech.start > measures.doubt_s * RATE_HZ:
            speech.start = self._end - round(measures.doubt_s * RATE_HZ)
            speech.audio_start = max(
                speech.audio_start, speech.start - round(measures.pad_before_s * RATE_HZ)
            )
            self._forget(speech.start)

    def _mark(self, window: _Window) -> None:
        """Count the window as speech if it is."""
        measures = self._measures
        if window.probability >= measures.start_probability:
            if self._speech is None:
                lead = round(measures.pad_before_s * RATE_HZ)
                audio_start = max(window.start - lead, self._floor, self._windows[0].start)
                self._speech = _Speech(window.start, window.end, audio_start)
            self._speech.voiced += len(window.samples)
            self._speech.peak = max(self._speech.peak, window.probability)
            self._speech.goes_on_to(window.end)
        elif self._speech is not None and window.probability >= measures.end_probability:
            self._speech.goes_on_to(window.end)

    def _close(self, speech: _Speech) -> SegmentClosed:
        segment = self._segment(speech)
        self._speech = None
        self._floor = round(segment.end_s * RATE_HZ)
        self._forget(self._end)
        return SegmentClosed(segment)

    def _cut(self, speech: _Speech) -> Iterator[SegmentEvent]:
        """Close the segment at its quietest point and let what follows begin another one."""
        cut = self._quietest(self._end - round(self._measures.cut_s * RATE_HZ))
        before = [window for window in self._windows if window.end <= cut]
        after = [window for window in self._windows if window.end > cut]
        voiced = [w.end for w in before if w.probability >= self._measures.end_probability]
        speech.end = max([*voiced, speech.start])
        yield SegmentClosed(self._segment(speech, cut))
        self._floor = cut
        self._windows = deque()
        self._speech = None
        for window in after:
            yield from self._take(window)

    def _quietest(self, earliest: int) -> int:
        """Return the position after `earliest` around which 96 ms have the least energy, or the last such."""
        windows = [window for window in self._windows if window.end >= earliest]
        energies = np.array([np.square(w.samples, dtype=np.float64).mean() for w in windows])
        around = energies[:-2] + energies[1:-1] + energies[2:]
        return windows[len(around) - int(np.argmin(around[::-1]))].end

    def _segment(self, speech: _Speech, end: int | None = None) -> Segment:
        if end is None:
            end = min(speech.end + round(self._measures.pad_after_s * RATE_HZ), self._end)
        samples = np.concatenate(tuple(self._between(speech.audio_start, end)))
        return Segment(
            samples,
            start_s=speech.audio_start / RATE_HZ,
            end_s=end / RATE_HZ,
            speech_start_s=speech.start / RATE_HZ,
            speech_end_s=speech.end / RATE_HZ,
        )

    def _between(self, start: int, end: int) -> Iterable[Samples]:
        for window in self._windows:
            if window.start < end and window.end > start:
                yield window.samples[max(start - window.start, 0) : end - window.start]

    def _forget(self, now: int) -> None:
        """Drop the windows that no speech that starts at `now` or later can reach."""
        reach = now - round(self._measures.pad_before_s * RATE_HZ)
        while self._windows and self._windows[0].end <= reach:
            self._windows.popleft()
