"""From packets in order to contiguous audio on the media clock."""

import logging

from earwitness.audio.codec import CodecSpec, DecodeError, Decoder, open_decoder
from earwitness.audio.pcm import RATE_HZ, Pcm, Samples, is_quiet
from earwitness.rtp.jitter import Arrival
from earwitness.rtp.output import ContiguousOutput
from earwitness.rtp.packet import RtpPacket, timestamp_distance
from earwitness.rtp.timeline import Timeline

logger = logging.getLogger(__name__)

IDLE_S = 0.2
"""Without audio for longer, silence is given out; it stays this far behind, so a late packet still fits."""
_CONCEALED_AT_MOST = RATE_HZ * 120 // 1000
"""Longer losses are filled with silence: made-up speech would be heard as words."""
_FRAME = RATE_HZ // 50
"""20 ms: silence is given out in multiples of it."""
_QUIET_LEVEL = 100
"""A packet whose samples stay below this (-50 dBFS) may be left out to catch up."""
_LONGEST_BURST_S = 10.0
_OVERLAP_S = 1.0
"""So much later than both time stamps and arrival say may audio come to lie; more where it was held up."""
_DOUBLINGS = 4


class Playout:
    """Decodes the packets of one leg and puts them where they belong (see `timeline.py`).

    - Short losses are recovered or extrapolated by the decoder, longer ones are silence; both are marked.
    - Pauses that the sender makes (DTX, comfort noise, keys, hold) are silence.
    - Where a sender's time stamps advance by less than its audio lasts, some of that is left out.
    - After `IDLE_S` without packets silence is given out at the pace of the clock. If the packets were only
      held up, they are heard where the silence ended: nothing is left out, and the delay is taken back packet
      by packet where the peer is quiet.
    """

    def __init__(self) -> None:
        self.codec: CodecSpec | None = None
        """The codec heard last."""
        self.corrupt = 0
        """Payloads that the decoder refused."""
        self.overlapping = 0
        """Packets left out because they overlap what was given out."""
        self._output = ContiguousOutput()
        self._timeline: Timeline | None = None
        self._decoder: Decoder | None = None
        self._undecoded: list[bytes] = []
        """Payloads to be decoded as one, of a codec whose payloads may be joined."""
        self._end = 0
        """Where the next sample goes: the output's end and what is not decoded yet."""
        self._frame = _FRAME
        """Samples in the last packet."""
        self._last_at = 0.0
        """When the last packet came."""
        self._latest: tuple[int, float] | None = None
        """Where and when that was, if the timeline has not seen it yet."""
        self._losing = False
        """Packets before the next one are lost."""
        self._idle = False
        """Silence was given out for want of packets since the last one."""
        self._waited = 0
        """Samples of such silence since audio was where its time stamps say."""
        self._quiet = False
        """Nothing is expected to come: the sender said so, or was asked to be silent."""
        self._unrelated = False
        """The next time stamp is of another source than the last."""
        self._doublings = 0
        """Packets in a row whose time stamp advanced by twice the audio of the one before."""
        self._skipped = False
        """The last packet was left out to catch up."""

    @property
    def media_s(self) -> float:
        """The media time reached."""
        return self._end / RATE_HZ

    @property
    def frame_s(self) -> float:
        """The length of the last packet."""
        return self._frame / RATE_HZ

    @property
    def concealed_s(self) -> float:
        """Of it, what stands in for lost audio."""
        return self._output.concealed_samples / RATE_HZ

    def due_s(self, now: float) -> float:
        """The media time of a sound that comes at `now`, be it audio or not."""
        return max(0, self._timeline.due(now)) / RATE_HZ if self._timeline is not None else 0.0

    def lose(self) -> None:
        """Packets before the next one are lost."""
        self._losing = True

    def expect_silence(self) -> None:
        """Until the next packet nothing is lost: its sender is silent on purpose."""
        self._quiet = True

    def begin_source(self) -> None:
        """What comes now is another source: its time stamps and its codec's state begin anew."""
        self._decode_joined()
        self._decoder = None
        self._losing = False
        self._unrelated = True

    def play(self, arrival: Arrival, codec: CodecSpec, newest: Arrival) -> None:
        """Take the next packet.

        `newest` is the packet of its source with the highest time stamp so far: when many come at once after
        a delay, it alone tells how the time stamps relate to the clock.
        """
        packet, at = arrival
        if self._timeline is None:
            self._timeline = Timeline(packet.timestamp, codec.clock_rate_hz, at)
        if self._decoder is None or (codec is not self.codec and codec != self.codec):
            self._change_codec(codec)
        position = self._timeline.place(packet.timestamp)
        if position != self._end or self._idle or self._unrelated:
            position = self._resume(self._timeline, position, arrival, newest)
        else:
            self._doublings = 0
        self._latest = position, at
        self._last_at = at
        self._losing = self._idle = self._quiet = self._unrelated = False
        behind = self._end - position
        if behind <= 0:
            self._waited = 0
        elif self._outruns(self._timeline, position, at):
            self.overlapping += 1
            return
        self._decode(packet.payload, codec, behind)

    def fill(self, now: float) -> None:
        """Give out the silence that is due at `now`, where no packet came for a while."""
        self._decode_joined()
        if self._timeline is None:
            return
        if self._latest is not None:
            position, at = self._latest
            self._latest = None
            self._timeline.observe(position, at)
            self._keep_time(self._timeline, position)
        if now - self._last_at <= IDLE_S:
            return
        count = (self._timeline.due(now - IDLE_S) - self._end) // _FRAME * _FRAME
        if count > 0:
            self._idle = True
            self._waited += count
            self._silence(count, concealed=not self._quiet)

    def _keep_time(self, timeline: Timeline, position: int) -> None:
        """Bring the audio a little nearer to where it belongs; the newest packet's place is `position`.

        A sample for each call is 1 ms in a second and cannot be heard; where the peer is quiet, whole frames.
        """
        ahead = self._end - position - self._frame
        if 0 < ahead < self._frame:
            # Less than the packets that catching up leaves out.
            self._output.stretch(-1)
        elif owed := timeline.owed if ahead <= 0 else 0:
            added = 0
            if abs(owed) >= _FRAME:
                added = self._output.stretch_quiet(_FRAME if owed > 0 else -_FRAME, _QUIET_LEVEL)
            timeline.shift(added or self._output.stretch(1 if owed > 0 else -1))
        self._end = self._output.position

    def take(self) -> list[Pcm]:
        """Fetch the audio made since the last time."""
        self._decode_joined()
        return self._output.take()

    def _change_codec(self, codec: CodecSpec) -> None:
        self._decode_joined()
        if self.codec is not None and codec.clock_rate_hz != self.codec.clock_rate_hz:
            # Time stamps of two clocks can't be compared (RFC 7160).
            self._unrelated = True
        self._decoder = open_decoder(codec)
        self.codec = codec

    def _resume(self, timeline: Timeline, position: int, arrival: Arrival, newest: Arrival) -> int:
        """Find the position of a packet that does not simply follow, and fill the gap before it."""
        packet, at = arrival
        if self._unrelated and self.codec is not None:
            timeline.rate_hz = self.codec.clock_rate_hz
        if self._clock_is_doubled(position):
            timeline.rate_hz *= 2
            self._unrelated = True
        if self._unrelated or not (
            timeline.believes(position, at) or _was_held_up(timeline, position, packet, newest)
        ):
            position = timeline.anchor_by_arrival(packet.timestamp, at, self._end)
        gap = position - self._end
        if gap <= 0:
            return position
        self._decode_joined()
        if self._losing and not self._idle and gap <= _CONCEALED_AT_MOST and self._decoder is not None:
            self._append(self._decoder.conceal(gap, packet.payload), concealed=True)
        else:
            self._silence(gap, concealed=self._losing or (self._idle and not self._quiet))
        return position

    def _outruns(self, timeline: Timeline, position: int, at: float) -> bool:
        """Tell whether media time outruns the clock: there was more audio than time that passed.

        A time stamp is the instant at which the sound was made (RFC 3550 §5.1), so two sounds cannot overlap.
        """
        ahead = self._end - max(position, timeline.due(at))
        return ahead > _OVERLAP_S * RATE_HZ + min(self._waited, _LONGEST_BURST_S * RATE_HZ)

    def _clock_is_doubled(self, position: int) -> bool:
        """Tell whether the time stamps advance by twice the audio, packet after packet, without a loss.

        Some peers count the samples of G.722 on their true clock of 16 kHz (RFC 3551 §4.5.2 warns of it).
        """
        if self._losing or self._idle or position - self._end != self._frame:
            self._doublings = 0
            return False
        self._doublings += 1
        return self._doublings == _DOUBLINGS

    def _decode(self, payload: bytes, codec: CodecSpec, behind: int) -> None:
        """Decode the payload that goes to the end, which is `behind` samples after its own position."""
        if codec.samples_per_octet is not None:
            self._frame = len(payload) * codec.samples_per_octet
            if behind < self._frame:
                self._undecoded.append(payload)
                self._end += self._frame
                return
            self._decode_joined()
        assert self._decoder is not None
        try:
            samples = self._decoder.decode(payload)
        except DecodeError as error:
            self.corrupt += 1
            logger.debug("x payload of %d octets: %s", len(payload), error)
            self._append(self._decoder.conceal(self._frame, None), concealed=True)
            return
        self._frame = len(samples)
        # Every other quiet packet at most, so that a pause between sentences remains one.
        self._skipped = behind >= len(samples) and not self._skipped and is_quiet(samples, _QUIET_LEVEL)
        if not self._skipped:
            self._append(samples, concealed=False)

    def _decode_joined(self) -> None:
        if not self._undecoded:
            return
        assert self._decoder is not None
        payload, self._undecoded = b"".join(self._undecoded), []
        expected = self._end - self._output.position
        try:
            samples = self._decoder.decode(payload)
        except DecodeError as error:
            self.corrupt += 1
            logger.debug("x payloads of %d octets: %s", len(payload), error)
            self._output.append(self._decoder.conceal(expected, None), concealed=True)
            return
        self._output.append(samples)
        self._end = self._output.position

    def _append(self, samples: Samples, *, concealed: bool) -> None:
        self._output.append(samples, concealed=concealed)
        self._end = self._output.position

    def _silence(self, count: int, *, concealed: bool) -> None:
        self._output.append_silence(count, concealed=concealed)
        self._end = self._output.position


def _was_held_up(timeline: Timeline, position: int, packet: RtpPacket, newest: Arrival) -> bool:
    """Tell whether the newest packet, which came with this one, is where the clock expects it."""
    ticks = timestamp_distance(newest.packet.timestamp, packet.timestamp)
    if not 0 < ticks <= _LONGEST_BURST_S * timeline.rate_hz:
        return False
    return timeline.believes(position + ticks * RATE_HZ // timeline.rate_hz, newest.at)
