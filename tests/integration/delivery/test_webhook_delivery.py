"""From the outbox to HTTP receivers on loopback, of which some are slow."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from earwitness.conversation.events import Opened
from earwitness.delivery.backoff import Backoff
from earwitness.delivery.outbox_worker import SLOTS, OutboxWorker
from earwitness.delivery.webhook import WebhookCarrier, webhook_delivery
from earwitness.store.seams import Draft
from earwitness.store.store import Store
from tests.support.live import until
from tests.support.webhooks import webhooks


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "earwitness.db") as opened:
        yield opened


@asynccontextmanager
async def _trickling(reached: asyncio.Event) -> AsyncIterator[str]:
    """A receiver that never ends its reply, and is never silent for long; gives its URL."""

    given_up: list[asyncio.Event] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended = asyncio.Event()
        given_up.append(ended)
        reached.set()
        writer.write(b"HTTP/1.1 200 OK\r\nX-More: ")
        while not writer.is_closing():
            writer.write(b".")
            await asyncio.sleep(0.02)
        ended.set()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/slow"
        for ended in given_up:
            await ended.wait()


async def _queue(store: Store, conversation_id: str, url: str) -> None:
    opened = Draft(Opened("app", "Weekly", datetime.now(UTC)))
    hook = webhook_delivery("hook", url, {"of": conversation_id})
    await store.log.append(conversation_id, [opened], epoch=1, deliveries=[hook])


async def test_a_slow_receiver_holds_up_nobody_else(store: Store) -> None:
    reached = asyncio.Event()
    async with _trickling(reached) as slow, webhooks() as quick:
        carrier = WebhookCarrier()
        worker = OutboxWorker(store.outbox, {"webhook": carrier})
        for number in range(2 * SLOTS):
            await _queue(store, f"slow {number}", slow)
        worker.start()
        async with asyncio.timeout(10):
            await reached.wait()
            for number in range(2):
                await _queue(store, f"quick {number}", quick.url)
                worker.notify()
            await until(lambda: len(quick.told) == 2)
        await worker.aclose(grace_s=0)
        await carrier.aclose()
    assert sorted(one["of"] for one in quick.told) == ["quick 0", "quick 1"]
    left = await store.outbox.due(datetime.now(UTC), 100)
    assert sum(delivery.conversation_id.startswith("slow") for delivery in left) == 2 * SLOTS


async def test_a_reply_that_never_ends_is_given_up_and_tried_again(store: Store) -> None:
    now = datetime.now(UTC) + timedelta(seconds=1)
    async with _trickling(asyncio.Event()) as slow:
        await _queue(store, "1", slow)
        carrier = WebhookCarrier()
        worker = OutboxWorker(
            store.outbox,
            {"webhook": carrier},
            backoff=Backoff(jitter=0),
            now=lambda: now,
            longest_s={"webhook": 0.2},
        )
        async with asyncio.timeout(10):
            assert await worker.deliver_due() == 1
        await carrier.aclose()
    assert await store.outbox.next_due() == now + timedelta(seconds=10)


async def test_receivers_get_no_cookies_and_no_proxy_sees_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads: list[str] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode().lower())
        writer.write(b"HTTP/1.1 204 OK\r\nSet-Cookie: who=first; Path=/\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with (
        await asyncio.start_server(take, "127.0.0.1", 0) as listening,
        await asyncio.start_server(take, "127.0.0.1", 0) as other,
    ):
        ports = [each.sockets[0].getsockname()[1] for each in (listening, listening, other)]
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        carrier = WebhookCarrier()
        worker = OutboxWorker(store.outbox, {"webhook": carrier})
        for number, port in enumerate(ports):
            await _queue(store, str(number), f"http://127.0.0.1:{port}/hook")
            assert await worker.deliver_due() == 1
        await carrier.aclose()
    assert await store.outbox.next_due() is None
    assert len(heads) == 3
    assert not any("cookie:" in head for head in heads)
