"""One leg out: silence, recorded audio and keys as packets, one for each step of the packet time."""

import functools
import random
import struct
from collections.abc import Iterable, Iterator

import numpy as np

from earwitness.audio.codec import CodecSpec, open_encoder
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.rtp.telephone_event import Dialer, EventPacket

_HEADER = struct.Struct("!BBHII")
_MARKER = 0x80


@functools.lru_cache(maxsize=32)
def silent_payload(codec: CodecSpec, ptime_ms: int) -> bytes:
    """A packet of silence; where it must be encoded, the fifth, when the encoder has settled."""
    if codec.samples_per_octet is not None and codec.silent_octet is not None:
        return bytes([codec.silent_octet]) * (RATE_HZ * ptime_ms // 1000 // codec.samples_per_octet)
    encoder = open_encoder(codec)
    silence = np.zeros(RATE_HZ * ptime_ms // 1000, np.int16)
    return [encoder.encode(silence) for _ in range(5)][-1]


class Sender:
    """Makes the packets of one source. It has no clock: one step is one packet time."""

    def __init__(
        self,
        codec: CodecSpec,
        payload_type: int,
        telephone_event: tuple[int, int] | None = None,
        ptime_ms: int = 20,
    ) -> None:
        # Random, as RFC 3550 §5.1 wants them: they shall not be guessed.
        self.ssrc = random.getrandbits(32)
        self.packets = 0
        self.octets = 0
        """Octets of payload."""
        self._sequence = random.getrandbits(16)
        self._timestamp = random.getrandbits(32)
        self._marker = True
        self._event_timestamp = 0
        self._source: Iterator[Samples] | None = None
        self._buffer: Samples = np.zeros(0, np.int16)
        self._dialer: Dialer | None = None
        self._telephone_event: tuple[int, int] | None = None
        self.update(codec, payload_type, telephone_event, ptime_ms)

    def update(
        self,
        codec: CodecSpec,
        payload_type: int,
        telephone_event: tuple[int, int] | None,
        ptime_ms: int,
    ) -> None:
        """Send in another way from the next step on. Keys go on too, where they may still be sent."""
        self.codec = codec
        self.ptime_s = ptime_ms / 1000
        self._payload_type = payload_type
        self._ticks = codec.clock_rate_hz * ptime_ms // 1000
        self._samples = RATE_HZ * ptime_ms // 1000
        self._silence = silent_payload(codec, ptime_ms)
        self._encoder = open_encoder(codec) if self._source is not None else None
        if telephone_event is None:
            self._dialer = None
        elif self._dialer is None:
            self._dialer = Dialer(telephone_event[1], ptime_ms)
        else:
            self._dialer.change(telephone_event[1], ptime_ms)
        self._telephone_event = telephone_event

    @property
    def timestamp(self) -> int:
        """The time stamp of the next packet."""
        return self._timestamp

    @property
    def playing(self) -> bool:
        """Whether audio given to `play` is still to be sent."""
        return self._source is not None

    @property
    def dialing(self) -> bool:
        """Whether keys are still to be sent."""
        return self._dialer is not None and self._dialer.dialing

    def play(self, samples: Samples | Iterable[Samples]) -> None:
        """Send this audio (16 kHz mono, at once or piece by piece) instead of what was played before."""
        pieces = [samples] if isinstance(samples, np.ndarray) else samples
        self._source = iter(pieces)
        self._buffer = np.zeros(0, np.int16)
        self._encoder = open_encoder(self.codec)
        self._marker = True

    def dial(self, dial_string: str) -> None:
        """Send keys (RFC 4733). Raises `ValueError` where the peer takes none or the string is malformed."""
        if self._dialer is None:
            raise ValueError("the peer did not agree to telephone events, so no keys can be sent")
        self._dialer.dial(dial_string)

    def step(self) -> bytes:
        """The packet of this step."""
        event = self._dialer.step() if self._dialer is not None else None
        if event is not None:
            return self._event_packet(event)
        payload = self._silence if self._source is None else self._next_payload(self._source)
        packet = self._packet(self._payload_type, self._timestamp, payload, marker=self._marker)
        self._marker = False
        self._timestamp = self._timestamp + self._ticks & 0xFFFF_FFFF
        return packet

    def skip(self, steps: int) -> None:
        """Let time pass without packets: the time stamps go on, the sequence numbers do not."""
        self._timestamp = self._timestamp + self._ticks * steps & 0xFFFF_FFFF

    def _event_packet(self, event: EventPacket) -> bytes:
        assert self._telephone_event is not None
        payload_type, clock_rate_hz = self._telephone_event
        if event.starts:
            # An event's time stamp counts in its own clock, from the same origin as the audio's.
            self._event_timestamp = self._timestamp * clock_rate_hz // self.codec.clock_rate_hz
        packet = self._packet(
            payload_type, self._event_timestamp & 0xFFFF_FFFF, event.payload, marker=event.starts
        )
        self._timestamp = self._timestamp + self._ticks & 0xFFFF_FFFF
        self._marker = True
        return packet

    def _packet(self, payload_type: int, timestamp: int, payload: bytes, *, marker: bool) -> bytes:
        header = _HEADER.pack(
            0x80, payload_type | (_MARKER if marker else 0), self._sequence, timestamp, self.ssrc
        )
        self._sequence = self._sequence + 1 & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        return header + payload

    def _next_payload(self, source: Iterator[Samples]) -> bytes:
        assert self._encoder is not None
        while len(self._buffer) < self._samples:
            piece = next(source, None)
            if piece is None:
                self._source = None
                if len(self._buffer) == 0:
                    return self._silence
                break
            self._buffer = np.concatenate((self._buffer, piece))
        frame, self._buffer = self._buffer[: self._samples], self._buffer[self._samples :]
        if len(frame) < self._samples:
            frame = np.concatenate((frame, np.zeros(self._samples - len(frame), np.int16)))
        return self._encoder.encode(frame)
