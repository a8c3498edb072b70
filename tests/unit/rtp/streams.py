"""Streams of packets whose audio says which packet it came from."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from earwitness.audio.codec import PCMU, CodecSpec, open_encoder
from earwitness.audio.g711 import G711Decoder
from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.rtp.packet import RtpPacket

FRAME = 320
"""Samples of 20 ms."""
CODECS = {0: PCMU}


def tagged(number: int, *, sequence: int = 0, timestamp: int = 0, ssrc: int = 1) -> RtpPacket:
    """Packet `number` of a µ-law stream that starts with `sequence` and `timestamp`: 20 ms of one level."""
    return RtpPacket(
        0,
        sequence + number & 0xFFFF,
        timestamp + 160 * number & 0xFFFF_FFFF,
        ssrc,
        bytes([_code(number)]) * 160,
    )


def _code(number: int) -> int:
    # Codes 0x80 to 0xE7 are 104 positive levels from loud to soft; more packets than that come round again.
    return 0x80 + number % 104


def tags(samples: Samples) -> list[int]:
    """What packets (their numbers modulo 104) the 20 ms frames of this audio came from; -1 for silence."""
    level = {int(G711Decoder("PCMU").decode(bytes([_code(n)]) * 160)[FRAME // 2]): n for n in range(104)}
    middles = samples[FRAME // 2 :: FRAME]
    return [-1 if value == 0 else level.get(int(value), -2) for value in middles]


def joined(pieces: Sequence[Pcm]) -> Samples:
    """All samples; asserts that each piece starts where the one before ended."""
    for before, after in pairwise(pieces):
        assert after.start_s == before.end_s
    return np.concatenate([piece.samples for piece in pieces]) if pieces else np.zeros(0, np.int16)


def concealed_frames(pieces: Sequence[Pcm]) -> list[bool]:
    """For each 20 ms frame whether it is marked as standing in for lost audio."""
    marks = [np.full(len(piece.samples), piece.concealed) for piece in pieces]
    return [bool(mark) for mark in np.concatenate(marks)[FRAME // 2 :: FRAME]] if marks else []


def tone(seconds: float, hz: float = 440.0, level: float = 8000.0) -> Samples:
    """A sine."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(level * np.sin(2 * np.pi * hz * at), np.int16)


def encoded(
    codec: CodecSpec,
    payload_type: int,
    samples: Samples,
    *,
    sequence: int = 0,
    timestamp: int = 0,
    ssrc: int = 1,
) -> list[RtpPacket]:
    """The packets of a recording."""
    encoder = open_encoder(codec)
    ticks = codec.clock_rate_hz // 50
    return [
        RtpPacket(
            payload_type,
            sequence + number & 0xFFFF,
            timestamp + ticks * number & 0xFFFF_FFFF,
            ssrc,
            encoder.encode(samples[at : at + FRAME]),
        )
        for number, at in enumerate(range(0, len(samples) - FRAME + 1, FRAME))
    ]
