import wave
from pathlib import Path

import numpy as np
import pytest

from earwitness.audio.codec import PCMU, open_decoder, open_encoder
from earwitness.audio.files import AudioFileError
from earwitness.audio.formats import format_of
from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.audio.recording import Recording
from earwitness.audio.unpack import MOST_CHANNELS
from tests.support.recordings import FORMATS, write_call_wav, write_recording


def tone(frequency_hz: float, seconds: float = 2.0) -> Samples:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (8000 * np.sin(2 * np.pi * frequency_hz * at)).astype(np.int16)


def pitch_hz(samples: Samples) -> float:
    """The loudest frequency."""
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum) * RATE_HZ / len(samples))


async def read(path: Path, *, separate: bool = False) -> tuple[Samples, float | None]:
    recording = await Recording.open(path, separate=separate)
    try:
        return np.concatenate([block async for block in recording.blocks()]), recording.duration_s
    finally:
        await recording.aclose()


@pytest.mark.parametrize("form", FORMATS)
async def test_every_format_is_read(tmp_path: Path, form: str) -> None:
    path = write_recording(tmp_path / "anything", form, tone(440))
    samples, duration_s = await read(path)
    assert samples.shape[1] == 1
    assert len(samples) / RATE_HZ == pytest.approx(2.0, abs=0.15)
    assert pitch_hz(samples[4000:24000, 0]) == pytest.approx(440, abs=2)
    assert duration_s is None or duration_s == pytest.approx(2.0, abs=0.2)


async def test_channels_are_mixed_or_kept_apart(tmp_path: Path) -> None:
    path = write_recording(tmp_path / "stereo.wav", "wav", tone(440), tone(1000))
    apart, _ = await read(path, separate=True)
    assert [pitch_hz(apart[:, channel]) for channel in (0, 1)] == [440, 1000]
    mixed, _ = await read(path)
    assert mixed.shape == (2 * RATE_HZ, 1)
    assert np.abs(mixed[:, 0].astype(np.int32) - apart.astype(np.int32).mean(axis=1)).max() <= 2


@pytest.mark.parametrize("form", ["wav", "flac"])
async def test_as_many_channels_as_there_may_be_are_kept_apart(tmp_path: Path, form: str) -> None:
    pitches_hz = [300.0 + 100 * channel for channel in range(MOST_CHANNELS)]
    path = write_recording(tmp_path / "x", form, *map(tone, pitches_hz))
    samples, _ = await read(path, separate=True)
    assert [pitch_hz(samples[:, channel]) for channel in range(MOST_CHANNELS)] == pitches_hz


async def test_channels_of_a_telephone_are_kept_apart(tmp_path: Path) -> None:
    pitches_hz = [300.0 + 100 * channel for channel in range(MOST_CHANNELS)]
    samples = np.stack([tone(pitch)[::2] for pitch in pitches_hz], axis=1)
    with wave.open(str(tmp_path / "x"), "wb") as file:
        file.setparams((MOST_CHANNELS, 2, 8_000, len(samples), "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    apart, _ = await read(tmp_path / "x", separate=True)
    assert [pitch_hz(apart[:, channel]) for channel in range(MOST_CHANNELS)] == pitches_hz


async def test_what_a_telephone_brings_sounds_exactly_as_in_a_call(tmp_path: Path) -> None:
    encoder, decoder = open_encoder(PCMU), open_decoder(PCMU)
    said = tone(440)
    in_call = [decoder.decode(encoder.encode(piece)) for piece in np.split(said, len(said) // 320)]
    samples, _ = await read(write_call_wav(tmp_path / "call.wav", said))
    assert np.array_equal(samples[:, 0], np.concatenate(in_call))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"#EXTM3U\nhttp://127.0.0.1/\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"RIFF\0\0\0\0WAVE",
        b"OggS" + b"\0" * 100,
        b"\xff\xfb\x90\x00" + b"\0" * 1000,
        b"\0\0\0\x20ftypM4A " + b"\0" * 200,
    ],
)
async def test_what_is_no_recording_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(AudioFileError):
        await Recording.open(path)


async def test_a_truncated_recording_gives_what_there_is(tmp_path: Path) -> None:
    whole = write_recording(tmp_path / "whole", "mp3", tone(440)).read_bytes()
    path = tmp_path / "part"
    path.write_bytes(whole[: len(whole) // 2])
    samples, _ = await read(path)
    assert 0.7 < len(samples) / RATE_HZ < 1.3


def test_a_playlist_is_no_format() -> None:
    assert format_of(b"#EXTM3U\n") is None
    assert format_of(b"\xff\xf1\x50\x80") == "aac"
    assert format_of(b"\xff\xfb\x90\x00") == "mp3"
    assert format_of(b"\xff\xff\xff\xff") is None
