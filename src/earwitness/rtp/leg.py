"""The media of one leg without sockets: datagrams in, audio, events and datagrams out."""

import logging

from earwitness.audio.pcm import Pcm
from earwitness.rtp.events import ByeReceived, MediaEvent, PlaybackFinished, SourceChanged, SourceNamed
from earwitness.rtp.packet import RtpPacket
from earwitness.rtp.plan import MediaPlan
from earwitness.rtp.receiver import Receiver
from earwitness.rtp.reports import Reporter
from earwitness.rtp.rtcp import ReceiverReport, SenderReport, SourceDescription, parse_compound
from earwitness.rtp.sender import Sender
from earwitness.rtp.source import Address, SourceGuard
from earwitness.rtp.stats import MediaStats

logger = logging.getLogger(__name__)

_CATCH_UP_S = 0.5
"""What a playback that was held up makes up for at once; beyond that it has a gap."""
_MOST_NAMED = 256
"""Sources whose names are kept."""


class Leg:
    """Both directions of one leg, and their reports."""

    def __init__(self, plan: MediaPlan, now: float) -> None:
        self.last_packet_at: float | None = None
        """When media or a report of the peer last came (monotonic seconds)."""
        self.receiver = Receiver(
            plan.codecs, _event_payload_type(plan), csrc_audio_level=plan.csrc_audio_level
        )
        self.sender = Sender(plan.sent(), plan.send_payload_type, plan.telephone_event, plan.ptime_ms)
        self._plan = plan
        self._guard = SourceGuard(plan.remote_host, plan.remote_port, now)
        self._reporter = Reporter(now)
        self._malformed = 0
        self._owed_s = 0.0
        """Time that has passed and is not in packets yet."""
        self._destination = self._guard.destination
        self._events: list[MediaEvent] = []
        self._named: dict[int, tuple[str, str]] = {}
        """CNAME and NAME of the peer's sources."""
        if not plan.receive:
            self.receiver.update(
                plan.codecs,
                _event_payload_type(plan),
                receiving=False,
                csrc_audio_level=plan.csrc_audio_level,
            )

    def update(self, plan: MediaPlan, now: float) -> None:
        """Go on under another agreement from `now` (monotonic seconds) on. Media time runs on."""
        codec = plan.sent()
        self.receiver.update(
            plan.codecs,
            _event_payload_type(plan),
            receiving=plan.receive,
            csrc_audio_level=plan.csrc_audio_level,
        )
        self.sender.update(codec, plan.send_payload_type, plan.telephone_event, plan.ptime_ms)
        if not plan.is_held_by_address:
            self._guard.move(plan.remote_host, plan.remote_port, now)
        self._destination = self._guard.destination
        self._plan = plan

    @property
    def destination(self) -> Address:
        """Where our RTP goes."""
        return self._destination

    @property
    def rtcp_is_multiplexed(self) -> bool:
        """Whether RTCP goes over the RTP port (RFC 5761)."""
        return self._plan.remote_rtcp_port == self._plan.remote_port

    @property
    def rtcp_destination(self) -> Address | None:
        """Where our RTCP goes; None where there is no port for it."""
        host, port = self._destination
        if self.rtcp_is_multiplexed:
            return host, port
        if self._destination == self._guard.described and self._plan.remote_rtcp_port is not None:
            port = self._plan.remote_rtcp_port - 1
        return (host, port + 1) if port < 65535 else None

    def receive_rtp(self, data: bytes, address: tuple[str, int], arrived: float) -> None:
        """Take a datagram that came at `arrived` (monotonic seconds)."""
        try:
            packet = RtpPacket.parse(data)
        except ValueError as error:
            self._malformed += 1
            logger.debug("x %s:%d %s", address[0], address[1], error)
            return
        if packet.ssrc == self.sender.ssrc:
            return
        if not self._guard.accepts(address, arrived, learning=self._plan.receive):
            return
        self.last_packet_at = arrived
        self.receiver.push(packet, arrived)

    def receive_rtcp(self, data: bytes, address: tuple[str, int], arrived: float, unix_s: float) -> None:
        """Take a datagram of the RTCP port that came at `arrived` (monotonic), which is `unix_s`."""
        if not self._guard.is_host(address):
            self._guard.strangers += 1
            return
        try:
            packets = parse_compound(data)
        except ValueError as error:
            self._malformed += 1
            logger.debug("x %s:%d %s", address[0], address[1], error)
            return
        for packet in packets:
            if isinstance(packet, SourceDescription):
                self._note_names(packet)
            elif isinstance(packet, SenderReport | ReceiverReport) and packet.ssrc != self.sender.ssrc:
                # Whoever sends no silence (RFC 3551 §4.1) shows by reports that it is still there.
                self.last_packet_at = max(arrived, self.last_packet_at or arrived)
        bye = self._reporter.receive(packets, arrived, unix_s, self.sender.ssrc)
        if bye is not None:
            self._events.append(ByeReceived(bye.reason))

    def _note_names(self, description: SourceDescription) -> None:
        """Tell whose sources are, each time that this changes; of very many, only the first."""
        cnames, names = dict(description.cnames), dict(description.names)
        for ssrc in {**cnames, **names}:
            before = self._named.get(ssrc, ("", ""))
            now = (cnames.get(ssrc) or before[0], names.get(ssrc) or before[1])
            if now != before and (ssrc in self._named or len(self._named) < _MOST_NAMED):
                self._named[ssrc] = now
                self._events.append(SourceNamed(ssrc, *now))

    def pull(self, now: float) -> list[Pcm]:
        """The audio that is due; all that has come must have been given before."""
        destination = self._guard.destination
        if destination != self._destination:
            self._destination = destination
            self._events.append(SourceChanged(*destination))
        return self.receiver.pull(now)

    def events(self) -> list[MediaEvent]:
        """Fetch what happened since the last time."""
        events, self._events = self._events + self.receiver.events(), []
        return events

    def packets(self, passed_s: float) -> list[bytes]:
        """What to send after `passed_s` more seconds.

        Playback and keys make up for time in which nobody asked; silence does not.
        """
        sender = self.sender
        self._owed_s += passed_s
        # A microsecond of rounding is no packet time.
        steps = int((self._owed_s + 1e-6) / sender.ptime_s)
        self._owed_s -= steps * sender.ptime_s
        if steps == 0:
            return []
        if not self._plan.send or self._plan.is_held_by_address:
            sender.skip(steps)
            return []
        if steps == 1 and not sender.playing:
            return [sender.step()]
        was_playing = sender.playing
        busy = was_playing or sender.dialing
        made = min(steps, max(1, round(_CATCH_UP_S / sender.ptime_s))) if busy else 1
        sender.skip(steps - made)
        packets = [sender.step() for _ in range(made)]
        if was_playing and not sender.playing:
            self._events.append(PlaybackFinished())
        return packets

    def report(self, now: float, unix_s: float, *, bye: bool = False) -> bytes | None:
        """The RTCP to send now, if any is due; with `bye` one always is, if there is anywhere to send it."""
        if self._plan.is_held_by_address or not (bye or self._reporter.is_due(now)):
            return None
        codec = self.receiver.codec
        return self._reporter.report(
            now,
            unix_s,
            ssrc=self.sender.ssrc,
            rtp_timestamp=self.sender.timestamp,
            packets=self.sender.packets,
            octets=self.sender.octets,
            sending=self._plan.send and self.sender.packets > 0,
            reception=self.receiver.reception,
            clock_rate_hz=codec.clock_rate_hz if codec is not None else 8_000,
            bye=bye,
        )

    @property
    def stats(self) -> MediaStats:
        """What was measured so far."""
        receiver, jitter = self.receiver, self.receiver.jitter
        reception = receiver.reception
        return MediaStats(
            codec=receiver.codec.name if receiver.codec is not None else None,
            packets_received=receiver.packets,
            octets_received=receiver.octets,
            packets_lost=jitter.lost,
            packets_late=jitter.late,
            packets_duplicated=jitter.duplicates,
            packets_malformed=self._malformed + receiver.malformed,
            packets_overlapping=receiver.overlapping,
            packets_from_strangers=self._guard.strangers + receiver.foreign,
            jitter_s=reception.jitter_s if reception is not None else 0.0,
            media_s=receiver.media_s,
            concealed_s=receiver.concealed_s,
            packets_sent=self.sender.packets,
            octets_sent=self.sender.octets,
            round_trip_s=self._reporter.round_trip_s,
            remote_fraction_lost=self._reporter.remote_fraction_lost,
        )


def _event_payload_type(plan: MediaPlan) -> int | None:
    return plan.telephone_event[0] if plan.telephone_event is not None else None
