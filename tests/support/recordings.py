"""Recordings in the formats that people send."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from earwitness.audio.codec import PCMU, open_encoder
from earwitness.audio.pcm import RATE_HZ, Samples

FORMATS = {
    "wav": ("wav", "pcm_s16le", RATE_HZ),
    "mp3": ("mp3", "mp3", RATE_HZ),
    "ogg": ("ogg", "flac", RATE_HZ),
    "opus": ("ogg", "libopus", 48_000),
    "m4a": ("ipod", "aac", RATE_HZ),
    "flac": ("flac", "flac", RATE_HZ),
    "webm": ("webm", "libopus", 48_000),
    "mp4": ("mp4", "aac", RATE_HZ),
    "aac": ("adts", "aac", RATE_HZ),
    "aiff": ("aiff", "pcm_s16be", RATE_HZ),
    "mulaw": ("wav", "pcm_mulaw", 8_000),
}
"""Container, codec and rate."""


def write_recording(path: Path, form: str, *channels: Samples) -> Path:
    """Write 16 kHz channels as a recording in one of `FORMATS`."""
    container_format, codec, rate_hz = FORMATS[form]
    layout = {1: "mono", 2: "stereo"}[len(channels)]
    with av.open(str(path), "w", format=container_format) as container:
        stream: Any = container.add_stream(codec, rate=rate_hz, layout=layout)
        resampler = av.AudioResampler(stream.codec_context.format, layout, rate_hz)
        frame = av.AudioFrame.from_ndarray(np.stack(channels), format="s16p", layout=layout)
        frame.sample_rate = RATE_HZ
        frame.time_base = Fraction(1, RATE_HZ)
        frame.pts = 0
        fifo = av.AudioFifo()
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            fifo.write(piece)
        size = stream.codec_context.frame_size or 1024
        while (part := fifo.read(size, partial=True)) is not None:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def write_call_wav(path: Path, samples: Samples) -> Path:
    """Write a WAV file of the very µ-law octets that a call would bring, packet by packet."""
    encoder = open_encoder(PCMU)
    packet = RATE_HZ // 50
    octets = b"".join(encoder.encode(samples[at : at + packet]) for at in range(0, len(samples), packet))
    fields = ((7, 2), (1, 2), (8000, 4), (8000, 4), (1, 2), (8, 2), (0, 2))  # WAVE_FORMAT_MULAW, mono
    form = b"".join(value.to_bytes(size, "little") for value, size in fields)
    body = b"WAVEfmt " + len(form).to_bytes(4, "little") + form
    body += b"data" + len(octets).to_bytes(4, "little") + octets
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    return path
