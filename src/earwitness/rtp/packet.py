"""RTP packets (RFC 3550 §5.1)."""

import struct
from dataclasses import dataclass

_FIXED = struct.Struct("!BBHII")
_WORD = struct.Struct("!HH")
_VERSION = 0x80


@dataclass(frozen=True, slots=True)
class HeaderExtension:
    """The extension of a header (RFC 3550 §5.3.1), uninterpreted. RFC 8285 elements are in `data`."""

    profile: int
    """16 bits that say what `data` is: 0xBEDE for the one-byte form of RFC 8285 §4.2."""
    data: bytes
    """A multiple of four octets."""


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One packet; `parse` and `bytes()` are inverses."""

    payload_type: int
    sequence: int
    """16 bits."""
    timestamp: int
    """32 bits, in ticks of the payload type's clock."""
    ssrc: int
    payload: bytes
    marker: bool = False
    csrcs: tuple[int, ...] = ()
    extension: HeaderExtension | None = None
    padding: int = 0
    """Octets of padding after the payload, its own count included."""

    @classmethod
    def parse(cls, data: bytes) -> "RtpPacket":
        """Read a datagram. Raises `ValueError` where it is not RTP version 2 or its lengths contradict."""
        if len(data) < 12:
            raise ValueError(f"an RTP packet has at least 12 octets, not {len(data)}")
        first, second, sequence, timestamp, ssrc = _FIXED.unpack_from(data)
        if first == _VERSION:
            return cls(second & 0x7F, sequence, timestamp, ssrc, data[12:], second > 0x7F)
        if first & 0xC0 != _VERSION:
            raise ValueError(f"RTP version {first >> 6} is not 2")
        at = 12 + 4 * (first & 0x0F)
        end = len(data)
        extension = None
        if at > end:
            raise ValueError("the list of contributing sources is cut off")
        csrcs = struct.unpack_from(f"!{first & 0x0F}I", data, 12)
        if first & 0x10:
            if at + 4 > end:
                raise ValueError("the header extension is cut off")
            profile, words = _WORD.unpack_from(data, at)
            at += 4
            if at + 4 * words > end:
                raise ValueError("the header extension is longer than the packet")
            extension = HeaderExtension(profile, data[at : at + 4 * words])
            at += 4 * words
        padding = 0
        if first & 0x20:
            padding = data[-1]
            if padding == 0 or at + padding > end:
                raise ValueError(f"{padding} octets of padding do not fit the packet")
        return cls(
            second & 0x7F,
            sequence,
            timestamp,
            ssrc,
            data[at : end - padding],
            second > 0x7F,
            csrcs,
            extension,
            padding,
        )

    def __bytes__(self) -> bytes:
        """The packet as it goes on the wire. Raises `ValueError` for values that no header can hold."""
        if len(self.csrcs) > 15:
            raise ValueError(f"a header names at most 15 contributing sources, not {len(self.csrcs)}")
        if not 0 <= self.padding <= 255:
            raise ValueError(f"a packet is padded with at most 255 octets, not {self.padding}")
        first = _VERSION | len(self.csrcs)
        parts = [struct.pack(f"!{len(self.csrcs)}I", *self.csrcs)]
        if self.extension is not None:
            if len(self.extension.data) % 4:
                raise ValueError("a header extension is a multiple of four octets")
            first |= 0x10
            parts += [_WORD.pack(self.extension.profile, len(self.extension.data) // 4), self.extension.data]
        parts.append(self.payload)
        if self.padding:
            first |= 0x20
            parts.append(bytes(self.padding - 1) + bytes([self.padding]))
        second = self.payload_type | (0x80 if self.marker else 0)
        try:
            fixed = _FIXED.pack(first, second, self.sequence, self.timestamp, self.ssrc)
        except struct.error as error:
            raise ValueError(f"a field is too large for an RTP header: {error}") from error
        return fixed + b"".join(parts)


def is_rtcp(data: bytes) -> bool:
    """Tell RTCP from RTP on a port that carries both (RFC 5761 §4)."""
    return len(data) >= 2 and 192 <= data[1] <= 223


def sequence_distance(sequence: int, reference: int) -> int:
    """How far a 16-bit sequence number is after another, from -32768 to 32767."""
    return (sequence - reference + 0x8000 & 0xFFFF) - 0x8000


def timestamp_distance(timestamp: int, reference: int) -> int:
    """How far a 32-bit time stamp is after another, from -2^31 to 2^31 - 1."""
    return (timestamp - reference + 0x8000_0000 & 0xFFFF_FFFF) - 0x8000_0000
