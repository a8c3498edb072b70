"""Which container a recording is in, by its first octets: FFmpeg is told, and left nothing to guess.

Its own guess would also find playlists, which lead to other files and addresses.
"""

HEAD_OCTETS = 64
"""What `format_of` looks at."""

_MAGIC = (
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"),
    (4, b"ftyp", "mov"),
    (4, b"moov", "mov"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"#!AMR", "amr"),
    (0, b".snd", "au"),
    (0, b"\x0b\x77", "ac3"),
)
"""Where, what, and the name of FFmpeg's demuxer."""

_RIFF = {(b"RIFF", b"WAVE"): "wav", (b"RF64", b"WAVE"): "wav", (b"FORM", b"AIFF"): "aiff"}
_RIFF |= {(b"FORM", b"AIFC"): "aiff", (b"RIFF", b"AVI "): "avi"}


def format_of(head: bytes) -> str | None:
    """Return the name of FFmpeg's demuxer for a recording that begins so; None where nobody knows it."""
    if riff := _RIFF.get((head[:4], head[8:12])):
        return riff
    for at, magic, name in _MAGIC:
        if head[at : at + len(magic)] == magic:
            return name
    return _mpeg_audio(head)


def _mpeg_audio(head: bytes) -> str | None:
    """Frames of MPEG audio begin with eleven bits set (ISO/IEC 11172-3), those of AAC with layer 0 (ADTS)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] >> 1 & 3
    if layer == 0:
        return "aac" if head[1] & 0xF0 == 0xF0 else None
    return "mp3" if head[2] >> 4 != 0xF else None
