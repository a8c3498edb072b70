import asyncio
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from earwitness import sdp
from earwitness.calls.media import CallMedia
from earwitness.sip.events import OfferRefusedError

HOST = "127.0.0.1"


class Ear:
    """A port that media may go to."""

    def __init__(self, bound: socket.socket) -> None:
        self._socket = bound
        self.port: int = bound.getsockname()[1]

    def describes(self, direction: str = "sendrecv", *attributes: str, host: str = HOST) -> bytes:
        lines = [
            "v=0",
            f"o=- 1 1 IN IP4 {HOST}",
            "s=-",
            f"c=IN IP4 {host}",
            "t=0 0",
            f"m=audio {self.port} RTP/AVP 0 101",
            "a=rtpmap:101 telephone-event/8000",
            *attributes,
            f"a={direction}",
        ]
        return "".join(f"{line}\r\n" for line in lines).encode()

    async def hears(self) -> None:
        """Wait for a packet that comes from now on."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                self._socket.recv(2048)
        except BlockingIOError:
            pass
        async with asyncio.timeout(2):
            await loop.sock_recv(self._socket, 2048)


def _ear() -> Iterator[Ear]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind((HOST, 0))
        bound.setblocking(False)
        yield Ear(bound)


first = pytest.fixture(_ear, name="first")
second = pytest.fixture(_ear, name="second")


@pytest.fixture
async def media() -> AsyncIterator[CallMedia]:
    opened = await CallMedia.open(
        HOST, HOST, range(42_000, 47_000), sdp.DEFAULT_CODECS, lambda _: None, lambda _: None
    )
    yield opened
    await opened.aclose()


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
async def test_a_hold_by_an_answer_is_seen(media: CallMedia, first: Ear, direction: str) -> None:
    media.offer()
    media.accept(first.describes())
    assert not media.held
    offer = media.answer(None)
    media.settle(first.describes(direction), offer)
    assert media.held
    offer = media.answer(None)
    media.settle(first.describes(), offer)
    assert not media.held


async def test_a_hold_by_an_offer_may_end_by_an_answer(media: CallMedia, first: Ear) -> None:
    media.offer()
    media.accept(first.describes())
    answer = media.answer(first.describes("sendonly"))
    assert media.held
    media.settle(first.describes("sendonly"), answer)
    assert media.held
    offer = media.answer(None)
    media.settle(first.describes(), offer)
    assert not media.held
    await first.hears()


@pytest.mark.parametrize(("direction", "held"), [("inactive", True), ("sendonly", False)])
async def test_a_first_answer_may_hold_and_an_announcement_does_not(
    media: CallMedia, first: Ear, direction: str, held: bool
) -> None:
    media.offer()
    media.accept(first.describes(direction))
    assert media.held is held


async def test_a_refused_offer_and_an_unusable_answer_change_nothing(media: CallMedia, first: Ear) -> None:
    media.offer()
    media.accept(first.describes())
    with pytest.raises(OfferRefusedError, match=r"media\.example"):
        media.answer(first.describes("inactive", host="media.example"))
    offer = media.answer(None)
    for unusable in (b"", b"hello=world", first.describes("inactive", host="media.example")):
        with pytest.raises(ValueError, match=r"."):
            media.settle(unusable, offer)
    assert not media.held
    await first.hears()


async def test_the_answer_to_a_refresh_is_followed(media: CallMedia, first: Ear, second: Ear) -> None:
    offer = media.offer()
    media.accept(first.describes())
    await first.hears()
    media.settle(second.describes(), offer)
    await second.hears()


async def test_an_answer_that_is_overtaken_by_an_offer_changes_nothing(
    media: CallMedia, first: Ear, second: Ear
) -> None:
    offer = media.offer()
    answer = media.answer(second.describes("sendonly"))
    media.accept(first.describes())
    media.settle(first.describes(), offer)
    assert media.held
    media.settle(second.describes("sendonly"), answer)
    media.answer(second.describes())
    media.settle(second.describes("sendonly"), answer)
    assert not media.held
    await second.hears()


async def test_what_we_offer_later_has_as_many_streams_as_we_answered(media: CallMedia, first: Ear) -> None:
    media.offer()
    media.accept(first.describes())
    video, text = b"m=video 5000 RTP/AVP 34\r\n", b"m=text 5002 RTP/AVP 98\r\n"
    head, audio = first.describes().split(b"m=audio")
    answer = media.answer(head + video + b"m=audio" + audio + text)
    offer = media.answer(None)
    for ours in (answer, offer):
        streams = sdp.SessionDescription.parse(ours).media
        assert [(stream.kind, stream.port > 0) for stream in streams] == [
            ("video", False),
            ("audio", True),
            ("text", False),
        ]
    refused = video.replace(b"5000", b"0")
    media.settle(head + refused + b"m=audio" + audio + text.replace(b"5002", b"0"), offer)
    await first.hears()


async def test_what_we_offer_later_keeps_the_numbers_of_codecs(media: CallMedia, first: Ear) -> None:
    media.offer()
    media.accept(first.describes())
    media.answer(first.describes().replace(b"101", b"96"))
    (stream,) = sdp.SessionDescription.parse(media.answer(None)).media
    numbers = {codec.name: codec.payload_type for codec in stream.codecs}
    assert numbers["telephone-event"] == 96
    assert numbers["opus"] not in (0, 8, 9, 96)
    assert numbers["PCMU"] == 0


async def test_an_answer_needs_an_offer(media: CallMedia, first: Ear) -> None:
    with pytest.raises(ValueError, match="never made"):
        media.accept(first.describes())
