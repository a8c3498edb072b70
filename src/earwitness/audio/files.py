"""Reading and writing audio files."""

import wave
from pathlib import Path

import av
import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples


class AudioFileError(ValueError):
    """A file holds no audio that can be read."""


def read_audio(path: Path) -> Samples:
    """Decode any audio file that FFmpeg reads to 16 kHz mono, shape (n,).

    Raises:
        AudioFileError: the file cannot be read or holds no audio.
    """
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    pieces = []
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(audio=0):
                pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    except (OSError, av.FFmpegError, IndexError) as error:
        raise AudioFileError(f"{path} cannot be read as audio: {error}") from error
    if not pieces:
        raise AudioFileError(f"{path} holds no audio")
    return np.concatenate(pieces).astype(np.int16)


def write_wav(path: Path, samples: Samples) -> None:
    """Write 16 kHz mono audio as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.astype("<i2").tobytes())
