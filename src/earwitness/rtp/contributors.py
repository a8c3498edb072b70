"""Whom a mixer lets us hear: from CSRC lists and audio levels of packets to changes of who is audible.

Without levels everybody listed is heard. With them, those are whose level, smoothed over some packets, is no
silence and not far below the loudest: a mixer lists people long before and after they speak.
"""

from collections.abc import Mapping

from earwitness.rtp.header_extension import csrc_audio_levels
from earwitness.rtp.packet import RtpPacket

_SILENCE = 60.0
"""-dBov: whoever is softer is not heard."""
_BESIDE = 12.0
"""dB: whoever is further below the loudest is not heard beside it."""
_SMOOTHING = 0.3
"""Weight of a packet's level: a change shows within some three packets."""
_LASTING = 3
"""Packets for which a change must last before it counts."""


class Contributors:
    """Follows the contributing sources of one leg."""

    def __init__(self) -> None:
        self._levels: dict[int, float] = {}
        """-dBov of each source listed last."""
        self._heard: frozenset[int] = frozenset()
        self._next: tuple[frozenset[int], float] | None = None
        """Who may be heard now instead, and since when (media seconds)."""
        self._packets = 0
        """For how many packets that has lasted."""

    def note(
        self, packet: RtpPacket, at_s: float, level_id: int | None
    ) -> tuple[float, tuple[int, ...]] | None:
        """Take an audio packet whose sound begins at `at_s`; `level_id` is the agreed id of the levels.

        Returns:
            Since when who is heard, if that has changed.
        """
        if not packet.csrcs and not self._heard and self._next is None:
            return None  # the common case: no mixer, or a silent one
        heard = self._audible(packet, level_id)
        if heard == self._heard:
            self._next = None
            return None
        if self._next is None or self._next[0] != heard:
            self._next, self._packets = (heard, at_s), 0
        self._packets += 1
        if self._packets < _LASTING:
            return None
        since_s = self._next[1]
        self._heard, self._next = heard, None
        return since_s, tuple(sorted(heard))

    def _audible(self, packet: RtpPacket, level_id: int | None) -> frozenset[int]:
        levels = csrc_audio_levels(packet.extension, level_id) if level_id is not None else ()
        if len(levels) != len(packet.csrcs):
            self._levels.clear()
            return frozenset(packet.csrcs)
        now = dict(zip(packet.csrcs, levels, strict=True))
        self._levels = {csrc: _smoothed(self._levels, csrc, level) for csrc, level in now.items()}
        loudest = min(self._levels.values(), default=_SILENCE)
        softest = min(_SILENCE, loudest + _BESIDE)
        return frozenset(csrc for csrc, level in self._levels.items() if level < softest)


def _smoothed(before: Mapping[int, float], csrc: int, level: int) -> float:
    known = before.get(csrc)
    return float(level) if known is None else known + _SMOOTHING * (level - known)
