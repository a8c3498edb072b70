"""What networks and clocks do to a stream of packets, in virtual time."""

import heapq
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from earwitness.rtp.packet import RtpPacket

_LOST_IN_A_BURST = 0.8
"""A bad spell of the network loses this part of its packets (Gilbert and Elliott's model)."""


@dataclass(frozen=True, slots=True)
class Network:
    """A path that packets take, the same at every run."""

    loss: float = 0.0
    bursty: bool = False
    """Whether losses come in spells of four packets on average."""
    jitter_s: float = 0.0
    """Packets are delayed by up to so much, each by itself: later ones overtake."""
    copies: float = 0.0
    skew_ppm: float = 0.0
    """How much faster the sender's clock is than ours."""
    seed: int = 1

    def carry(self, sent: Iterable[tuple[RtpPacket, float]]) -> Iterator[tuple[RtpPacket, float]]:
        """Give the packets with their times of arrival, in the order in which they come.

        Their times of sending ascend, on the sender's clock in seconds.
        """
        chance = random.Random(self.seed)
        under_way: list[tuple[float, int, RtpPacket]] = []
        lost = self._losses(chance)
        number = 0
        for packet, sent_s in sent:
            left_s = sent_s / (1 + self.skew_ppm * 1e-6)
            while under_way and under_way[0][0] <= left_s:
                at, _, arrived = heapq.heappop(under_way)
                yield arrived, at
            if next(lost):
                continue
            for _ in range(1 + (chance.random() < self.copies)):
                number += 1
                heapq.heappush(under_way, (left_s + chance.uniform(0, self.jitter_s), number, packet))
        while under_way:
            at, _, arrived = heapq.heappop(under_way)
            yield arrived, at

    def _losses(self, chance: random.Random) -> Iterator[bool]:
        if not self.bursty:
            while True:
                yield chance.random() < self.loss
        share_of_bad = self.loss / _LOST_IN_A_BURST
        leave = 0.25 * _LOST_IN_A_BURST
        enter = leave * share_of_bad / (1 - share_of_bad)
        bad = False
        while True:
            bad = chance.random() >= leave if bad else chance.random() < enter
            yield bad and chance.random() < _LOST_IN_A_BURST
