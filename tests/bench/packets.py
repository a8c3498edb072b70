"""Speech as packets, encoded beforehand."""

from earwitness.audio.codec import CodecSpec, open_encoder
from earwitness.audio.pcm import RATE_HZ, Samples

PACKET_S = 0.02
PACKET = round(RATE_HZ * PACKET_S)
"""Samples of a packet."""


def encoded(codec: CodecSpec, samples: Samples) -> list[bytes]:
    """The payloads of a recording."""
    encoder = open_encoder(codec)
    whole = samples[: len(samples) // PACKET * PACKET].reshape(-1, PACKET)
    return [encoder.encode(packet) for packet in whole]
