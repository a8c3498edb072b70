"""Webhooks: JSON posted to a URL, signed so that the receiver can tell who sent it.

`X-Earwitness-Signature: t=<seconds since 1970>,v1=<hex>` where the hex digits are the HMAC-SHA-256 of
`<t>.<body>`. A receiver compares them in constant time and refuses an old `t`, which stops replays.
`X-Earwitness-Delivery` is the same when a delivery is repeated.
"""

import hmac
import time
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from earwitness.delivery.destination import DestinationError, Destinations
from earwitness.delivery.errors import DeliveryError
from earwitness.store.seams import Delivery, NewDelivery

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 10.0

_RETRYABLE_STATUSES = frozenset({408, 425, 429})


def webhook_delivery(key: str, url: str, body: dict[str, Any]) -> NewDelivery:
    """Return what to put into the outbox to post `body` to `url`."""
    return NewDelivery(key, "webhook", {"url": url, "body": body}, receiver=url)


def receiver_of(payload: Mapping[str, Any]) -> str | None:
    """Return who a webhook goes to (host and port), or None for what is none."""
    try:
        parts = urlsplit(payload["url"])
        return f"{parts.hostname}:{parts.port}" if parts.hostname else None
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def signature(key: bytes, timestamp: int, body: bytes) -> str:
    """Return the value of the signature header."""
    digest = hmac.digest(key, f"{timestamp}.".encode() + body, "sha256")
    return f"t={timestamp},v1={digest.hex()}"


class WebhookCarrier:
    """Posts deliveries of the kind `webhook`.

    Errors name the host alone, as the rest of a URL may hold a secret of the receiver's. Redirects are not
    followed: it is the URL itself that was allowed. Cookies are not kept: receivers share this client, and
    some of them an address.
    """

    def __init__(
        self,
        *,
        key: bytes | None = None,
        destinations: Destinations | None = None,
        transport: "httpx.AsyncBaseTransport | None" = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make a carrier; nothing is opened before the first delivery.

        Args:
            key: what signs; without one, requests carry no signature.
            destinations: where webhooks may lead; anywhere without.
            transport: what carries the requests, if not the network.
            clock: seconds since 1970.
        """
        self._key = key
        self._destinations = destinations
        self._transport = transport
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    async def deliver(self, delivery: Delivery) -> None:
        """Post a delivery; see `Carrier.deliver`."""
        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=self._transport,
                timeout=TIMEOUT_S,
                follow_redirects=False,
                # What the environment names, a proxy or a password for a host, is not meant for these.
                trust_env=False,
                # Where it names certificates to trust (SSL_CERT_FILE), that goes on to count.
                verify=httpx.create_ssl_context(),
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            )
        body = msgspec.json.encode(delivery.payload["body"])
        headers = self._headers(delivery, body)
        extensions: dict[str, Any] = {}
        try:
            url = httpx.URL(delivery.payload["url"])
            host = url.host
            if self._destinations is not None:
                there = await self._destinations.resolve(delivery.payload["url"])
                url, extensions = there.url, there.extensions
                headers |= there.headers
            # A streamed reply is not read: only its status matters, however long it is.
            async with self._client.stream(
                "POST", url, content=body, headers=headers, extensions=extensions
            ) as response:
                status = response.status_code
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise DeliveryError(f"The webhook's URL cannot be used: {error}", retryable=False) from error
        except DestinationError as error:
            raise DeliveryError(f"Webhook: {error}", retryable=error.retryable) from error
        except httpx.TransportError as error:
            raise DeliveryError(f"Webhook at {host} cannot be reached: {error!r}", retryable=True) from error
        if not 200 <= status < 300:
            retryable = status >= 500 or status in _RETRYABLE_STATUSES
            raise DeliveryError(f"Webhook at {host} answered {status}", retryable=retryable)

    def _headers(self, delivery: Delivery, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "earwitness",
            "X-Earwitness-Delivery": f"{delivery.conversation_id}/{delivery.key}",
        }
        if self._key is not None:
            headers["X-Earwitness-Signature"] = signature(self._key, int(self._clock()), body)
        return headers

    async def aclose(self) -> None:
        """Close the connections that are kept open."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
