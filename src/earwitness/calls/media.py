"""The media of a call: what session descriptions agree on, carried out by a media session."""

import ipaddress
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Self

from earwitness import sdp
from earwitness.audio.codec import find_codec
from earwitness.audio.pcm import Pcm, Samples
from earwitness.rtp.events import MediaEvent
from earwitness.rtp.plan import MediaPlan
from earwitness.rtp.session import MediaSession
from earwitness.sip.events import OfferRefusedError

_QUALITY_DIGITS = 4


class CallMedia:
    """One audio stream, from the first offer on. Every answer and re-offer goes through here."""

    def __init__(
        self,
        session: MediaSession,
        host: str,
        codecs: Sequence[sdp.Codec],
        on_audio: Callable[[Pcm], None],
        on_event: Callable[[MediaEvent], None] | None = None,
    ) -> None:
        self.held = False
        """Whether the far end holds the call (RFC 3264 §8.4)."""
        self.codec: str | None = None
        """Name of the codec agreed on."""
        self._session = session
        self._host = host
        self._codecs = codecs
        self._on_audio = on_audio
        self._on_event = on_event
        self._session_id = random.getrandbits(31)
        self._version = 0
        self._local: sdp.SessionDescription | None = None
        """What we described last."""
        self._is_offer = False
        """Whether that is an offer."""
        self._plan: MediaPlan | None = None

    @classmethod
    async def open(
        cls,
        bind_host: str,
        host: str,
        ports: range,
        codecs: Sequence[sdp.Codec],
        on_audio: Callable[[Pcm], None],
        on_event: Callable[[MediaEvent], None] | None = None,
    ) -> Self:
        """Bind ports; `host` is the address of ours that the far end will see.

        Raises:
            OSError: no ports are free, or the address is not ours.
        """
        return cls(await MediaSession.open(bind_host, ports), host, codecs, on_audio, on_event)

    def offer(self) -> bytes:
        """Return our offer, to start with or when the far end asks for one."""
        self._version += 1
        self._local = sdp.offer(
            self._codecs,
            self._host,
            self._session.port,
            self._session_id,
            self._version,
            before=self._local,
        )
        self._is_offer = True
        return self._described(self._local)

    def accept(self, answer: bytes) -> None:
        """Follow the far end's answer to our first offer; the same answer again changes nothing.

        An answer that is taken up only when a later offer of the far end has been answered is overtaken: SIP
        asks for our answers at once, and tells of the far end's in turn.

        Raises:
            NegotiationError, ValueError: there is nothing in common, or no description at all.
        """
        if self._local is None:
            raise ValueError("an answer came to an offer that was never made")
        if self._is_offer:
            # Who answers at first that it only sends holds nothing: that is an announcement.
            self.held = not self._agree(self._local, answer).receives

    def answer(self, offer: bytes | None) -> bytes:
        """Follow a new offer of the far end and return our answer; without one, return an offer of ours.

        Raises:
            OfferRefusedError: the offer has nothing for us.
        """
        if offer is None:
            return self.offer()
        try:
            remote = sdp.SessionDescription.parse(offer)
            self._version += 1
            local = sdp.answer(
                remote, self._codecs, self._host, self._session.port, self._session_id, self._version
            )
            direction = self._follow(sdp.negotiate(local, remote))
        except ValueError as error:
            raise OfferRefusedError(str(error)) from error
        self.held = direction is not sdp.Direction.SENDRECV
        self._local, self._is_offer = local, False
        return self._described(local)

    def settle(self, theirs: bytes, ours: bytes) -> None:
        """Take the two descriptions that end a re-INVITE or UPDATE, whoever of the two has offered.

        What we have answered is followed already. The offer was ours where the far end asked for one, and
        where what we described last refreshed the session. Descriptions that are overtaken change nothing.

        Raises:
            NegotiationError, ValueError: there is nothing in common, or no description at all; all goes on as
                it was.
        """
        if self._local is not None and ours == self._described(self._local):
            self.held = self._agree(self._local, theirs) is not sdp.Direction.SENDRECV

    def play(self, samples: Samples) -> None:
        """Send audio (16 kHz mono) in real time."""
        self._session.play(samples)

    def send_digits(self, dial_string: str | None) -> None:
        """Press keys; `,` is a pause of 500 ms.

        Raises:
            ValueError: the far end takes no keys.
        """
        if dial_string:
            self._session.send_digits(dial_string.replace(" ", "").upper())

    @property
    def last_packet_at(self) -> float | None:
        """When media or a report of the far end last came (monotonic seconds)."""
        return self._session.last_packet_at

    def measured(self) -> dict[str, Any] | None:
        """Return what was measured of the media, once there is any."""
        if self._plan is None:
            return None
        return {
            _camel(name): round(value, _QUALITY_DIGITS) if isinstance(value, float) else value
            for name, value in asdict(self._session.stats).items()
        }

    async def aclose(self) -> None:
        """Give out what has come, say goodbye and free the ports; safe to call twice."""
        await self._session.aclose()
        # SIP keeps our answers to offers for a while, and them alone: not the call that the audio went to.
        self._on_audio, self._on_event = _nowhere, None

    @staticmethod
    def _described(local: sdp.SessionDescription) -> bytes:
        return str(local).encode()

    def _agree(self, local: sdp.SessionDescription, theirs: bytes) -> sdp.Direction:
        return self._follow(sdp.negotiate(local, sdp.SessionDescription.parse(theirs)))

    def _follow(self, agreed: sdp.Negotiated) -> sdp.Direction:
        plan = _plan(agreed)
        self.codec = agreed.codec.name
        if self._plan is None:
            self._session.start(plan, self._on_audio, self._on_event)
        elif plan != self._plan:
            self._session.update(plan)
        self._plan = plan
        return agreed.direction


def _nowhere(audio: Pcm) -> None:
    """Take what comes too late."""


def _plan(agreed: sdp.Negotiated) -> MediaPlan:
    try:
        ipaddress.ip_address(agreed.remote_host)
    except ValueError:
        raise sdp.NegotiationError(
            f"they want media at {agreed.remote_host!r}, which is no IP address"
        ) from None
    codecs = {
        number: find_codec(codec.name, codec.clock_rate_hz) for number, codec in agreed.payload_types.items()
    }
    return MediaPlan(
        remote_host=agreed.remote_host,
        remote_port=agreed.remote_port,
        codecs={number: codec for number, codec in codecs.items() if codec is not None},
        send_payload_type=agreed.codec.payload_type,
        telephone_event=agreed.telephone_event,
        send=agreed.direction.sends,
        receive=agreed.direction.receives,
        ptime_ms=agreed.ptime_ms,
        remote_rtcp_port=agreed.remote_rtcp_port,
        csrc_audio_level=agreed.csrc_audio_level,
        send_codec=find_codec(agreed.codec.name, agreed.codec.clock_rate_hz),
    )


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
