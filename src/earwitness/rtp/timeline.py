"""Where on the media clock a packet belongs.

Media time counts the samples given out (16 kHz) since the first packet. It follows the RTP time stamps, not
arrival: those say when a sound was made, however late its packet is. But time stamps break: a source starts
anew, another one takes over, a gateway stops its clock while on hold, a codec with another clock begins. So
the timeline also keeps the *baseline*, the typical difference between arrival and media time. A discontinuity
in the time stamps is believed where it agrees with the baseline to within `TOLERANCE_S`; else the packet goes
where its arrival puts it.

Media time is *our* time: the peer's clock may be 200 ppm off, which makes 1.4 s in two hours. What is owed to
that (see `drift.py`) is given a sample at a time, by whoever writes the audio, who then tells by `shift`.
"""

from earwitness.audio.pcm import RATE_HZ
from earwitness.rtp.drift import Drift
from earwitness.rtp.packet import timestamp_distance

TOLERANCE_S = 0.5
"""How far a jump in the time stamps may disagree with the time that passed: the jitter of bad links."""
_SETTLED_S = 0.02
"""Closer than this to the end of what was given out, arrival means "goes on here"."""
_LONG_PAUSE_S = 30.0
"""After a longer pause the clocks may have drifted apart: arrival is as good a witness as the time stamps."""
_LONG_TOLERANCE_S = 0.03
_DOUBT_S = 0.1
"""A jump that is believed although it disagrees by more is looked at again soon."""
_LEARNING_S = 2.0
"""In the first seconds the least delayed packet makes the baseline: early ones are often held up."""
_SLEW = 500e-6
"""How fast the baseline follows the peer's clock: twice the drift of a poor oscillator."""


class Timeline:
    """Maps RTP time stamps of one leg to positions in samples."""

    __slots__ = ("_anchor", "_baseline_s", "_drift", "_extended", "_seen_s", "_started_s", "rate_hz")

    def __init__(self, timestamp: int, rate_hz: int, arrived_s: float) -> None:
        """Begin at a packet with this time stamp, on a clock of `rate_hz`, that came at `arrived_s`."""
        self.rate_hz = rate_hz
        """The clock of the time stamps, as they are taken at present."""
        self._extended = timestamp
        """The last time stamp, wraps included."""
        self._anchor = (timestamp, 0)
        """An extended time stamp and its position."""
        self._baseline_s = arrived_s
        """When position 0 would have come."""
        self._started_s = self._seen_s = arrived_s
        self._drift = Drift(arrived_s)

    def place(self, timestamp: int) -> int:
        """The position that the RTP clock gives a time stamp."""
        self._extended += timestamp_distance(timestamp, self._extended & 0xFFFF_FFFF)
        anchor, position = self._anchor
        return position + (self._extended - anchor) * RATE_HZ // self.rate_hz

    def due(self, now: float) -> int:
        """The position of a sound that arrives at `now` after the typical delay."""
        return round((now - self._baseline_s) * RATE_HZ)

    def believes(self, position: int, arrived_s: float) -> bool:
        """Tell whether time stamps that jumped to `position` are right, as far as arrival can say."""
        off_s = abs(position - self.due(arrived_s)) / RATE_HZ
        pause_s = arrived_s - self._seen_s
        if off_s > (TOLERANCE_S if pause_s < _LONG_PAUSE_S else _LONG_TOLERANCE_S):
            return False
        if off_s > _DOUBT_S:
            self._drift.restart(arrived_s)
        return True

    @property
    def owed(self) -> int:
        """Samples to add to the audio (negative: to leave out) so that media time is our time again."""
        return round(self._drift.owed_s * RATE_HZ)

    def shift(self, samples: int) -> None:
        """So many samples were added to the audio: time stamps count on from there."""
        timestamp, position = self._anchor
        self._anchor = (timestamp, position + samples)
        self._drift.shift(samples / RATE_HZ)

    def anchor_by_arrival(self, timestamp: int, arrived_s: float, position: int) -> int:
        """Tie a time stamp to the position its arrival gives it, or to `position` if that is about the same.

        Returns the position; time stamps count on from there.
        """
        due = self.due(arrived_s)
        if abs(due - position) <= _SETTLED_S * RATE_HZ:
            due = position
        self._extended = timestamp
        self._anchor = (timestamp, due)
        self._drift.restart(arrived_s)
        return due

    def observe(self, position: int, arrived_s: float) -> None:
        """Let the baseline follow: the sound at `position` came at `arrived_s`."""
        delay_s = arrived_s - position / RATE_HZ
        self._drift.observe(delay_s, arrived_s)
        error = delay_s - self._baseline_s
        most = max(0.0, arrived_s - self._seen_s) * _SLEW
        self._seen_s = max(arrived_s, self._seen_s)
        if error < 0 and arrived_s - self._started_s < _LEARNING_S:
            self._baseline_s += error
        else:
            self._baseline_s += min(max(error, -most), most)
