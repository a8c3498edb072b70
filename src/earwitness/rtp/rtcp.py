"""RTCP packets (RFC 3550 §6): sender and receiver reports, source descriptions, goodbyes."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_HEADER = struct.Struct("!BBH")
_SENDER_INFO = struct.Struct("!IIIIII")
_BLOCK = struct.Struct("!IIIIII")

_SR, _RR, _SDES, _BYE = 200, 201, 202, 203
_CNAME, _NAME = 1, 2
_NTP_EPOCH_S = 2_208_988_800
"""Seconds from 1900 to 1970."""


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """What one receiver says of one source (§6.4.1)."""

    ssrc: int
    fraction_lost: int
    """Lost since the last report, in 256ths."""
    packets_lost: int
    """Lost in all; may be negative where packets came twice. 24 bits."""
    highest_sequence: int
    """The highest sequence number, with the count of its wraps in the upper 16 bits."""
    jitter: int
    """Interarrival jitter in ticks of the RTP clock."""
    last_sr: int
    """The middle 32 bits of the last sender report's NTP time, or 0."""
    delay_since_last_sr: int
    """Time since then in 65536ths of a second."""


@dataclass(frozen=True, slots=True)
class SenderReport:
    """SR, §6.4.1."""

    ssrc: int
    ntp_time: int
    """64 bits, 32.32 fixed point since 1900."""
    rtp_timestamp: int
    packet_count: int
    octet_count: int
    reports: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """RR, §6.4.2."""

    ssrc: int
    reports: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """SDES, §6.5, reduced to what must be there and what people see."""

    cnames: tuple[tuple[int, str], ...]
    """Pairs of SSRC and CNAME."""
    names: tuple[tuple[int, str], ...] = ()
    """Pairs of SSRC and NAME."""


@dataclass(frozen=True, slots=True)
class Bye:
    """BYE, §6.6."""

    ssrcs: tuple[int, ...]
    reason: str = ""


RtcpPacket = SenderReport | ReceiverReport | SourceDescription | Bye


def ntp_time(unix_s: float) -> int:
    """A Unix time as a 64-bit NTP time stamp (§4)."""
    return int((unix_s + _NTP_EPOCH_S) * 4_294_967_296) & 0xFFFF_FFFF_FFFF_FFFF


def build_compound(packets: Sequence[RtcpPacket]) -> bytes:
    """Put packets into one datagram. §6.1 wants a report first and a CNAME in it."""
    return b"".join(_build(packet) for packet in packets)


def parse_compound(data: bytes) -> list[RtcpPacket]:
    """Read a datagram; packets of other types are skipped. Raises `ValueError` where lengths contradict."""
    packets: list[RtcpPacket] = []
    at = 0
    while at < len(data):
        if at + 4 > len(data):
            raise ValueError("an RTCP header is cut off")
        first, kind, words = _HEADER.unpack_from(data, at)
        if first & 0xC0 != 0x80:
            raise ValueError(f"RTCP version {first >> 6} is not 2")
        end = at + 4 + 4 * words
        if end > len(data):
            raise ValueError("an RTCP packet is longer than its datagram")
        body = data[at + 4 : end]
        if first & 0x20:
            if not body or body[-1] == 0 or body[-1] > len(body):
                raise ValueError("the padding of an RTCP packet does not fit")
            body = body[: -body[-1]]
        try:
            packet = _parse(kind, first & 0x1F, body)
        except (struct.error, IndexError) as error:
            raise ValueError(f"an RTCP packet of type {kind} is cut off") from error
        if packet is not None:
            packets.append(packet)
        at = end
    return packets


def _parse(kind: int, count: int, body: bytes) -> RtcpPacket | None:
    if kind == _SR:
        ssrc, ntp_high, ntp_low, rtp_timestamp, packet_count, octet_count = _SENDER_INFO.unpack_from(body)
        ntp = ntp_high << 32 | ntp_low
        return SenderReport(ssrc, ntp, rtp_timestamp, packet_count, octet_count, _blocks(body, 24, count))
    if kind == _RR:
        (ssrc,) = struct.unpack_from("!I", body)
        return ReceiverReport(ssrc, _blocks(body, 4, count))
    if kind == _SDES:
        return _description(body, count)
    if kind == _BYE:
        ssrcs = struct.unpack_from(f"!{count}I", body)
        text = body[4 * count :]
        reason = text[1 : 1 + text[0]].decode("utf-8", "replace") if text else ""
        return Bye(ssrcs, reason)
    return None


def _blocks(body: bytes, at: int, count: int) -> tuple[ReportBlock, ...]:
    blocks = []
    for index in range(count):
        ssrc, loss, highest, jitter, last_sr, delay = _BLOCK.unpack_from(body, at + 24 * index)
        lost = ((loss & 0xFF_FFFF) + 0x80_0000 & 0xFF_FFFF) - 0x80_0000
        blocks.append(ReportBlock(ssrc, loss >> 24, lost, highest, jitter, last_sr, delay))
    return tuple(blocks)


def _description(body: bytes, count: int) -> SourceDescription:
    found: dict[int, list[tuple[int, str]]] = {_CNAME: [], _NAME: []}
    at = 0
    for _ in range(count):
        (ssrc,) = struct.unpack_from("!I", body, at)
        at += 4
        while body[at]:
            kind, size = body[at], body[at + 1]
            if kind in found:
                found[kind].append((ssrc, body[at + 2 : at + 2 + size].decode("utf-8", "replace")))
            at += 2 + size
        at += 4 - at % 4
    return SourceDescription(tuple(found[_CNAME]), tuple(found[_NAME]))


def _build(packet: RtcpPacket) -> bytes:
    if isinstance(packet, SenderReport):
        info = _SENDER_INFO.pack(
            packet.ssrc,
            packet.ntp_time >> 32,
            packet.ntp_time & 0xFFFF_FFFF,
            packet.rtp_timestamp,
            packet.packet_count & 0xFFFF_FFFF,
            packet.octet_count & 0xFFFF_FFFF,
        )
        return _framed(_SR, len(packet.reports), info + _block_octets(packet.reports))
    if isinstance(packet, ReceiverReport):
        return _framed(
            _RR, len(packet.reports), struct.pack("!I", packet.ssrc) + _block_octets(packet.reports)
        )
    if isinstance(packet, SourceDescription):
        chunks = [_chunk(ssrc, _CNAME, text) for ssrc, text in packet.cnames]
        chunks += [_chunk(ssrc, _NAME, text) for ssrc, text in packet.names]
        return _framed(_SDES, len(chunks), b"".join(chunks))
    body = struct.pack(f"!{len(packet.ssrcs)}I", *packet.ssrcs)
    if packet.reason:
        text = packet.reason.encode()[:255]
        body += _padded(bytes([len(text)]) + text)
    return _framed(_BYE, len(packet.ssrcs), body)


def _block_octets(blocks: Sequence[ReportBlock]) -> bytes:
    return b"".join(
        _BLOCK.pack(
            block.ssrc,
            block.fraction_lost << 24 | block.packets_lost & 0xFF_FFFF,
            block.highest_sequence,
            block.jitter,
            block.last_sr,
            block.delay_since_last_sr,
        )
        for block in blocks
    )


def _chunk(ssrc: int, kind: int, text: str) -> bytes:
    octets = text.encode()[:255]
    items = bytes([kind, len(octets)]) + octets
    # At least one null octet ends the items, more fill the word (§6.5).
    return struct.pack("!I", ssrc) + _padded(items + b"\0")


def _padded(octets: bytes) -> bytes:
    return octets + bytes(-len(octets) % 4)


def _framed(kind: int, count: int, body: bytes) -> bytes:
    return _HEADER.pack(0x80 | count, kind, len(body) // 4) + body
