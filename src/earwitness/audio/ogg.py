"""Ogg (RFC 3533): the packets of one logical stream, out of octets in pieces of any size."""

from collections.abc import Iterator

MAGIC = b"OggS"
_HEADER_OCTETS = 27
_MOST_WAITING_OCTETS = 1 << 20
"""Octets without any page, or a packet longer than that, are given up."""


class OggReader:
    """Reads pages. Octets that are no page are passed over; checksums are left to the codec."""

    def __init__(self) -> None:
        self._octets = bytearray()
        self._packet = bytearray()
        """The beginning of a packet that goes on in the next page."""

    def read(self, data: bytes) -> list[bytes]:
        """Take the next octets and return the packets that they complete."""
        self._octets += data
        packets = list(self._pages())
        if len(self._octets) > _MOST_WAITING_OCTETS:
            self._octets.clear()
        return packets

    def _pages(self) -> Iterator[bytes]:
        while True:
            start = self._octets.find(MAGIC)
            if start < 0:
                del self._octets[: max(len(self._octets) - len(MAGIC) + 1, 0)]
                return
            del self._octets[:start]
            if len(self._octets) < _HEADER_OCTETS:
                return
            body = _HEADER_OCTETS + self._octets[26]
            if len(self._octets) < body:
                return
            lacing = bytes(self._octets[_HEADER_OCTETS:body])
            end = body + sum(lacing)
            if len(self._octets) < end:
                return
            is_continued = self._octets[5] & 1
            if not is_continued:
                self._packet.clear()
            page = bytes(self._octets[body:end])
            del self._octets[:end]
            yield from self._packets(page, lacing)

    def _packets(self, page: bytes, lacing: bytes) -> Iterator[bytes]:
        """A segment of less than 255 octets ends a packet (RFC 3533 §5)."""
        at = 0
        for size in lacing:
            self._packet += page[at : at + size]
            at += size
            if size < 255:
                yield bytes(self._packet)
                self._packet.clear()
        if len(self._packet) > _MOST_WAITING_OCTETS:
            self._packet.clear()
