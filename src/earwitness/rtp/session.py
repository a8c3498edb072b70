"""The media of one leg on real sockets: the thin adapter over `leg.py`.

The event loop does not watch the sockets: every session looks into its own once in three ticks of the
shared pacer (60 ms) and handles together what came. Woken for each packet, 100 G.711 calls cost 0.38 % of a
core each where this costs 0.24 % (`tests/bench/rtp_load.py`). The kernel notes when each datagram came, so
nothing of the timing is lost.
"""

import logging
import socket
import time
from collections.abc import Callable, Iterable
from itertools import count

from earwitness.audio.pcm import Pcm, Samples
from earwitness.rtp.events import MediaEvent, MediaFailed
from earwitness.rtp.leg import Leg
from earwitness.rtp.pacer import TICK_S, running_pacer
from earwitness.rtp.packet import is_rtcp
from earwitness.rtp.plan import MediaPlan
from earwitness.rtp.ports import open_pair, receive
from earwitness.rtp.source import Address
from earwitness.rtp.stats import MediaStats

logger = logging.getLogger(__name__)

POLL_TICKS = 3
"""Ticks of 20 ms between two looks into the sockets."""
_AT_ONCE = 256
"""Datagrams taken from a socket in one go. The kernel keeps the rest; when full, it drops the newest."""
_MOST_AT_A_LOOK = 2
"""So often in one look at most, for all else waits meanwhile. In 60 ms come 3 packets of audio."""
_MOST_AT_THE_END = 16
"""So often when the session ends: more than the kernel keeps."""

_sessions = count()


class MediaSession:
    """RTP and RTCP of one leg.

    `open` binds the ports, which signalling then announces; `start` begins, `update` follows a re-INVITE,
    `aclose` says goodbye. Audio and events are given by callback on the event loop, at most 60 ms after their
    packets came. A callback that raises ends this session's media (`MediaFailed`).
    """

    def __init__(self, rtp: socket.socket, rtcp: socket.socket) -> None:
        self.host: str = rtp.getsockname()[0]
        self.port: int = rtp.getsockname()[1]
        """The RTP port; RTCP has the next one."""
        self._rtp = rtp
        self._rtcp = rtcp
        self._leg: Leg | None = None
        self._on_audio: Callable[[Pcm], None] = _ignore
        self._on_event: Callable[[MediaEvent], None] = _ignore
        # Sessions look at different ticks, so the work of many is spread.
        self._phase = next(_sessions) % POLL_TICKS
        self._next_poll = 0
        self._closed = False

    @classmethod
    async def open(cls, host: str, ports: range | None = None) -> "MediaSession":
        """Bind an even port and the next one on `host`, an IP address of this machine.

        `ports` limits the choice; without it the system chooses. Raises `PortsExhaustedError` where all are
        taken, `OSError` where the address is not ours, `ValueError` where it is none.
        """
        return cls(*open_pair(host, ports))

    def start(
        self,
        plan: MediaPlan,
        on_audio: Callable[[Pcm], None],
        on_event: Callable[[MediaEvent], None] | None = None,
    ) -> None:
        """Begin to send and hear. What came in the last seconds is heard first."""
        if self._closed or self._leg is not None:
            raise RuntimeError("a media session starts once; follow a re-INVITE with update()")
        self._leg = Leg(plan, time.monotonic())
        self._on_audio = on_audio
        self._on_event = on_event or _ignore
        running_pacer().add(self)

    def update(self, plan: MediaPlan) -> None:
        """Go on under another agreement: hold, moved media, another codec. Media time runs on."""
        self._started().update(plan, time.monotonic())

    def send_digits(self, dial_string: str) -> None:
        """Press keys; `,` is a pause of half a second. Raises `ValueError` where the peer takes no keys."""
        self._started().sender.dial(dial_string)

    def play(self, samples: Samples | Iterable[Samples]) -> None:
        """Send this audio (16 kHz mono) in real time; `PlaybackFinished` follows its last packet."""
        self._started().sender.play(samples)

    @property
    def last_packet_at(self) -> float | None:
        """When media or a report of the peer last came (monotonic seconds)."""
        return self._leg.last_packet_at if self._leg is not None else None

    @property
    def stats(self) -> MediaStats:
        """What was measured so far; stays readable after `aclose`. Raises `RuntimeError` before `start`."""
        return self._started().stats

    async def aclose(self) -> None:
        """Give out what has come, say goodbye (RTCP BYE) and free the ports; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        running_pacer().remove(self)
        try:
            if self._leg is not None:
                self._give_out_the_rest(self._leg)
                self._send_report(self._leg, time.monotonic(), bye=True)
        except Exception:
            # As in a tick: what a listener raises ends these media, which are over, and not who closes them.
            logger.exception("the end of a media session was not given out")
        finally:
            self._on_audio = self._on_event = _ignore
            self._rtp.close()
            self._rtcp.close()

    def on_tick(self, number: int, missed: int, now: float) -> None:
        """Called by the pacer every 20 ms."""
        leg = self._started()
        for packet in leg.packets((missed + 1) * TICK_S):
            self._send(self._rtp, packet, leg.destination)
        if number >= self._next_poll:
            self._next_poll = number + POLL_TICKS - (number + self._phase) % POLL_TICKS
            for _ in range(_MOST_AT_A_LOOK):
                if not self._poll(leg, now):
                    break
            self._send_report(leg, now)

    def on_failure(self, error: Exception) -> None:
        """Called by the pacer when a tick raised."""
        self._on_audio = _ignore
        self._on_event(MediaFailed(f"{type(error).__name__}: {error}"))

    def _give_out_the_rest(self, leg: Leg) -> None:
        for _ in range(_MOST_AT_THE_END):
            if not self._poll(leg, time.monotonic()):
                break
        for piece in leg.receiver.finish():
            self._on_audio(piece)

    def _poll(self, leg: Leg, now: float) -> bool:
        """Handle what came; says whether there may be more."""
        datagrams = receive(self._rtp, _AT_ONCE)
        for data, address, arrived in datagrams:
            if is_rtcp(data):
                leg.receive_rtcp(data, address, arrived, _unix_s(arrived))
            else:
                leg.receive_rtp(data, address, arrived)
        for data, address, arrived in receive(self._rtcp, _AT_ONCE):
            leg.receive_rtcp(data, address, arrived, _unix_s(arrived))
        # With more in the socket it is as early as the last datagram: what is still there is not missing.
        pieces = leg.pull(now if len(datagrams) < _AT_ONCE else datagrams[-1].arrived)
        for event in leg.events():
            self._on_event(event)
        for piece in pieces:
            self._on_audio(piece)
        return len(datagrams) == _AT_ONCE

    def _send_report(self, leg: Leg, now: float, *, bye: bool = False) -> None:
        report = leg.report(now, time.time(), bye=bye)
        if report is not None and (destination := leg.rtcp_destination) is not None:
            through = self._rtp if leg.rtcp_is_multiplexed else self._rtcp
            self._send(through, report, destination)

    def _send(self, through: socket.socket, data: bytes, address: Address) -> None:
        try:
            through.sendto(data, address)
        except OSError as error:
            # No route, a full buffer: media is not repeated, the next packet may go.
            logger.debug("x to %s:%d: %s", *address, error)

    def _started(self) -> Leg:
        if self._leg is None:
            raise RuntimeError("the media session has not started; call start() first")
        return self._leg


def _unix_s(monotonic_s: float) -> float:
    return time.time() - (time.monotonic() - monotonic_s)


def _ignore(_: object) -> None:
    pass
