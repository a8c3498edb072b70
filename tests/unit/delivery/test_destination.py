import asyncio
import socket
import threading

import pytest

from earwitness.delivery.destination import DestinationError, Destinations

PRIVATE = (
    "http://127.0.0.1/",
    "http://localhost:8080/",
    "https://10.0.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/",
    "http://[fe80::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[::ffff:0:7f00:1]/",
    "http://[fec0::1]/",
    "http://[feff::1]/",
    "http://224.0.0.1/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://0x7f.1/",
)


@pytest.mark.parametrize("url", PRIVATE)
async def test_no_private_address_is_reached(url: str) -> None:
    with pytest.raises(DestinationError) as refusal:
        await Destinations().resolve(url)
    assert not refusal.value.retryable


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://8.8.8.8/", "http://", "//8.8.8.8", "a b", ""]
)
async def test_only_http_urls_count(url: str) -> None:
    with pytest.raises(DestinationError):
        await Destinations().resolve(url)


async def test_the_address_that_was_checked_is_the_one_that_is_used() -> None:
    there = await Destinations("127.0.0.0/8, ::1/128").resolve("https://localhost:8443/a?b=c")
    assert str(there.url) in ("https://127.0.0.1:8443/a?b=c", "https://[::1]:8443/a?b=c")
    assert there.headers == {"Host": "localhost:8443"}
    assert there.extensions == {"sni_hostname": "localhost"}
    assert str((await Destinations().resolve("http://8.8.8.8/x")).url) == "http://8.8.8.8/x"


def test_a_network_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError):
        Destinations("10.0.0.0/8, everywhere")


async def test_names_that_nobody_resolves_hold_up_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait())
    monkeypatch.setattr("earwitness.delivery.destination._RESOLVED_WITHIN_S", 0.1)
    destinations = Destinations()
    try:
        asked = [destinations.resolve(f"http://{number}.example/") for number in range(40)]
        for error in await asyncio.gather(*asked, return_exceptions=True):
            assert isinstance(error, DestinationError)
            assert error.retryable
        async with asyncio.timeout(10):
            assert await asyncio.to_thread(lambda: 42) == 42
    finally:
        release.set()
        destinations.close()
