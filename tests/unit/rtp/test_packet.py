import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.rtp.packet import (
    HeaderExtension,
    RtpPacket,
    is_rtcp,
    sequence_distance,
    timestamp_distance,
)

packets = st.builds(
    RtpPacket,
    st.integers(0, 127),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF_FFFF),
    st.integers(0, 0xFFFF_FFFF),
    st.binary(max_size=400),
    st.booleans(),
    st.lists(st.integers(0, 0xFFFF_FFFF), max_size=15).map(tuple),
    st.none()
    | st.builds(
        HeaderExtension, st.integers(0, 0xFFFF), st.binary(max_size=40).map(lambda d: d + bytes(-len(d) % 4))
    ),
    st.integers(0, 255),
)


@given(packets)
def test_parse_is_the_inverse_of_bytes(packet: RtpPacket) -> None:
    assert RtpPacket.parse(bytes(packet)) == packet


@given(st.binary(max_size=80))
def test_anything_is_read_or_refused(data: bytes) -> None:
    try:
        packet = RtpPacket.parse(data)
    except ValueError:
        return
    assert len(bytes(packet)) == len(data)


@given(packets, st.data())
def test_cut_packets_never_yield_more_than_was_there(packet: RtpPacket, data: st.DataObject) -> None:
    octets = bytes(packet)
    cut = octets[: data.draw(st.integers(0, len(octets)))]
    with contextlib.suppress(ValueError):
        assert len(RtpPacket.parse(cut).payload) <= len(cut)


def test_reads_a_packet_with_everything() -> None:
    octets = bytes.fromhex(
        "b2e0 0001 00000002 00000003 0000000a 0000000b bede0001 10aa0000 0102 000002".replace(" ", "")
    )
    packet = RtpPacket.parse(octets[:-3] + bytes.fromhex("0002"))
    assert packet == RtpPacket(
        0x60, 1, 2, 3, b"\x01\x02", True, (10, 11), HeaderExtension(0xBEDE, bytes.fromhex("10aa0000")), 2
    )


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        ("8000", "at least 12"),
        ("40" + "00" * 11, "version 1"),
        ("82" + "00" * 11 + "00" * 4, "contributing sources"),
        ("90" + "00" * 11, "extension is cut off"),
        ("90" + "00" * 11 + "bede0004" + "00" * 4, "longer than the packet"),
        ("a0" + "00" * 11 + "05", "padding"),
        ("a0" + "00" * 11 + "00", "padding"),
    ],
)
def test_says_what_is_wrong(octets: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        RtpPacket.parse(bytes.fromhex(octets))


@pytest.mark.parametrize(
    "packet",
    [
        RtpPacket(0, 65536, 0, 0, b""),
        RtpPacket(0, 0, 0, 0, b"", csrcs=(0,) * 16),
        RtpPacket(0, 0, 0, 0, b"", extension=HeaderExtension(0, b"abc")),
        RtpPacket(0, 0, 0, 0, b"", padding=256),
    ],
)
def test_refuses_to_write_what_no_header_holds(packet: RtpPacket) -> None:
    with pytest.raises(ValueError):
        bytes(packet)


def test_distances_wrap() -> None:
    assert sequence_distance(2, 65534) == 4
    assert sequence_distance(65534, 2) == -4
    assert timestamp_distance(5, 0xFFFF_FFFB) == 10
    assert timestamp_distance(0xFFFF_FFFB, 5) == -10


def test_tells_rtcp_from_rtp() -> None:
    assert is_rtcp(bytes([0x80, 200, 0, 0]))
    assert not is_rtcp(bytes(RtpPacket(96, 0, 0, 0, b"", marker=True)))
    assert not is_rtcp(b"\x80")
