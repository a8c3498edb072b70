"""Elements of a header extension (RFC 8285), and the audio levels of contributing sources (RFC 6465)."""

from earwitness.rtp.packet import HeaderExtension

_ONE_BYTE = 0xBEDE
_TWO_BYTE = 0x1000
_STOP = 15


def element(extension: HeaderExtension | None, identifier: int) -> bytes | None:
    """Return the first element of an id, in the one-byte (§4.2) or two-byte form (§4.3); None without one.

    What contradicts itself ends the search: extensions are only ever hints.
    """
    if extension is None:
        return None
    one_byte = extension.profile == _ONE_BYTE
    if not one_byte and extension.profile & 0xFFF0 != _TWO_BYTE:
        return None
    data = extension.data
    at = 0
    while at < len(data):
        if data[at] == 0:
            at += 1  # padding
            continue
        if one_byte:
            found, size, at = data[at] >> 4, (data[at] & 0x0F) + 1, at + 1
            if found == _STOP:
                return None
        elif at + 1 < len(data):
            found, size, at = data[at], data[at + 1], at + 2
        else:
            return None
        if at + size > len(data):
            return None
        if found == identifier:
            return data[at : at + size]
        at += size
    return None


def csrc_audio_levels(extension: HeaderExtension | None, identifier: int) -> tuple[int, ...]:
    """Return the levels of a packet's contributing sources in the order of its list (RFC 6465 §3).

    In -dBov: 0 is the loudest there is, 127 silence. Empty where there are none.
    """
    return tuple(octet & 0x7F for octet in element(extension, identifier) or b"")
