import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.rtp.rtcp import (
    Bye,
    ReceiverReport,
    ReportBlock,
    RtcpPacket,
    SenderReport,
    SourceDescription,
    build_compound,
    ntp_time,
    parse_compound,
)

u32 = st.integers(0, 0xFFFF_FFFF)
blocks = st.lists(
    st.builds(ReportBlock, u32, st.integers(0, 255), st.integers(-0x80_0000, 0x7F_FFFF), u32, u32, u32, u32),
    max_size=31,
).map(tuple)
text = st.text(max_size=40)
named = st.lists(st.tuples(u32, text), max_size=15).map(tuple)
compounds = st.lists(
    st.one_of(
        st.builds(SenderReport, u32, st.integers(0, 2**64 - 1), u32, u32, u32, blocks),
        st.builds(ReceiverReport, u32, blocks),
        st.builds(SourceDescription, named, named),
        st.builds(Bye, st.lists(u32, max_size=31).map(tuple), text),
    ),
    max_size=4,
)


@given(compounds)
def test_parse_is_the_inverse_of_build(packets: list[RtcpPacket]) -> None:
    assert parse_compound(build_compound(packets)) == packets


@given(st.binary(max_size=120))
def test_anything_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        parse_compound(data)


@given(compounds, st.data())
def test_damaged_packets_are_read_or_refused(packets: list[RtcpPacket], data: st.DataObject) -> None:
    octets = bytearray(build_compound(packets))
    for _ in range(data.draw(st.integers(1, 4))):
        if octets:
            octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        parse_compound(bytes(octets))


def test_reads_the_sender_report_of_an_asterisk() -> None:
    # SR with one block, SDES with CNAME and padding of the chunk.
    data = bytes.fromhex(
        "81c8000c"
        "11223344"
        "e5a10b5c80000000"
        "00001f40"
        "00000032"
        "00001f40"
        "55667788"
        "1affffff"
        "00010203"
        "00000010"
        "0b5c8000"
        "00010000"
        "81ca0004"
        "11223344"
        "0109"
        "6d65406c6f63616c68"
        "00"
    )
    report, names = parse_compound(data)
    assert report == SenderReport(
        0x11223344,
        0xE5A10B5C_80000000,
        8000,
        50,
        8000,
        (ReportBlock(0x55667788, 26, -1, 0x10203, 16, 0x0B5C8000, 65536),),
    )
    assert names == SourceDescription(((0x11223344, "me@localh"),))


def test_skips_types_it_does_not_know() -> None:
    application = bytes.fromhex("80cc00020000000141424344")
    assert parse_compound(application + build_compound([Bye((1,))])) == [Bye((1,))]


@pytest.mark.parametrize("data", ["80c9", "40c90001", "80c90004", "a0c90001000000ff", "81c90001", "81cb0000"])
def test_refuses_what_contradicts_itself(data: str) -> None:
    with pytest.raises(ValueError, match="RTCP"):
        parse_compound(bytes.fromhex(data))


def test_ntp_time_counts_from_1900() -> None:
    assert ntp_time(0.5) == 2_208_988_800 << 32 | 1 << 31
