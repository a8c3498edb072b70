"""Session descriptions (RFC 8866) and their offer and answer (RFC 3264), for calls with one audio stream.

Reading is lenient: what has no bearing on media is skipped, missing lines are forgiven, numbers may have any
size. `parse` and `str()` are inverses for all that is kept. Nothing here knows how a codec works: codecs are
names, clock rates and payload types.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

_UNSPECIFIED = ("0.0.0.0", "::")
"""A connection address that means hold to old peers (RFC 3264 §8.4)."""
_PLAIN = ("RTP/AVP", "RTP/AVPF")
_SECURE = ("RTP/SAVP", "RTP/SAVPF")
TELEPHONE_EVENT = "telephone-event"
CSRC_AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:csrc-audio-level"
"""RFC 6465: how loud those are whom a mixer mixes."""
_LEVEL_ID = 1


class NegotiationError(ValueError):
    """The two sides have no media in common; the message says what failed."""


class Direction(StrEnum):
    """Who sends, as the author of the description sees it (RFC 8866 §6.7)."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        """Whether the author sends."""
        return self in (Direction.SENDRECV, Direction.SENDONLY)

    @property
    def receives(self) -> bool:
        """Whether the author receives."""
        return self in (Direction.SENDRECV, Direction.RECVONLY)

    @classmethod
    def of(cls, *, sends: bool, receives: bool) -> "Direction":
        """The direction of these two."""
        if sends:
            return cls.SENDRECV if receives else cls.SENDONLY
        return cls.RECVONLY if receives else cls.INACTIVE


@dataclass(frozen=True, slots=True)
class Codec:
    """A payload type and what it means (RFC 8866 §6.6, §6.15)."""

    payload_type: int
    name: str
    clock_rate_hz: int
    channels: int = 1
    fmtp: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """What makes it the same codec on both sides: the name in upper case and the clock rate."""
        return self.name.upper(), self.clock_rate_hz

    def __str__(self) -> str:
        """As in `a=rtpmap`: name/clock[/channels]."""
        channels = f"/{self.channels}" if self.channels > 1 else ""
        return f"{self.name}/{self.clock_rate_hz}{channels}"


OPUS = Codec(96, "opus", 48_000, 2, "useinbandfec=1;stereo=0")
G722 = Codec(9, "G722", 8_000)
PCMU = Codec(0, "PCMU", 8_000)
PCMA = Codec(8, "PCMA", 8_000)
KEYS = Codec(101, TELEPHONE_EVENT, 8_000, fmtp="0-15")
"""RFC 4733: events 0 to 15 are the sixteen keys."""
DEFAULT_CODECS = (OPUS, G722, PCMU, PCMA)

_STATIC = {
    0: PCMU,
    8: PCMA,
    9: G722,
    3: Codec(3, "GSM", 8_000),
    4: Codec(4, "G723", 8_000),
    13: Codec(13, "CN", 8_000),
    18: Codec(18, "G729", 8_000),
}
"""Payload types that mean something without `a=rtpmap` (RFC 3551, table 4), as far as peers offer them."""
_DYNAMIC = (*range(96, 128), *range(35, 64))
"""Payload types that mean what `a=rtpmap` says; the second range where the first is used up (RFC 5761 §4)."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An `a=` line; `value` is None for a mere property."""

    name: str
    value: str | None = None

    def __str__(self) -> str:
        return self.name if self.value is None else f"{self.name}:{self.value}"


@dataclass(frozen=True, slots=True)
class Media:
    """An `m=` section."""

    kind: str
    port: int
    """0 means refused or not used."""
    protocol: str
    formats: tuple[str, ...]
    host: str | None = None
    """Its own connection address; None where the session's holds."""
    attributes: tuple[Attribute, ...] = ()

    def values(self, name: str) -> list[str]:
        """The values of all attributes of a name."""
        return _values(self.attributes, name)

    @property
    def codecs(self) -> tuple[Codec, ...]:
        """The formats that have a meaning, in order of preference. None of an image or other media."""
        rtpmap = _by_payload_type(self.values("rtpmap"))
        fmtp = _by_payload_type(self.values("fmtp"))
        codecs = []
        for text in self.formats if "RTP" in self.protocol.upper() else ():
            payload_type = _number(text, -1)
            codec = _STATIC.get(payload_type)
            if payload_type in rtpmap:
                codec = _codec(payload_type, rtpmap[payload_type])
            if codec is not None:
                codecs.append(replace(codec, fmtp=fmtp.get(payload_type, "")))
        return tuple(codecs)

    @property
    def ptime_ms(self) -> int | None:
        """The packet time its author likes to receive."""
        return next((_number(value.split(".")[0], 0) or None for value in self.values("ptime")), None)

    @property
    def csrc_audio_level(self) -> int | None:
        """The id of the header extension with the levels of contributing sources (RFC 6465, RFC 8285 §5)."""
        for value in self.values("extmap"):
            entry, _, rest = value.partition(" ")
            identifier = _number(entry.partition("/")[0], 0)
            if rest.split(" ")[0] == CSRC_AUDIO_LEVEL and 1 <= identifier <= 255 and identifier != 15:
                return identifier
        return None

    @property
    def crypto(self) -> tuple[str, ...]:
        """The keys for SRTP offered in the description itself (RFC 4568)."""
        return tuple(self.values("crypto"))

    @property
    def rtcp_port(self) -> int | None:
        """Where its author wants RTCP, if not on the port after RTP (RFC 3605); with RTP for `rtcp-mux`."""
        if Attribute("rtcp-mux") in self.attributes:
            return self.port
        port = next((_number(value.split(" ")[0], 0) for value in self.values("rtcp")), 0)
        return port if 1 <= port <= 65535 else None

    def lines(self) -> list[str]:
        """The section as lines."""
        lines = [f"m={self.kind} {self.port} {self.protocol} {' '.join(self.formats)}"]
        if self.host is not None:
            lines.append(f"c={_address(self.host)}")
        return lines + [f"a={attribute}" for attribute in self.attributes]


@dataclass(frozen=True, slots=True)
class SessionDescription:
    """What one side says of a session."""

    session_id: int
    version: int
    """Grows by one with each change (RFC 8866 §5.2)."""
    origin_host: str
    host: str | None
    """The connection address of media that has none of its own."""
    media: tuple[Media, ...]
    attributes: tuple[Attribute, ...] = ()
    user: str = "-"
    name: str = "-"

    @classmethod
    def parse(cls, text: str | bytes) -> "SessionDescription":
        """Read a description. Raises `ValueError` only where it has no line that SDP knows."""
        if isinstance(text, bytes):
            text = text.decode("utf-8", "replace")
        session: dict[str, list[str]] = {}
        sections: list[dict[str, list[str]]] = []
        lines = session
        for line in text.splitlines():
            kind, equals, value = line.strip().partition("=")
            if not equals or len(kind) != 1:
                continue
            if kind == "m":
                lines = {}
                sections.append(lines)
            lines.setdefault(kind, []).append(value.strip())
        if not session and not sections:
            raise ValueError("the text holds no line of a session description")
        origin = (session.get("o") or [""])[0].split()
        # user, id, version, network, address type, host: from the right, for some put blanks in the user.
        user, session_id, version, host = "-", "0", "0", ""
        if len(origin) >= 6:
            user, session_id, version, host = " ".join(origin[:-5]), *origin[-5:-3], origin[-1]
        return cls(
            _number(session_id, 0),
            _number(version, 0),
            host,
            _connection(session),
            tuple(media for media in map(_media, sections) if media is not None),
            _attributes(session),
            user,
            (session.get("s") or ["-"])[0] or "-",
        )

    def __str__(self) -> str:
        """The description as it goes on the wire."""
        origin = f"{self.user} {self.session_id} {self.version} {_address(self.origin_host or '0.0.0.0')}"
        lines = ["v=0", f"o={origin}", f"s={self.name}"]
        if self.host is not None:
            lines.append(f"c={_address(self.host)}")
        lines.append("t=0 0")
        lines += [f"a={attribute}" for attribute in self.attributes]
        for media in self.media:
            lines += media.lines()
        return "".join(f"{line}\r\n" for line in lines)

    @property
    def audio(self) -> Media | None:
        """The audio stream: the first that is in use, else the first."""
        streams = [media for media in self.media if media.kind == "audio"]
        return next((media for media in streams if media.port), streams[0] if streams else None)

    def host_of(self, media: Media) -> str | None:
        """The connection address that holds for a section."""
        return media.host if media.host is not None else self.host

    def direction_of(self, media: Media) -> Direction:
        """Who sends in a section; an address of zeros means that its author does not receive."""
        direction = Direction.SENDRECV
        # The section's own word is the last and holds.
        for attribute in (*self.attributes, *media.attributes):
            if attribute.value is None and attribute.name in set(Direction):
                direction = Direction(attribute.name)
        if self.host_of(media) in _UNSPECIFIED:
            return Direction.of(sends=direction.sends, receives=False)
        return direction


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What both sides agreed on."""

    remote_host: str
    """An address, or a name that is still to be resolved."""
    remote_port: int
    remote_rtcp_port: int | None
    """None for the port after `remote_port`; the same port where RTP and RTCP share it."""
    codec: Codec
    """What we send, by the peer's payload type."""
    payload_types: Mapping[int, Codec]
    """What may come in."""
    telephone_event: tuple[int, int] | None
    """Payload type and clock rate (Hz) of keys."""
    direction: Direction
    """As we see it: `sends` says whether our media is wanted."""
    ptime_ms: int
    """The packet time to send."""
    remote_crypto: tuple[str, ...] = ()
    """The peer's keys for SRTP, where it uses it."""
    csrc_audio_level: int | None = None
    """The id of the header extension with the levels of contributing sources (RFC 6465)."""


def preferred_codecs(encoding: str | None = None, sample_rate_hz: int | None = None) -> tuple[Codec, ...]:
    """Order our codecs by a client's wish, which is only ever a wish: unknown ones change nothing.

    Speex and linear PCM are not spoken here; whoever asks for them gets the order by its sample rate.
    """
    first: dict[str, tuple[Codec, ...]] = {
        "OPUS": (OPUS,),
        "G722": (G722,),
        "MULAW": (PCMU, PCMA),
        "PCMU": (PCMU, PCMA),
        "ULAW": (PCMU, PCMA),
        "ALAW": (PCMA, PCMU),
        "PCMA": (PCMA, PCMU),
    }
    wanted = first.get((encoding or "").strip().upper().replace(".", "").replace("-", ""), ())
    if not wanted and sample_rate_hz is not None and sample_rate_hz <= 8_000:
        wanted = (PCMU, PCMA)
    return wanted + tuple(codec for codec in DEFAULT_CODECS if codec not in wanted)


def offer(
    codecs: Sequence[Codec],
    host: str,
    port: int,
    session_id: int,
    version: int = 1,
    direction: Direction = Direction.SENDRECV,
    *,
    crypto: Sequence[str] = (),
    before: SessionDescription | None = None,
) -> SessionDescription:
    """Offer one audio stream with `codecs` in order of preference, and keys. `crypto` makes it SRTP.

    `before` is our description that this one takes the place of: its streams stay in their places, the others
    unused, for there are never fewer (RFC 3264 §8), and its payload types keep their meaning (§8.3.2).
    """
    protocol = "RTP/SAVP" if crypto else "RTP/AVP"
    stream = before.audio if before is not None else None
    formats = _numbered((*codecs, KEYS), stream.codecs if stream is not None else ())
    audio = _audio(port, protocol, formats, direction, ptime_ms=20, crypto=crypto, level_id=_LEVEL_ID)
    media: tuple[Media, ...] = (audio,)
    if before is not None and stream is not None:
        media = _in_place_of(stream, audio, before.media)
    return SessionDescription(session_id, version, host, host, media)


def answer(
    remote: SessionDescription,
    codecs: Sequence[Codec],
    host: str,
    port: int,
    session_id: int,
    version: int = 1,
    direction: Direction = Direction.SENDRECV,
    *,
    crypto: Sequence[str] = (),
) -> SessionDescription:
    """Answer an offer: take its first audio stream that we can have, refuse the rest (RFC 3264 §6).

    The order and the payload types are the offer's; `direction` is what we would like. Raises
    `NegotiationError` where no stream can be had.
    """
    chosen = _usable_audio(remote, secure=bool(crypto))
    common = [codec for codec in chosen.codecs if codec.key in {ours.key for ours in codecs}]
    if not common:
        raise NegotiationError(
            f"no common codec: we speak {_names(codecs)}, they offered {_names(chosen.codecs)}"
        )
    fmtp = {ours.key: ours.fmtp for ours in codecs}
    formats = [replace(codec, fmtp=fmtp[codec.key]) for codec in common]
    keys = _telephone_event(chosen.codecs, common[0])
    if keys is not None:
        formats.append(replace(keys, fmtp=KEYS.fmtp))
    theirs = remote.direction_of(chosen)
    agreed = Direction.of(
        sends=direction.sends and theirs.receives, receives=direction.receives and theirs.sends
    )
    accepted = _audio(
        port,
        chosen.protocol,
        formats,
        agreed,
        ptime_ms=chosen.ptime_ms or 20,
        crypto=crypto,
        multiplexed=chosen.rtcp_port == chosen.port,
        level_id=chosen.csrc_audio_level,
    )
    media = _in_place_of(chosen, accepted, remote.media)
    return SessionDescription(session_id, version, host, host, media)


def negotiate(local: SessionDescription, remote: SessionDescription) -> Negotiated:
    """Find what two descriptions, whichever is the offer, agree on. Raises `NegotiationError`."""
    ours = local.audio
    if ours is None:
        raise NegotiationError("no audio in our own session description")
    theirs = _usable_audio(remote, secure=ours.protocol in _SECURE)
    spoken = {codec.key for codec in ours.codecs if not _is_auxiliary(codec)}
    common = [codec for codec in theirs.codecs if codec.key in spoken]
    if not common:
        raise NegotiationError(
            f"no common codec: we offered {_names(ours.codecs)}, they answered {_names(theirs.codecs)}"
        )
    agreed = {codec.key for codec in common}
    # Peers shall send what they were told to (ours); some send by the numbers they gave themselves.
    payload_types = {codec.payload_type: codec for codec in common}
    payload_types |= {codec.payload_type: codec for codec in ours.codecs if codec.key in agreed}
    keys = _telephone_event(theirs.codecs, common[0]) if _has_keys(ours.codecs) else None
    mine, their = local.direction_of(ours), remote.direction_of(theirs)
    host = remote.host_of(theirs)
    if host is None:
        raise NegotiationError("no address to send to: their session description has no c= line")
    return Negotiated(
        host,
        theirs.port,
        theirs.rtcp_port,
        common[0],
        payload_types,
        (keys.payload_type, keys.clock_rate_hz) if keys is not None else None,
        Direction.of(sends=mine.sends and their.receives, receives=mine.receives and their.sends),
        _ptime(theirs.ptime_ms),
        theirs.crypto,
        theirs.csrc_audio_level if ours.csrc_audio_level is not None else None,
    )


def _numbered(codecs: Iterable[Codec], before: Sequence[Codec]) -> list[Codec]:
    """Give codecs the payload types they had before, and others where theirs mean something else."""
    numbers = {codec.key: codec.payload_type for codec in reversed(before)}
    numbered: list[Codec] = []
    for codec in codecs:
        taken = {*numbers.values(), *(known.payload_type for known in numbered)}
        number = numbers.get(codec.key, codec.payload_type)
        if codec.key not in numbers and number in taken:
            number = next(free for free in _DYNAMIC if free not in taken)
        numbered.append(replace(codec, payload_type=number))
    return numbered


def _in_place_of(chosen: Media, ours: Media, streams: Iterable[Media]) -> tuple[Media, ...]:
    """Put our stream in the place of the chosen one, and leave the others unused."""
    return tuple(
        ours if stream is chosen else Media(stream.kind, 0, stream.protocol, stream.formats)
        for stream in streams
    )


def _usable_audio(remote: SessionDescription, *, secure: bool) -> Media:
    streams = [media for media in remote.media if media.kind == "audio"]
    if not streams:
        kinds = ", ".join(sorted({media.kind for media in remote.media})) or "nothing"
        raise NegotiationError(f"no audio in their session description, which has {kinds}")
    used = [media for media in streams if media.port]
    if not used:
        raise NegotiationError("they refused the audio (port 0)")
    wanted = _SECURE if secure else _PLAIN
    for media in used:
        if media.protocol.upper() in wanted:
            return media
    protocols = ", ".join(sorted({media.protocol for media in used}))
    raise NegotiationError(f"no common transport: we use {' or '.join(wanted)}, they use {protocols}")


def _is_auxiliary(codec: Codec) -> bool:
    return codec.name.lower() in (TELEPHONE_EVENT, "cn", "red")


def _has_keys(codecs: Iterable[Codec]) -> bool:
    return any(codec.name.lower() == TELEPHONE_EVENT for codec in codecs)


def _telephone_event(codecs: Iterable[Codec], audio: Codec) -> Codec | None:
    """The keys on the clock of the audio where there are several (RFC 4733 §2.1), else the first."""
    found = [codec for codec in codecs if codec.name.lower() == TELEPHONE_EVENT]
    fitting = [codec for codec in found if codec.clock_rate_hz == audio.clock_rate_hz]
    return next(iter(fitting or found), None)


def _ptime(wanted_ms: int | None) -> int:
    # Whole multiples of 10 ms up to 60 can be sent in every codec.
    return wanted_ms if wanted_ms in (10, 20, 40, 60) else 20


def _audio(
    port: int,
    protocol: str,
    codecs: Sequence[Codec],
    direction: Direction,
    *,
    ptime_ms: int,
    crypto: Sequence[str],
    multiplexed: bool = False,
    level_id: int | None = None,
) -> Media:
    attributes = []
    for codec in codecs:
        attributes.append(Attribute("rtpmap", f"{codec.payload_type} {codec}"))
        if codec.fmtp:
            attributes.append(Attribute("fmtp", f"{codec.payload_type} {codec.fmtp}"))
    attributes.append(Attribute("ptime", str(ptime_ms)))
    if multiplexed:
        attributes.append(Attribute("rtcp-mux"))
    if level_id is not None:
        attributes.append(Attribute("extmap", f"{level_id}/recvonly {CSRC_AUDIO_LEVEL}"))
    attributes += [Attribute("crypto", value) for value in crypto]
    attributes.append(Attribute(direction.value))
    formats = tuple(str(codec.payload_type) for codec in codecs)
    return Media("audio", port, protocol, formats, attributes=tuple(attributes))


def _names(codecs: Iterable[Codec]) -> str:
    return ", ".join(str(codec) for codec in codecs if not _is_auxiliary(codec)) or "none"


def _media(lines: Mapping[str, Sequence[str]]) -> Media | None:
    parts = lines["m"][0].split()
    if len(parts) < 3:
        return None
    # "port/count" announces several streams; only the first is of use.
    port = _number(parts[1].split("/")[0], 0)
    if not 0 <= port <= 65535:
        port = 0
    return Media(parts[0].lower(), port, parts[2], tuple(parts[3:]), _connection(lines), _attributes(lines))


def _connection(lines: Mapping[str, Sequence[str]]) -> str | None:
    for line in lines.get("c", ()):
        parts = line.split()
        if len(parts) >= 3:
            # A scope ("%eth0") means something to its author's machine alone; RFC 8866 §9 has none.
            return parts[2].split("/")[0].partition("%")[0]
    return None


def _attributes(lines: Mapping[str, Sequence[str]]) -> tuple[Attribute, ...]:
    attributes = []
    for line in lines.get("a", ()):
        name, colon, value = line.partition(":")
        attributes.append(Attribute(name.strip(), value.strip() if colon else None))
    return tuple(attributes)


def _values(attributes: Iterable[Attribute], name: str) -> list[str]:
    return [found.value for found in attributes if found.name == name and found.value is not None]


def _by_payload_type(values: Iterable[str]) -> dict[int, str]:
    table: dict[int, str] = {}
    for value in values:
        number, _, rest = value.partition(" ")
        # The first holds where a payload type is given twice.
        table.setdefault(_number(number, -1), rest.strip())
    return table


def _codec(payload_type: int, encoding: str) -> Codec | None:
    name, *numbers = encoding.split()[0].split("/") if encoding.split() else [""]
    clock_rate_hz = _number(numbers[0], 0) if numbers else 0
    if not name or clock_rate_hz <= 0 or not 0 <= payload_type <= 127:
        return None
    return Codec(payload_type, name, clock_rate_hz, max(1, _number(numbers[1], 1)) if numbers[1:] else 1)


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 1000 else default


def _address(host: str) -> str:
    return f"IN {'IP6' if ':' in host else 'IP4'} {host}"
