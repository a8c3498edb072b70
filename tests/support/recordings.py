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
    layout = {1: "mono", 2: "stereo", 7: "6.1", 8: "7.1"}[len(channels)]
    with av.open(str(path), "w", format=container_format) as container:
        stream: Any = container.add_stream(codec, rate=rate_hz, layout=layout)
        resampler = av.AudioResampler(stream.codec_context.format, layout, rate_hz)
        samples = np.stack(channels, axis=1).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
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


def flac_of_silence(blocks: int, rate_hz: int = RATE_HZ, *, block: int = 65_535) -> bytes:
    """Return a FLAC stream of digital silence: 13 octets for each block, however long that is."""
    encoder: Any = av.CodecContext.create("flac", "w")
    encoder.sample_rate, encoder.format, encoder.layout = rate_hz, "s16", "mono"
    encoder.time_base = Fraction(1, rate_hz)
    encoder.options = {"frame_size": str(block)}
    encoder.open()
    packets = []
    for number in range(blocks):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, block), np.int16), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, number * block, encoder.time_base
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    head = b"fLaC\x80\0\0" + bytes([len(encoder.extradata)]) + bytes(encoder.extradata)
    return head + b"".join(map(bytes, packets))


def ogg_page(packets: list[bytes], *, continued: bool = False, ends: bool = True) -> bytes:
    """Return an Ogg page (RFC 3533); the last packet goes on in the next page unless it `ends` here."""
    lacing = b""
    for number, packet in enumerate(packets):
        lacing += b"\xff" * (len(packet) // 255)
        if ends or number < len(packets) - 1:
            lacing += bytes([len(packet) % 255])
    header = b"OggS\0" + bytes([continued]) + b"\0" * 20 + bytes([len(lacing)])
    return header + lacing + b"".join(packets)
