"""One leg in: parsed packets become audio, events and statistics."""

import logging
from collections.abc import Mapping

from earwitness.audio.codec import CodecSpec
from earwitness.audio.pcm import Pcm
from earwitness.rtp.contributors import Contributors
from earwitness.rtp.events import CodecChanged, ContributorsChanged, DtmfReceived, MediaEvent, MediaStarted
from earwitness.rtp.jitter import Arrival, JitterBuffer, Lost
from earwitness.rtp.packet import RtpPacket, timestamp_distance
from earwitness.rtp.playout import Playout
from earwitness.rtp.stats import Reception
from earwitness.rtp.telephone_event import KeyListener

logger = logging.getLogger(__name__)

COMFORT_NOISE = 13
"""The static payload type of RFC 3389."""


class Receiver:
    """Hears one leg: `push` what comes, `pull` what is due, fetch `events`.

    Every piece of audio starts where the one before ended, from media time 0 at the first packet. Packets of
    a new source (SSRC) are taken once two of them follow each other, so a stray one changes nothing. Holds
    what its jitter buffer holds; audio is decoded when it is pulled.
    """

    def __init__(
        self,
        codecs: Mapping[int, CodecSpec],
        telephone_event_payload_type: int | None = None,
        reorder_wait_s: float = 0.06,
        csrc_audio_level: int | None = None,
    ) -> None:
        self.reception: Reception | None = None
        """Statistics of the present source."""
        self.jitter = JitterBuffer(8_000, reorder_wait_s)
        """Its counts are for whoever reports them."""
        self.packets = 0
        self.octets = 0
        """Octets of payload in them."""
        self.foreign = 0
        """Packets of sources that did not last."""
        self._unreadable = 0
        self._codecs = dict(codecs)
        self._telephone_event = telephone_event_payload_type
        self._csrc_audio_level = csrc_audio_level
        self._contributors = Contributors()
        self._receiving = True
        self._playout = Playout()
        self._candidate: Arrival | None = None
        """The first packet of a source that may take over."""
        self._newest: Arrival | None = None
        """The audio packet of this source with the highest time stamp."""
        self._keys = KeyListener()
        self._events: list[MediaEvent] = []

    @property
    def codec(self) -> CodecSpec | None:
        """The codec heard last."""
        return self._playout.codec

    @property
    def media_s(self) -> float:
        """The media time reached."""
        return self._playout.media_s

    @property
    def concealed_s(self) -> float:
        """Of it, what stands in for lost audio."""
        return self._playout.concealed_s

    @property
    def overlapping(self) -> int:
        """Packets whose audio was left out because it overlaps what was heard already."""
        return self._playout.overlapping

    @property
    def malformed(self) -> int:
        """Packets of payload types nobody agreed to, and payloads that cannot be read."""
        return self._unreadable + self._playout.corrupt

    def update(
        self,
        codecs: Mapping[int, CodecSpec],
        telephone_event_payload_type: int | None,
        *,
        receiving: bool,
        csrc_audio_level: int | None = None,
    ) -> None:
        """Go on under another agreement. While not `receiving` nothing is heard, but media time runs on."""
        self._codecs = dict(codecs)
        self._telephone_event = telephone_event_payload_type
        self._csrc_audio_level = csrc_audio_level
        if receiving != self._receiving:
            self._receiving = receiving
            self._play(self.jitter.drain())
            self._newest = None
            if not receiving:
                self._playout.expect_silence()

    def push(self, packet: RtpPacket, arrived: float) -> None:
        """Take a packet that came at `arrived` (seconds, monotonic)."""
        if self.reception is None:
            self.reception = Reception(packet.ssrc)
        if packet.ssrc == self.reception.ssrc:
            self._candidate = None
            self._accept(packet, arrived, self.reception)
        elif self._candidate is None or self._candidate.packet.ssrc != packet.ssrc:
            self._candidate = Arrival(packet, arrived)
            self.foreign += 1
        else:
            self._switch_source(self._candidate, Arrival(packet, arrived))

    def pull(self, now: float) -> list[Pcm]:
        """Give out the audio that is due at `now`.

        Push all that has come before: what is pushed afterwards may be taken for late, and silence for it.
        """
        self._play(self.jitter.pop(now))
        waiting_since = self.jitter.waiting_since
        self._playout.fill(now if waiting_since is None else min(now, waiting_since))
        return self._playout.take()

    def finish(self) -> list[Pcm]:
        """Give out what is left, waiting for nothing: no more packets come."""
        self._play(self.jitter.drain())
        return self._playout.take()

    def events(self) -> list[MediaEvent]:
        """Fetch what happened since the last time."""
        events, self._events = self._events, []
        return events

    def _switch_source(self, first: Arrival, second: Arrival) -> None:
        self._play(self.jitter.drain())
        self._playout.begin_source()
        self._candidate = self._newest = None
        self._keys = KeyListener()
        self.foreign -= 1
        self.reception = Reception(second.packet.ssrc)
        for packet, arrived in (first, second):
            self._accept(packet, arrived, self.reception)

    def _accept(self, packet: RtpPacket, arrived: float, reception: Reception) -> None:
        codec = self._codecs.get(packet.payload_type)
        reception.note(packet, arrived, codec.clock_rate_hz if codec is not None else None)
        self.packets += 1
        self.octets += len(packet.payload)
        if not self._receiving:
            return
        if codec is not None:
            self.jitter.clock_rate_hz = codec.clock_rate_hz
            newest = self._newest
            if newest is None or timestamp_distance(packet.timestamp, newest.packet.timestamp) > 0:
                self._newest = Arrival(packet, arrived)
        self.jitter.push(packet, arrived)

    def _play(self, items: list[Arrival | Lost]) -> None:
        for item in items:
            if isinstance(item, Lost):
                self._playout.lose()
                continue
            packet = item.packet
            codec = self._codecs.get(packet.payload_type)
            if codec is not None:
                self._play_audio(item, codec)
            elif packet.payload_type == self._telephone_event:
                self._hear_key(item)
            elif packet.payload_type == COMFORT_NOISE:
                self._playout.expect_silence()
            else:
                self._unreadable += 1

    def _play_audio(self, arrival: Arrival, codec: CodecSpec) -> None:
        if not arrival.packet.payload:
            # Sent by some to keep a NAT open.
            return
        before = self._playout.codec
        self._playout.play(arrival, codec, self._newest or arrival)
        if before is None:
            self._events.append(MediaStarted(arrival.at, codec.name))
        elif before.key != codec.key:
            self._events.append(CodecChanged(codec.name, self._playout.media_s))
        at_s = max(self._playout.media_s - self._playout.frame_s, 0.0)
        changed = self._contributors.note(arrival.packet, at_s, self._csrc_audio_level)
        if changed is not None:
            self._events.append(ContributorsChanged(*changed))

    def _hear_key(self, arrival: Arrival) -> None:
        try:
            digit = self._keys.receive(arrival.packet.timestamp, arrival.packet.payload)
        except ValueError as error:
            self._unreadable += 1
            logger.debug("x telephone event: %s", error)
            return
        if digit is not None:
            self._events.append(DtmfReceived(digit, self._playout.due_s(arrival.at)))
