import numpy as np
import pytest

from earwitness.audio.codec import (
    CODECS,
    OPUS,
    CodecSpec,
    find_codec,
    open_decoder,
    open_encoder,
    preload,
)


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_every_codec_encodes_and_decodes_20_ms(codec: CodecSpec) -> None:
    payload = open_encoder(codec).encode(np.zeros(320, np.int16))
    assert len(open_decoder(codec).decode(payload)) == 320
    if codec.samples_per_octet is not None:
        assert len(payload) * codec.samples_per_octet == 320


def test_the_silent_octet_is_silence() -> None:
    for codec in CODECS:
        if codec.silent_octet is not None:
            samples = open_decoder(codec).decode(bytes([codec.silent_octet]) * 16_000)
            assert np.abs(samples).max() <= 16, codec.name


def test_codecs_are_found_by_name_in_any_case_and_clock() -> None:
    assert find_codec("OPUS", 48_000) is OPUS
    assert find_codec("pcmu", 8_000) is not None
    assert find_codec("G722", 16_000) is None


def test_an_unknown_codec_is_refused_with_what_there_is() -> None:
    speex = CodecSpec("speex", 16_000)
    for open_codec in (open_decoder, open_encoder):
        with pytest.raises(ValueError, match="no codec speex/16000 here; there are opus/48000, G722/8000"):
            open_codec(speex)


def test_all_libraries_are_there() -> None:
    preload()
