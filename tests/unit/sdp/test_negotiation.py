"""Offers and answers, with descriptions as well-known peers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.sdp import (
    DEFAULT_CODECS,
    G722,
    OPUS,
    PCMA,
    PCMU,
    Codec,
    Direction,
    NegotiationError,
    SessionDescription,
    answer,
    negotiate,
    offer,
    preferred_codecs,
)

OURS = offer(DEFAULT_CODECS, "192.0.2.1", 40_000, session_id=1234)

ASTERISK = """\
v=0
o=- 1234 3 IN IP4 198.51.100.10
s=Asterisk
c=IN IP4 198.51.100.10
t=0 0
m=audio 11422 RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=maxptime:150
a=sendrecv
"""
FREESWITCH = """\
v=0
o=FreeSWITCH 1700000000 1700000001 IN IP4 198.51.100.20
s=FreeSWITCH
c=IN IP4 198.51.100.20
t=0 0
m=audio 27644 RTP/AVP 96 101
a=rtpmap:96 opus/48000/2
a=fmtp:96 useinbandfec=1; maxaveragebitrate=30000; maxplaybackrate=48000; ptime=20; stereo=0
a=rtpmap:101 telephone-event/48000
a=fmtp:101 0-15
a=silenceSupp:off - - - -
a=ptime:20
a=rtcp:27645 IN IP4 198.51.100.20
"""
MEETING_SERVICE = """\
v=0
o=root 340282366920938463463374607431768211456 340282366920938463463374607431768211457 IN IP4 203.0.113.30
s=-
c=IN IP4 203.0.113.30
b=AS:2048
t=0 0
a=ice-lite
m=audio 60166 RTP/AVP 9 0 101
b=TIAS:64000
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=label:0
a=content:main
m=video 0 RTP/AVP 31
m=application 0 UDP/BFCP *
"""
BARESIP = """\
v=0
o=- 3881230051 1290216120 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
a=tool:baresip 1.0.0
m=audio 10018 RTP/AVP 96 9 0 8 101
b=AS:128
a=rtpmap:96 opus/48000/2
a=fmtp:96 stereo=1;sprop-stereo=1
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=rtcp:10019
a=sendrecv
a=label:1
a=rtcp-rsize
a=ssrc:2482318113 cname:me@localhost
a=ptime:20
"""


def _read(text: str) -> SessionDescription:
    return SessionDescription.parse(text.replace("\n", "\r\n"))


def test_the_offer_is_what_peers_expect_and_small() -> None:
    assert str(OURS) == (
        "v=0\r\n"
        "o=- 1234 1 IN IP4 192.0.2.1\r\n"
        "s=-\r\n"
        "c=IN IP4 192.0.2.1\r\n"
        "t=0 0\r\n"
        "m=audio 40000 RTP/AVP 96 9 0 8 101\r\n"
        "a=rtpmap:96 opus/48000/2\r\n"
        "a=fmtp:96 useinbandfec=1;stereo=0\r\n"
        "a=rtpmap:9 G722/8000\r\n"
        "a=rtpmap:0 PCMU/8000\r\n"
        "a=rtpmap:8 PCMA/8000\r\n"
        "a=rtpmap:101 telephone-event/8000\r\n"
        "a=fmtp:101 0-15\r\n"
        "a=ptime:20\r\n"
        "a=extmap:1/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level\r\n"
        "a=sendrecv\r\n"
    )


def test_asterisk_answers_with_one_codec() -> None:
    agreed = negotiate(OURS, _read(ASTERISK))
    assert (agreed.remote_host, agreed.remote_port, agreed.remote_rtcp_port) == ("198.51.100.10", 11422, None)
    assert agreed.codec.key == PCMU.key
    assert {number: codec.name for number, codec in agreed.payload_types.items()} == {0: "PCMU"}
    assert agreed.telephone_event == (101, 8_000)
    assert agreed.direction is Direction.SENDRECV
    assert agreed.ptime_ms == 20


def test_freeswitch_answers_with_keys_on_the_clock_of_opus() -> None:
    agreed = negotiate(OURS, _read(FREESWITCH))
    assert agreed.codec.key == OPUS.key
    assert agreed.codec.payload_type == 96
    assert agreed.telephone_event == (101, 48_000)
    assert agreed.remote_rtcp_port == 27645


def test_a_meeting_service_refuses_video_and_counts_beyond_64_bits() -> None:
    remote = _read(MEETING_SERVICE)
    assert remote.session_id == 2**128
    agreed = negotiate(OURS, remote)
    assert agreed.codec.key == G722.key
    assert set(agreed.payload_types) == {0, 9}
    assert agreed.remote_port == 60166


def test_baresip_takes_all() -> None:
    agreed = negotiate(OURS, _read(BARESIP))
    assert agreed.codec.key == OPUS.key
    assert set(agreed.payload_types) == {0, 8, 9, 96}


def test_a_peer_with_numbers_of_its_own_is_heard_by_both() -> None:
    remote = _read(FREESWITCH.replace("96", "107"))
    agreed = negotiate(OURS, remote)
    assert agreed.codec.payload_type == 107
    assert {number: codec.name for number, codec in agreed.payload_types.items()} == {
        96: "opus",
        107: "opus",
    }


def test_no_common_codec_names_both_sides() -> None:
    remote = _read(ASTERISK.replace("RTP/AVP 0", "RTP/AVP 18"))
    with pytest.raises(
        NegotiationError,
        match="we offered opus/48000/2, G722/8000, PCMU/8000, PCMA/8000, they answered G729/8000",
    ):
        negotiate(OURS, remote)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("m=audio 11422", "m=audio 0"), r"refused the audio \(port 0\)"),
        (("m=audio 11422 RTP/AVP 0 101", "m=image 11422 udptl t38"), "no audio .* which has image"),
        (("RTP/AVP", "RTP/SAVP"), "we use RTP/AVP or RTP/AVPF, they use RTP/SAVP"),
        (("c=IN IP4 198.51.100.10\n", ""), "no c= line"),
        (("0 101", "101"), "they answered none"),
    ],
)
def test_what_failed_is_said(change: tuple[str, str], reason: str) -> None:
    with pytest.raises(NegotiationError, match=reason):
        negotiate(OURS, _read(ASTERISK.replace(*change)))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("sendonly", Direction.RECVONLY),
        ("recvonly", Direction.SENDONLY),
        ("inactive", Direction.INACTIVE),
        ("sendrecv", Direction.SENDRECV),
    ],
)
def test_hold_is_answered_and_taken_back(theirs: str, ours: Direction) -> None:
    remote = _read(ASTERISK.replace("a=sendrecv", f"a={theirs}"))
    local = answer(remote, DEFAULT_CODECS, "192.0.2.1", 40_000, 1234, 2)
    assert local.direction_of(local.media[0]) is ours
    assert local.version == 2
    assert negotiate(local, remote).direction is ours


def test_hold_by_address_is_answered_recvonly() -> None:
    remote = _read(ASTERISK.replace("c=IN IP4 198.51.100.10", "c=IN IP4 0.0.0.0"))
    local = answer(remote, DEFAULT_CODECS, "192.0.2.1", 40_000, 1234, 2)
    assert "a=recvonly\r\n" in str(local)
    agreed = negotiate(local, remote)
    assert agreed.remote_host == "0.0.0.0"
    assert agreed.direction is Direction.RECVONLY


def test_moved_media_is_followed() -> None:
    moved = _read(
        ASTERISK.replace("c=IN IP4 198.51.100.10", "c=IN IP4 198.51.100.99").replace("11422", "2000")
    )
    local = answer(moved, DEFAULT_CODECS, "192.0.2.1", 40_000, 1234, 2)
    agreed = negotiate(local, moved)
    assert (agreed.remote_host, agreed.remote_port) == ("198.51.100.99", 2000)


def test_an_answer_keeps_the_numbers_and_the_order_of_the_offer() -> None:
    remote = _read(FREESWITCH.replace("RTP/AVP 96 101", "RTP/AVP 8 107 101").replace(":96", ":107"))
    local = answer(remote, preferred_codecs("OPUS", 48_000), "192.0.2.1", 40_000, 1)
    assert local.media[0].formats == ("8", "107", "101")
    agreed = negotiate(local, remote)
    assert agreed.codec.key == PCMA.key
    assert {number: codec.name for number, codec in agreed.payload_types.items()} == {8: "PCMA", 107: "opus"}
    assert agreed.telephone_event == (101, 48_000)


def test_other_streams_are_refused_in_place() -> None:
    remote = _read(
        "v=0\nc=IN IP4 192.0.2.7\n"
        "m=video 5000 RTP/AVP 31\na=rtpmap:31 H261/90000\n"
        "m=audio 5002 RTP/SAVP 0\n"
        "m=audio 5004 RTP/AVPF 0\na=rtcp-mux\na=ptime:40\n"
        "m=image 5006 udptl t38\n"
    )
    local = answer(remote, DEFAULT_CODECS, "192.0.2.1", 40_000, 1)
    assert [(media.kind, media.port, media.protocol, media.formats) for media in local.media] == [
        ("video", 0, "RTP/AVP", ("31",)),
        ("audio", 0, "RTP/SAVP", ("0",)),
        ("audio", 40_000, "RTP/AVPF", ("0",)),
        ("image", 0, "udptl", ("t38",)),
    ]
    agreed = negotiate(local, remote)
    assert (agreed.remote_port, agreed.remote_rtcp_port, agreed.ptime_ms) == (5004, 5004, 40)
    assert agreed.telephone_event is None


def test_an_offer_without_a_codec_of_ours_is_refused() -> None:
    remote = _read(ASTERISK.replace("RTP/AVP 0", "RTP/AVP 18"))
    with pytest.raises(NegotiationError, match=r"we speak opus/48000/2, .* they offered G729/8000"):
        answer(remote, DEFAULT_CODECS, "192.0.2.1", 40_000, 1)


def test_srtp_is_offered_with_its_keys_and_its_profile_is_mirrored() -> None:
    key = "1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
    secure = offer([PCMU], "192.0.2.1", 40_000, 1, crypto=[key])
    assert secure.media[0].protocol == "RTP/SAVP"
    reply = answer(secure, [PCMU], "192.0.2.2", 50_000, 2, crypto=[key])
    assert reply.media[0].protocol == "RTP/SAVP"
    assert negotiate(secure, reply).remote_crypto == (key,)
    with pytest.raises(NegotiationError, match="no common transport"):
        negotiate(secure, _read(ASTERISK))
    with pytest.raises(NegotiationError, match="no common transport"):
        answer(secure, [PCMU], "192.0.2.2", 50_000, 2)


def test_ipv6() -> None:
    local = offer([PCMU], "2001:db8::1", 40_000, 1)
    assert "c=IN IP6 2001:db8::1\r\n" in str(local)
    remote = answer(SessionDescription.parse(str(local)), [PCMU], "2001:db8::2", 50_000, 2)
    assert negotiate(local, remote).remote_host == "2001:db8::2"


@given(
    st.permutations(DEFAULT_CODECS).flatmap(lambda codecs: st.integers(1, 4).map(lambda n: codecs[:n])),
    st.permutations(DEFAULT_CODECS).flatmap(lambda codecs: st.integers(1, 4).map(lambda n: codecs[:n])),
    st.sampled_from(Direction),
    st.sampled_from(Direction),
)
def test_both_sides_agree(theirs: list[Codec], ours: list[Codec], their: Direction, our: Direction) -> None:
    remote = offer(theirs, "192.0.2.7", 5000, 1, direction=their)
    common = [codec for codec in theirs if codec in ours]
    if not common:
        with pytest.raises(NegotiationError):
            answer(remote, ours, "192.0.2.1", 4000, 2, direction=our)
        return
    local = answer(remote, ours, "192.0.2.1", 4000, 2, direction=our)
    here, there = negotiate(local, remote), negotiate(remote, local)
    assert here.codec.key == there.codec.key == common[0].key
    assert here.payload_types.keys() == there.payload_types.keys()
    assert here.direction.sends == there.direction.receives
    assert here.direction.receives == there.direction.sends
    assert here.direction.sends == (our.sends and their.receives)
    assert here.telephone_event == there.telephone_event == (101, 8_000)


def test_levels_of_contributing_sources_are_agreed_on_where_both_know_them() -> None:
    level = "urn:ietf:params:rtp-hdrext:csrc-audio-level"
    theirs = SessionDescription.parse(
        "v=0\r\nc=IN IP4 192.0.2.9\r\nm=audio 5000 RTP/AVP 0\r\n"
        f"a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=extmap:7/sendonly {level} x=1\r\n"
    )
    ours = answer(theirs, DEFAULT_CODECS, "192.0.2.1", 40_000, 1)
    assert f"a=extmap:7/recvonly {level}\r\n" in str(ours)
    assert negotiate(ours, theirs).csrc_audio_level == 7
    assert negotiate(OURS, theirs).csrc_audio_level == 7
    without = SessionDescription.parse("v=0\r\nc=IN IP4 192.0.2.9\r\nm=audio 5000 RTP/AVP 0\r\n")
    assert negotiate(OURS, without).csrc_audio_level is None
    assert "extmap" not in str(answer(without, DEFAULT_CODECS, "192.0.2.1", 40_000, 1))


@pytest.mark.parametrize("identifier", ["0", "15", "256", "x", ""])
def test_ids_that_no_extension_has_are_not_taken(identifier: str) -> None:
    theirs = SessionDescription.parse(
        "v=0\r\nc=IN IP4 192.0.2.9\r\nm=audio 5000 RTP/AVP 0\r\n"
        f"a=extmap:{identifier} urn:ietf:params:rtp-hdrext:csrc-audio-level\r\n"
    )
    assert negotiate(OURS, theirs).csrc_audio_level is None


def test_the_offer_leaves_an_invite_room_in_one_datagram() -> None:
    assert len(str(OURS)) < 500
