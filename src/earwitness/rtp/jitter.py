"""Putting the packets of one source in order, for a listener.

A player holds every packet back to have an even flow; a listener need not. Packets that come in order are
released at once. At a gap the buffer waits until the missing packets can no longer be expected: when the
stream itself has gone on for `reorder_wait_s` by its RTP time stamps, or when that time has passed without
the stream going on. Then it says how many are lost and goes on. A process that stalls and then finds a burst
in its socket therefore loses nothing.

A packet that comes after all shows that the wait was too short for this network: it becomes as long as that
packet needed, `LONGEST_WAIT_S` at most, and goes back slowly.
"""

from dataclasses import dataclass
from math import exp2
from typing import NamedTuple

from earwitness.rtp.packet import RtpPacket, sequence_distance, timestamp_distance

MAX_DROPOUT = 3000
"""A forward jump beyond this is a restarted sender (RFC 3550, A.1)."""
MAX_MISORDER = 100
"""As is a packet that is older than this."""
LONGEST_WAIT_S = 0.2
_HALVED_AFTER_S = 30.0
"""How long without a late packet until the wait has come half of the way back."""


class Arrival(NamedTuple):
    """A packet and when it came. A plain tuple for speed: one is made for every packet."""

    packet: RtpPacket
    at: float
    """Monotonic seconds."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Packets that did not come before the next one."""

    count: int


class JitterBuffer:
    """Orders packets by sequence number, drops copies, tells of losses.

    Holds at most `capacity` packets behind a gap; one more and the gap is given up. Of what is ready and not
    fetched it holds twice as many; beyond that the oldest is dropped and counted.
    """

    def __init__(self, clock_rate_hz: int, reorder_wait_s: float = 0.06, capacity: int = 256) -> None:
        self.clock_rate_hz = clock_rate_hz
        """May be changed when the payload type changes."""
        self.lost = 0
        """Packets given up."""
        self.late = 0
        """Packets that came after they had been given up."""
        self.duplicates = 0
        self.overflowed = 0
        """Packets dropped because nobody fetched them."""
        self._least_wait_s = reorder_wait_s
        self._added_wait_s = 0.0
        """What the last late packet needed in addition …"""
        self._added_at = 0.0
        """… and when it came."""
        self._capacity = capacity
        self._next: int | None = None
        """The sequence number that continues the stream."""
        self._ready: list[Arrival | Lost] = []
        self._waiting: dict[int, Arrival] = {}
        """Packets behind a gap, by sequence number."""
        self._given_up: dict[int, float] = {}
        """Sequence numbers lost not long ago, oldest first, and since when they were missed."""
        self._restart: Arrival | None = None
        """A packet far from all others; a second one that follows it proves a restart."""

    def push(self, packet: RtpPacket, arrived: float) -> None:
        """Take a packet that came at `arrived` (seconds, monotonic)."""
        arrival = Arrival(packet, arrived)
        if self._next is None:
            self._next = packet.sequence
        distance = sequence_distance(packet.sequence, self._next)
        if distance == 0:
            self._restart = None
            self._release(arrival)
            if self._waiting:
                self._release_waiting()
        elif 0 < distance < MAX_DROPOUT:
            self._restart = None
            if packet.sequence in self._waiting:
                self.duplicates += 1
                return
            self._waiting[packet.sequence] = arrival
            if len(self._waiting) > self._capacity:
                self._give_gap_up()
        elif -MAX_MISORDER <= distance < 0:
            missed_since = self._given_up.pop(packet.sequence, None)
            if missed_since is not None:
                self.late += 1
                self._wait_longer(arrived - missed_since, arrived)
            else:
                self.duplicates += 1
        else:
            self._maybe_restart(arrival)

    def pop(self, now: float) -> list[Arrival | Lost]:
        """Fetch what is in order by `now`, losses marked in their places."""
        while self._waiting and self._is_overdue(now):
            self._give_gap_up()
        ready, self._ready = self._ready, []
        return ready

    def drain(self) -> list[Arrival | Lost]:
        """Fetch all there is without waiting for what is missing; any packet may follow then."""
        while self._waiting:
            self._give_gap_up()
        self._next = self._restart = None
        self._given_up.clear()
        ready, self._ready = self._ready, []
        return ready

    @property
    def waiting_since(self) -> float | None:
        """When the first of the packets behind a gap came; None where there is no gap."""
        return min((arrival.at for arrival in self._waiting.values()), default=None)

    def _wait_s(self, now: float) -> float:
        if not self._added_wait_s:
            return self._least_wait_s
        return self._least_wait_s + self._added_wait_s * exp2((self._added_at - now) / _HALVED_AFTER_S)

    def _wait_longer(self, needed_s: float, now: float) -> None:
        if needed_s > self._wait_s(now):
            self._added_wait_s = max(0.0, min(needed_s, LONGEST_WAIT_S) - self._least_wait_s)
            self._added_at = now

    def _release(self, arrival: Arrival) -> None:
        self._ready.append(arrival)
        self._next = arrival.packet.sequence + 1 & 0xFFFF
        if len(self._ready) > 2 * self._capacity:
            dropped = self._ready.pop(0)
            self.overflowed += isinstance(dropped, Arrival)

    def _release_waiting(self) -> None:
        while self._next in self._waiting:
            self._release(self._waiting.pop(self._next))

    def _first_waiting(self) -> int:
        expected = self._next
        assert expected is not None
        return min(self._waiting, key=lambda sequence: sequence_distance(sequence, expected))

    def _is_overdue(self, now: float) -> bool:
        # The earliest arrival behind the gap counts: the packets there may be out of order themselves.
        wait_s = self._wait_s(now)
        if now - min(arrival.at for arrival in self._waiting.values()) >= wait_s:
            return True
        first = self._waiting[self._first_waiting()].packet.timestamp
        wait = wait_s * self.clock_rate_hz
        return any(
            timestamp_distance(arrival.packet.timestamp, first) >= wait for arrival in self._waiting.values()
        )

    def _give_gap_up(self) -> None:
        expected, first = self._next, self._first_waiting()
        assert expected is not None
        count = sequence_distance(first, expected)
        self.lost += count
        self._ready.append(Lost(count))
        missed_since = min(arrival.at for arrival in self._waiting.values())
        for offset in range(max(0, count - MAX_MISORDER), count):
            self._given_up[expected + offset & 0xFFFF] = missed_since
        while len(self._given_up) > MAX_MISORDER:
            del self._given_up[next(iter(self._given_up))]
        self._next = first
        self._release_waiting()

    def _maybe_restart(self, arrival: Arrival) -> None:
        previous, self._restart = self._restart, arrival
        if previous is None or sequence_distance(arrival.packet.sequence, previous.packet.sequence) != 1:
            return
        self._restart = None
        while self._waiting:
            self._give_gap_up()
        self._given_up.clear()
        self._release(previous)
        self._release(arrival)
