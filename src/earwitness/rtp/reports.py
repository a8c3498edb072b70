"""RTCP of one session: when to report what, and what the peer's reports say."""

import random
import secrets

from earwitness.rtp.rtcp import (
    Bye,
    ReceiverReport,
    ReportBlock,
    RtcpPacket,
    SenderReport,
    SourceDescription,
    build_compound,
    ntp_time,
)
from earwitness.rtp.stats import Reception

INTERVAL_S = 5.0
"""The mean time between reports (RFC 3550 §6.2): each is half to one and a half times as long."""


class Reporter:
    """Makes reports and reads the peer's."""

    def __init__(self, now: float) -> None:
        self.round_trip_s: float | None = None
        self.remote_fraction_lost: float | None = None
        self._cname = secrets.token_urlsafe(9)
        # The first report goes out early (§6.3.1 halves the interval): some peers wait for it.
        self._due = now + INTERVAL_S * random.uniform(0.25, 0.75)
        self._last_sr: tuple[int, float] | None = None
        """The middle of the NTP time in the peer's last sender report, and when that came."""

    def is_due(self, now: float) -> bool:
        """Whether a report shall be sent."""
        return now >= self._due

    def report(
        self,
        now: float,
        unix_s: float,
        *,
        ssrc: int,
        rtp_timestamp: int,
        packets: int,
        octets: int,
        sending: bool,
        reception: Reception | None,
        clock_rate_hz: int,
        bye: bool = False,
    ) -> bytes:
        """The compound packet of this moment; `bye` ends it with our goodbye."""
        self._due = now + INTERVAL_S * random.uniform(0.5, 1.5)
        last_sr, delay_s = 0, 0.0
        if self._last_sr is not None:
            last_sr, delay_s = self._last_sr[0], now - self._last_sr[1]
        blocks: tuple[ReportBlock, ...] = ()
        if reception is not None and reception.packets:
            blocks = (reception.report(clock_rate_hz, last_sr, delay_s),)
        compound: list[RtcpPacket] = [
            SenderReport(ssrc, ntp_time(unix_s), rtp_timestamp, packets, octets, blocks)
            if sending
            else ReceiverReport(ssrc, blocks),
            SourceDescription(((ssrc, self._cname),)),
        ]
        if bye:
            compound.append(Bye((ssrc,)))
        return build_compound(compound)

    def receive(self, packets: list[RtcpPacket], now: float, unix_s: float, ssrc: int) -> Bye | None:
        """Take the packets of one datagram; gives the goodbye in it."""
        bye = None
        for packet in packets:
            if isinstance(packet, Bye):
                bye = packet
                continue
            if isinstance(packet, SourceDescription):
                continue
            if isinstance(packet, SenderReport):
                self._last_sr = (packet.ntp_time >> 16 & 0xFFFF_FFFF, now)
            for block in packet.reports:
                if block.ssrc == ssrc:
                    self._note(block, unix_s)
        return bye

    def _note(self, block: ReportBlock, unix_s: float) -> None:
        self.remote_fraction_lost = block.fraction_lost / 256
        if block.last_sr:
            passed = (ntp_time(unix_s) >> 16) - block.last_sr - block.delay_since_last_sr & 0xFFFF_FFFF
            # More than a minute is a peer that counts wrongly, not a round trip (§6.4.1).
            if passed < 60 * 65536:
                self.round_trip_s = passed / 65536
