import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.audio.g711 import G711Decoder, G711Encoder

EVERY_CODE = bytes(range(256))
DELAY = 62
"""Samples that encoder and decoder are late together."""


def _ffmpeg(codec: str, payload: bytes) -> list[int]:
    context = av.CodecContext.create(codec, "r")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate = 8_000
    context.layout = "mono"
    return [int(value) for frame in context.decode(av.Packet(payload)) for value in frame.to_ndarray()[0]]


@pytest.mark.parametrize(("name", "codec"), [("PCMU", "pcm_mulaw"), ("PCMA", "pcm_alaw")])
def test_every_code_has_the_level_ffmpeg_gives_it(name: str, codec: str) -> None:
    levels = [int(G711Decoder(name).decode(bytes([code]) * 100)[100]) for code in range(256)]
    assert levels == _ffmpeg(codec, EVERY_CODE)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("PCMU", 0, 0xFF),
        ("PCMU", 32767, 0x80),
        ("PCMU", -32768, 0x00),
        ("PCMU", 1000, 0xCE),
        ("PCMU", -1000, 0x4E),
        ("PCMA", 0, 0xD5),
        ("PCMA", 32767, 0xAA),
        ("PCMA", -32768, 0x2A),
        ("PCMA", 1000, 0xFA),
        ("PCMA", -1000, 0x7A),
    ],
)
def test_known_values(name: str, value: int, code: int) -> None:
    assert G711Encoder(name).encode(np.full(320, value, np.int16))[80] == code


@pytest.mark.parametrize("name", ["PCMU", "PCMA"])
def test_decoding_and_encoding_again_gives_the_same_octets(name: str) -> None:
    for code in range(256):
        level = G711Decoder(name).decode(bytes([code]) * 160)[-160:]
        again = G711Encoder(name).encode(np.tile(level, 2))[100]
        # µ-law has two zeros.
        assert again == (0xFF if name == "PCMU" and code == 0x7F else code)


@pytest.mark.parametrize("name", ["pcmu", "PCMA"])
def test_a_round_trip_is_as_good_as_g711_can_be(name: str) -> None:
    at = np.arange(16_000) / 16_000
    sound = np.asarray(9_000 * np.sin(2 * np.pi * 700 * at), np.int16)
    encoder, decoder = G711Encoder(name), G711Decoder(name)
    parts = [decoder.decode(encoder.encode(sound[n : n + 320])) for n in range(0, 16_000, 320)]
    assert {len(part) for part in parts} == {320}
    heard = np.concatenate(parts)[DELAY:].astype(float)
    error = heard[500:] - sound[500 : len(heard)]
    assert 10 * np.log10((heard**2).mean() / (error**2).mean()) > 36


@given(st.binary(max_size=500), st.integers(0, 500))
def test_joined_payloads_decode_as_one(payload: bytes, cut: int) -> None:
    apart, joined = G711Decoder("PCMU"), G711Decoder("PCMU")
    parts = np.concatenate([apart.decode(payload[:cut]), apart.decode(payload[cut:])])
    assert np.array_equal(parts, joined.decode(payload))


@pytest.mark.parametrize("lost", [0, 1, 40, 320, 321, 5_000])
def test_conceals_exactly_what_is_lost(lost: int) -> None:
    decoder = G711Decoder("PCMU")
    decoder.decode(EVERY_CODE)
    assert len(decoder.conceal(lost, None)) == lost
