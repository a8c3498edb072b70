"""Webhooks against a transport in memory."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from earwitness.delivery.errors import DeliveryError
from earwitness.delivery.webhook import WebhookCarrier, webhook_delivery
from earwitness.store.seams import Delivery

URL = "https://hooks.example.com/calls?token=secret"


def _delivery(payload: dict[str, Any] | None = None) -> Delivery:
    new = webhook_delivery("hook:7", URL, {"type": "message", "text": "Grüße"})
    return Delivery(1, "42", new.key, new.kind, payload or new.payload, 0, datetime(2026, 11, 22, tzinfo=UTC))


@asynccontextmanager
async def _carrier(
    answer: Callable[[httpx.Request], httpx.Response], key: bytes | None = None
) -> AsyncIterator[WebhookCarrier]:
    carrier = WebhookCarrier(key=key, transport=httpx.MockTransport(answer), clock=lambda: 1_700_000_000.9)
    try:
        yield carrier
    finally:
        await carrier.aclose()


async def test_a_receiver_can_check_who_sent_it() -> None:
    received: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        received.append(request)
        return httpx.Response(204)

    async with _carrier(answer, key=b"k" * 32) as carrier:
        await carrier.deliver(_delivery())
        await carrier.deliver(_delivery())

    request = received[0]
    assert (request.method, str(request.url)) == ("POST", URL)
    assert json.loads(request.content) == {"type": "message", "text": "Grüße"}
    assert request.headers["Content-Type"] == "application/json"
    assert {each.headers["X-Earwitness-Delivery"] for each in received} == {"42/hook:7"}
    expected = hmac.new(b"k" * 32, b"1700000000." + request.content, hashlib.sha256).hexdigest()
    assert request.headers["X-Earwitness-Signature"] == f"t=1700000000,v1={expected}"


async def test_without_a_key_there_is_no_signature() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert "X-Earwitness-Signature" not in request.headers
        return httpx.Response(200)

    async with _carrier(answer) as carrier:
        await carrier.deliver(_delivery())


@pytest.mark.parametrize(
    ("status", "retryable"), [(500, True), (503, True), (429, True), (408, True), (404, False), (410, False)]
)
async def test_refusals_say_whether_to_try_again(status: int, retryable: bool) -> None:
    async with _carrier(lambda _: httpx.Response(status)) as carrier:
        with pytest.raises(DeliveryError, match=f"hooks.example.com answered {status}") as caught:
            await carrier.deliver(_delivery())
    assert caught.value.retryable is retryable
    assert "secret" not in str(caught.value)


async def test_redirects_are_not_followed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == URL
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/"})

    async with _carrier(answer) as carrier:
        with pytest.raises(DeliveryError, match="302") as caught:
            await carrier.deliver(_delivery())
    assert not caught.value.retryable


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadTimeout("too slow")])
async def test_a_broken_network_is_tried_again(error: httpx.TransportError) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    async with _carrier(answer) as carrier:
        with pytest.raises(DeliveryError, match="cannot be reached") as caught:
            await carrier.deliver(_delivery())
    assert caught.value.retryable


@pytest.mark.parametrize("url", ["ftp://example.com/", "example.com", "http://example.com:port/"])
async def test_what_is_no_url_is_given_up(url: str) -> None:
    carrier = WebhookCarrier()
    with pytest.raises(DeliveryError, match="cannot be used") as caught:
        await carrier.deliver(_delivery({"url": url, "body": {}}))
    await carrier.aclose()
    assert not caught.value.retryable
