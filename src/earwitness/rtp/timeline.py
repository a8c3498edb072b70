"""Where on the media clock a packet belongs.

Media time counts the samples given out (16 kHz) since the first packet. It follows the RTP time stamps, not
arrival: those say when a sound was made, however late its packet is. But time stamps break: a source starts
anew, another one takes over, a gateway stops its clock while on hold, a codec with another clock begins. So
the timeline also keeps the *baseline*, the typical difference between arrival and media time. A discontinuity
in the time stamps is believed where it agrees with the baseline to within `TOLERANCE_S`; else the packet goes
where its arrival puts it.
"""

from earwitness.audio.pcm import RATE_HZ
from earwitness.rtp.packet import timestamp_distance

TOLERANCE_S = 0.5
"""How far a jump in the time stamps may disagree with the time that passed: the jitter of bad links."""
_SETTLED_S = 0.1
"""Closer than this to the end of what was given out, arrival means "goes on here"."""
_LEARNING_S = 2.0
"""In the first seconds the least delayed packet makes the baseline: early ones are often held up."""
_SLEW = 500e-6
"""How fast the baseline follows the peer's clock: twice the drift of a poor oscillator."""


class Timeline:
    """Maps RTP time stamps of one leg to positions in samples."""

    __slots__ = ("_anchor", "_baseline_s", "_extended", "_seen_s", "_started_s", "rate_hz")

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

    def place(self, timestamp: int) -> int:
        """The position that the RTP clock gives a time stamp."""
        self._extended += timestamp_distance(timestamp, self._extended & 0xFFFF_FFFF)
        anchor, position = self._anchor
        return position + (self._extended - anchor) * RATE_HZ // self.rate_hz

    def due(self, now: float) -> int:
        """The position of a sound that arrives at `now` after the typical delay."""
        return round((now - self._baseline_s) * RATE_HZ)

    def agrees(self, position: int, arrived_s: float) -> bool:
        """Tell whether a position is what the time of its arrival makes one expect."""
        return abs(position - self.due(arrived_s)) <= TOLERANCE_S * RATE_HZ

    def anchor_by_arrival(self, timestamp: int, arrived_s: float, position: int) -> int:
        """Tie a time stamp to the position its arrival gives it, or to `position` if that is about the same.

        Returns the position; time stamps count on from there.
        """
        due = self.due(arrived_s)
        if abs(due - position) <= _SETTLED_S * RATE_HZ:
            due = position
        self._extended = timestamp
        self._anchor = (timestamp, due)
        return due

    def observe(self, position: int, arrived_s: float) -> None:
        """Let the baseline follow: the sound at `position` came at `arrived_s`."""
        error = arrived_s - position / RATE_HZ - self._baseline_s
        most = max(0.0, arrived_s - self._seen_s) * _SLEW
        self._seen_s = max(arrived_s, self._seen_s)
        if error < 0 and arrived_s - self._started_s < _LEARNING_S:
            self._baseline_s += error
        else:
            self._baseline_s += min(max(error, -most), most)
