import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.rtp.header_extension import csrc_audio_levels, element
from earwitness.rtp.packet import HeaderExtension


def one_byte(data: str) -> HeaderExtension:
    return HeaderExtension(0xBEDE, bytes.fromhex(data))


def two_byte(data: str) -> HeaderExtension:
    return HeaderExtension(0x1000, bytes.fromhex(data))


@pytest.mark.parametrize(
    ("extension", "identifier", "found"),
    [
        (one_byte("10aa20bb"), 1, b"\xaa"),
        (one_byte("10aa20bb"), 2, b"\xbb"),
        (one_byte("000030cc"), 3, b"\xcc"),
        (one_byte("12aabbcc"), 1, b"\xaa\xbb\xcc"),
        (one_byte("10aa0000"), 3, None),
        (one_byte("f0aa10bb"), 1, None),
        (one_byte("13aabbcc"), 1, None),
        (two_byte("0102aabb"), 1, b"\xaa\xbb"),
        (two_byte("010000002003aabbcc000000"), 32, b"\xaa\xbb\xcc"),
        (two_byte("00000005"), 5, None),
        (two_byte("0105aabb"), 1, None),
        (HeaderExtension(0x1234, b"\x10\xaa\x00\x00"), 1, None),
        (None, 1, None),
    ],
)
def test_elements_are_found_by_their_id(
    extension: HeaderExtension | None, identifier: int, found: bytes | None
) -> None:
    assert element(extension, identifier) == found


def test_levels_are_seven_bits_each() -> None:
    assert csrc_audio_levels(one_byte("1114ff00"), 1) == (20, 127)
    assert csrc_audio_levels(two_byte("010105000000"[:8]), 1) == (5,)
    assert csrc_audio_levels(one_byte("1114ff00"), 2) == ()


@given(st.integers(0, 0xFFFF), st.binary(max_size=40), st.integers(1, 255))
def test_anything_is_read(profile: int, data: bytes, identifier: int) -> None:
    element(HeaderExtension(profile, data), identifier)
    element(HeaderExtension(0xBEDE, data), identifier)
    element(HeaderExtension(0x1000, data), identifier)
