import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.sdp import (
    DEFAULT_CODECS,
    G722,
    OPUS,
    PCMA,
    PCMU,
    Attribute,
    Codec,
    Direction,
    Media,
    SessionDescription,
    preferred_codecs,
)

tokens = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)
hosts = st.sampled_from(["192.0.2.1", "0.0.0.0", "2001:db8::1", "sip.example.com"])
attributes = st.lists(
    st.builds(Attribute, tokens, st.none() | st.text("abc 123:=/;", max_size=20).map(str.strip)), max_size=5
).map(tuple)
descriptions = st.builds(
    SessionDescription,
    st.integers(0, 2**80),
    st.integers(0, 2**80),
    hosts,
    st.none() | hosts,
    st.lists(
        st.builds(
            Media,
            st.sampled_from(["audio", "video", "image", "application"]),
            st.integers(0, 65535),
            st.sampled_from(["RTP/AVP", "RTP/SAVPF", "udptl", "TCP/MSRP"]),
            st.lists(tokens, max_size=5).map(tuple),
            st.none() | hosts,
            attributes,
        ),
        max_size=3,
    ).map(tuple),
    attributes,
    tokens,
    tokens,
)


@given(descriptions)
def test_parse_is_the_inverse_of_str(description: SessionDescription) -> None:
    assert SessionDescription.parse(str(description)) == description


@given(st.text(max_size=300) | st.binary(max_size=300))
def test_anything_is_read_or_refused(text: str | bytes) -> None:
    try:
        description = SessionDescription.parse(text)
    except ValueError:
        return
    _look_at_everything(description)


def test_what_is_no_description_is_refused() -> None:
    with pytest.raises(ValueError, match="no line of a session description"):
        SessionDescription.parse("<html>")


@given(
    st.lists(
        st.sampled_from("vosctma").flatmap(
            lambda kind: st.text("0123456789 /:.-abrtpmfINIP4audio\r", max_size=40).map(
                lambda value: f"{kind}={value}"
            )
        ),
        max_size=20,
    )
)
def test_lines_that_almost_make_sense_are_read(lines: list[str]) -> None:
    text = "\n".join(["v=0", *lines])
    _look_at_everything(SessionDescription.parse(text))


def _look_at_everything(description: SessionDescription) -> None:
    str(description)
    for media in description.media:
        assert media.ptime_ms is None or media.ptime_ms > 0
        assert isinstance(media.codecs, tuple)
        assert isinstance(media.crypto, tuple)
        description.direction_of(media)
        assert media.rtcp_port is None or media.rtcp_port >= 0


def test_reads_what_is_not_quite_sdp() -> None:
    description = SessionDescription.parse(
        b"v=0\no=me and you 18446744073709551616123 x IN IP4 10.0.0.1\nnonsense\n=\nq=\n"
        b"s=\nc= IN IP4 10.0.0.2/127\nt=0 0\n"
        b"m=audio 4000/2 RTP/AVP 0 x 200 97 98\na=rtpmap:97 iLBC\na=rtpmap:98\na=ptime:20.5\na=\xff\xfe\n"
        b"m=audio\n"
    )
    assert description.user == "me and you"
    assert (description.session_id, description.version) == (18446744073709551616123, 0)
    assert description.host == "10.0.0.2"
    (media,) = description.media
    assert media.port == 4000
    assert media.codecs == (PCMU,)
    assert media.ptime_ms == 20


def test_static_payload_types_need_no_rtpmap_and_rtpmap_wins() -> None:
    media = Media(
        "audio", 4000, "RTP/AVP", ("0", "8", "9", "18"), attributes=(Attribute("rtpmap", "8 speex/16000"),)
    )
    assert [str(codec) for codec in media.codecs] == ["PCMU/8000", "speex/16000", "G722/8000", "G729/8000"]


def test_a_fax_has_no_codecs() -> None:
    assert Media("image", 4000, "udptl", ("t38",)).codecs == ()


def test_a_section_has_the_last_word_on_direction_and_address() -> None:
    description = SessionDescription.parse(
        "v=0\r\nc=IN IP4 192.0.2.1\r\na=inactive\r\n"
        "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.9\r\na=sendonly\r\n"
        "m=audio 4002 RTP/AVP 0\r\n"
    )
    first, second = description.media
    assert description.host_of(first) == "192.0.2.9"
    assert description.host_of(second) == "192.0.2.1"
    assert description.direction_of(first) is Direction.SENDONLY
    assert description.direction_of(second) is Direction.INACTIVE


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
@pytest.mark.parametrize(
    ("said", "meant"), [("sendrecv", "sendonly"), ("recvonly", "inactive"), ("sendonly", "sendonly")]
)
def test_an_address_of_zeros_does_not_receive(host: str, said: str, meant: str) -> None:
    family = "IP6" if ":" in host else "IP4"
    description = SessionDescription.parse(
        f"v=0\r\nc=IN {family} {host}\r\nm=audio 4000 RTP/AVP 0\r\na={said}\r\n"
    )
    assert description.direction_of(description.media[0]) == meant


@pytest.mark.parametrize(
    ("lines", "port"),
    [
        ("", None),
        ("a=rtcp:4711\r\n", 4711),
        ("a=rtcp:4711 IN IP4 192.0.2.1\r\n", 4711),
        ("a=rtcp:x\r\n", None),
        ("a=rtcp:0\r\n", None),
        ("a=rtcp:65535\r\n", 65535),
        ("a=rtcp:65536\r\n", None),
        ("a=rtcp:4711\r\na=rtcp-mux\r\n", 4000),
    ],
)
def test_where_rtcp_goes(lines: str, port: int | None) -> None:
    description = SessionDescription.parse(f"m=audio 4000 RTP/AVP 0\r\n{lines}")
    assert description.media[0].rtcp_port == port


def test_an_address_has_no_scope() -> None:
    description = SessionDescription.parse("c=IN IP6 fe80::1%eth0\r\nm=audio 4000 RTP/AVP 0\r\n")
    assert description.host == "fe80::1"


def test_keys_for_srtp_are_kept() -> None:
    line = "1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:32"
    description = SessionDescription.parse(f"m=audio 4000 RTP/SAVP 0\r\na=crypto:{line}\r\n")
    assert description.media[0].crypto == (line,)
    assert f"a=crypto:{line}\r\n" in str(description)


def test_the_first_used_audio_is_the_audio() -> None:
    description = SessionDescription.parse(
        "m=video 5000 RTP/AVP 31\r\nm=audio 0 RTP/AVP 0\r\nm=audio 4000 RTP/AVP 8\r\n"
    )
    assert description.audio is description.media[2]
    assert SessionDescription.parse("m=video 5000 RTP/AVP 31\r\n").audio is None


@pytest.mark.parametrize(
    ("encoding", "rate_hz", "first"),
    [
        (None, None, [OPUS]),
        ("OPUS", 48_000, [OPUS]),
        ("opus", None, [OPUS]),
        ("SPEEX", 16_000, [OPUS]),
        ("LINEAR16", 44_100, [OPUS]),
        ("LINEAR16", 8_000, [PCMU, PCMA]),
        ("MULAW", 8_000, [PCMU, PCMA]),
        ("PCMU", 16_000, [PCMU, PCMA]),
        ("pcma", 8_000, [PCMA, PCMU]),
        ("G.722", 16_000, [G722, OPUS]),
        ("g722", None, [G722, OPUS]),
        ("no such thing", None, [OPUS, G722, PCMU, PCMA]),
        ("", 0, [PCMU]),
    ],
)
def test_a_clients_wish_orders_the_codecs(
    encoding: str | None, rate_hz: int | None, first: list[Codec]
) -> None:
    codecs = preferred_codecs(encoding, rate_hz)
    assert list(codecs[: len(first)]) == first
    assert sorted(codecs, key=str) == sorted(DEFAULT_CODECS, key=str)
