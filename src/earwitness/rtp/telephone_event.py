"""Keys pressed during a call, as telephone events (RFC 4733)."""

import struct
from collections import deque
from dataclasses import dataclass, replace

DIGITS = "0123456789*#ABCD"
"""The digits of events 0 to 15 (§3.2)."""

TONE_S = 0.1
GAP_S = 0.1
"""Silence after each tone."""
PAUSE_S = 0.5
"""What a `,` in a dial string means."""
_END_PACKETS = 3
"""The end of an event is said three times, for a lost one would prolong the tone (§2.5.1.4)."""
_VOLUME_DBM0 = 10
_PAYLOAD = struct.Struct("!BBH")


@dataclass(frozen=True, slots=True)
class TelephoneEvent:
    """The payload of one packet (§2.3)."""

    event: int
    end: bool
    volume: int
    """Power of the tone, as dBm0 without its sign."""
    duration: int
    """Ticks since the time stamp of the packet."""

    @classmethod
    def parse(cls, payload: bytes) -> "TelephoneEvent":
        """Read a payload. Raises `ValueError` where it is too short."""
        if len(payload) < 4:
            raise ValueError(f"a telephone event has 4 octets, not {len(payload)}")
        event, flags, duration = _PAYLOAD.unpack_from(payload)
        return cls(event, bool(flags & 0x80), flags & 0x3F, duration)

    def __bytes__(self) -> bytes:
        return _PAYLOAD.pack(self.event, (0x80 if self.end else 0) | self.volume, self.duration)


@dataclass(frozen=True, slots=True)
class EventPacket:
    """A telephone event to be sent in place of audio."""

    payload: bytes
    starts: bool
    """The first packet of its event: it sets the marker bit and gives all of them its time stamp."""


class Dialer:
    """Plays dial strings in steps of the packet time."""

    def __init__(self, clock_rate_hz: int, ptime_ms: int = 20) -> None:
        self._clock_rate_hz = clock_rate_hz
        self._ptime_ms = ptime_ms
        self._waiting: deque[str] = deque()
        """Keys and pauses that have not begun."""
        self._steps: deque[EventPacket | None] = deque()
        """What each coming packet of the key or pause that goes on is; None for audio as usual."""

    def dial(self, dial_string: str) -> None:
        """Add digits to what is played: 0-9, *, #, A-D, and `,` for half a second without a tone.

        Raises `ValueError` for anything else (blanks, dots, dashes and brackets apart, which are skipped).
        """
        characters = [character for character in dial_string.upper() if character not in " .-()"]
        for character in characters:
            if character != "," and character not in DIGITS:
                raise ValueError(
                    f"{character!r} in the dial string {dial_string!r} is no key; "
                    "use 0-9, *, #, A-D and a comma for a pause of 500 ms"
                )
        self._waiting += characters

    def change(self, clock_rate_hz: int, ptime_ms: int) -> None:
        """Go on with another clock or packet time. The key that is down is finished, on the new clock."""
        silent_ms = self._steps.count(None) * self._ptime_ms
        tone = [
            _on_clock(step, self._clock_rate_hz, clock_rate_hz) for step in self._steps if step is not None
        ]
        self._clock_rate_hz, self._ptime_ms = clock_rate_hz, ptime_ms
        self._steps = deque(tone)
        self._steps += [None] * round(silent_ms / ptime_ms)

    @property
    def dialing(self) -> bool:
        """Whether something is left to be played."""
        return bool(self._steps or self._waiting)

    def step(self) -> EventPacket | None:
        """What the next packet carries; None for audio as usual."""
        if not self._steps and self._waiting:
            self._begin(self._waiting.popleft())
        return self._steps.popleft() if self._steps else None

    def _begin(self, character: str) -> None:
        if character != ",":
            self._steps += self._tone(DIGITS.index(character))
        self._steps += [None] * self._count(PAUSE_S if character == "," else GAP_S)

    def _count(self, duration_s: float) -> int:
        return max(1, round(duration_s * 1000 / self._ptime_ms))

    def _tone(self, event: int) -> list[EventPacket]:
        updates = self._count(TONE_S) - 1
        packets = [self._packet(event, number + 1, end=False) for number in range(updates)]
        packets += [self._packet(event, updates + 1, end=True)] * _END_PACKETS
        return [EventPacket(payload, starts=index == 0) for index, payload in enumerate(packets)]

    def _packet(self, event: int, number: int, *, end: bool) -> bytes:
        ticks = self._clock_rate_hz * self._ptime_ms // 1000
        return bytes(TelephoneEvent(event, end, _VOLUME_DBM0, number * ticks))


def _on_clock(packet: EventPacket, before_hz: int, now_hz: int) -> EventPacket:
    event = TelephoneEvent.parse(packet.payload)
    duration = event.duration * now_hz // before_hz
    return EventPacket(bytes(replace(event, duration=duration)), packet.starts)


class KeyListener:
    """Finds the keys in the packets of a source: each once, when it is first heard of."""

    def __init__(self) -> None:
        self._last: tuple[int, int] | None = None

    def receive(self, timestamp: int, payload: bytes) -> str | None:
        """Take a packet; gives the digit that was pressed, or None for a repetition or another event.

        Raises `ValueError` for a payload that is no telephone event.
        """
        event = TelephoneEvent.parse(payload)
        if event.event >= len(DIGITS) or self._last == (timestamp, event.event):
            return None
        self._last = (timestamp, event.event)
        return DIGITS[event.event]
