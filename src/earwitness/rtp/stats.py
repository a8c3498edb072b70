"""What is measured of a session's media (RFC 3550 §6.4.1, appendix A)."""

from dataclasses import dataclass

from earwitness.rtp.packet import RtpPacket, sequence_distance, timestamp_distance
from earwitness.rtp.rtcp import ReportBlock


@dataclass(frozen=True, slots=True)
class MediaStats:
    """Counts since the session began."""

    codec: str | None
    """The codec heard last."""
    packets_received: int
    octets_received: int
    """Payload only."""
    packets_lost: int
    """Given up by the jitter buffer; late ones are among them."""
    packets_late: int
    packets_duplicated: int
    packets_malformed: int
    """Datagrams that are no RTP, payloads that no decoder reads, payload types nobody agreed to."""
    packets_overlapping: int
    """Whose audio was left out: the sender's time stamps advance by less than its audio lasts."""
    packets_from_strangers: int
    """Datagrams of other addresses or sources than the peer's; not heard."""
    jitter_s: float
    """Interarrival jitter at present."""
    media_s: float
    """Media time given out."""
    concealed_s: float
    """Of it, what stands in for lost audio."""
    packets_sent: int
    octets_sent: int
    round_trip_s: float | None = None
    """From the peer's last report, where it gave one."""
    remote_fraction_lost: float | None = None
    """What the peer last said it lost of ours."""


class Reception:
    """Statistics of one source (SSRC)."""

    __slots__ = (
        "_base",
        "_expected_before",
        "_received_before",
        "_transit",
        "highest",
        "jitter_s",
        "packets",
        "ssrc",
    )

    def __init__(self, ssrc: int) -> None:
        self.ssrc = ssrc
        self.packets = 0
        self.jitter_s = 0.0
        self.highest = 0
        """The highest sequence number, wraps included."""
        self._base = 0
        self._transit: tuple[int, float] | None = None
        """Time stamp and arrival of the packet before."""
        self._expected_before = 0
        self._received_before = 0

    def note(self, packet: RtpPacket, arrived: float, rate_hz: int | None) -> None:
        """Count a packet; `rate_hz` is its clock, None where its time stamp is not of its sending."""
        if self.packets == 0:
            self._base = self.highest = packet.sequence
        self.packets += 1
        ahead = sequence_distance(packet.sequence, self.highest & 0xFFFF)
        if ahead > 0:
            self.highest += ahead
        if rate_hz is None:
            return
        if self._transit is not None:
            timestamp, before = self._transit
            difference = arrived - before - timestamp_distance(packet.timestamp, timestamp) / rate_hz
            # A jump of the clock or a pause is no jitter.
            if -1.0 < difference < 1.0:
                self.jitter_s += (abs(difference) - self.jitter_s) / 16
        self._transit = (packet.timestamp, arrived)

    def report(self, rate_hz: int, last_sr: int, delay_since_last_sr_s: float) -> ReportBlock:
        """The report block of this moment (A.3); the next one counts from here."""
        expected = self.highest - self._base + 1
        expected_since = expected - self._expected_before
        lost_since = expected_since - (self.packets - self._received_before)
        self._expected_before, self._received_before = expected, self.packets
        fraction = 0 if expected_since <= 0 or lost_since <= 0 else (lost_since << 8) // expected_since
        return ReportBlock(
            self.ssrc,
            min(fraction, 255),
            max(-0x80_0000, min(expected - self.packets, 0x7F_FFFF)),
            self.highest & 0xFFFF_FFFF,
            int(self.jitter_s * rate_hz) & 0xFFFF_FFFF,
            last_sr,
            int(delay_since_last_sr_s * 65536) & 0xFFFF_FFFF,
        )
