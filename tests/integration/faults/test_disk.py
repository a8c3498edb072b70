"""A disk that is full while calls go on, and has room again."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from earwitness.cli.errors import CliError
from earwitness.conversation.events import Event, Opened
from earwitness.store.seams import Draft, NewDelivery, StoreUnavailableError
from tests.support.calls import to
from tests.support.far_end import far_end
from tests.support.live import Busy, busy_server, placed, until


async def _limit_pages(busy: Busy, pages: int) -> None:
    """Let SQLite grow no further than so many pages (0: no further than it is)."""
    await busy.server.store._writer.run(
        lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {max(pages, 1)}").close()
    )


async def _is_ready(http: httpx.AsyncClient) -> bool:
    reply = await http.get("/readyz")
    if reply.status_code == 503:
        assert reply.json()["message"] == "the store cannot be written to"
    return reply.status_code == 200


async def test_frames_wait_and_all_resumes_in_order(tmp_path: Path) -> None:
    async with (
        busy_server(tmp_path) as busy,
        far_end() as peer,
        placed(busy.client, peer.uri) as call,
        httpx.AsyncClient(base_url=busy.server.url, trust_env=False) as http,
    ):
        http.headers["X-API-KEY"] = busy.client.token
        taken = await peer.taken()
        await taken.speak(2)
        await call.hears(2)
        assert await _is_ready(http)

        await _limit_pages(busy, 0)
        await taken.speak(40)
        await until(lambda: busy.server.calls.blocked)
        assert not await _is_ready(http)
        reply = await http.post("/v1/endpoint:connect", json={"operation": "start", **to(peer.uri)})
        assert reply.status_code == 503
        assert "the store cannot be written to" in reply.json()["message"]
        assert int(reply.headers["retry-after"]) > 0
        assert (await http.get("/healthz")).status_code == 200
        shown = len(call.texts)
        await taken.speak(5)
        stopping = asyncio.create_task(busy.client.stop(call.id))
        await stopping  # it answers though the conversation cannot be closed
        assert len(call.texts) == shown < 42
        assert not call.collecting.done()
        assert (await http.get(call.followed.conversation)).json()["state"] == "active"

        await _limit_pages(busy, 2**30)
        await call.hears(47)
        await call.ends()
        await until(lambda: busy.server.readiness() is None)
        assert await _is_ready(http)
        stored = (await http.get(f"{call.followed.conversation}/messages")).json()["messages"]
        assert [message["text"] for message in stored] == call.texts
        async with placed(busy.client, peer.uri) as next_call:
            await (await peer.taken()).speak(1)
            await next_call.hears(1)
            await next_call.stop()
        assert busy.errors.take("The store cannot write") > 0


async def test_a_call_that_cannot_be_stored_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with busy_server(tmp_path) as busy, far_end() as peer:
        log = busy.server.store.log
        store = log.append

        async def full(
            conversation_id: str,
            drafts: Sequence[Draft],
            *,
            epoch: int,
            deliveries: Sequence[NewDelivery] = (),
        ) -> list[Event]:
            if isinstance(drafts[0].body, Opened):
                raise StoreUnavailableError("the disk is full")
            return await store(conversation_id, drafts, epoch=epoch, deliveries=deliveries)

        monkeypatch.setattr(log, "append", full)
        tasks = asyncio.all_tasks()
        with pytest.raises(CliError, match=r"so no call was placed; try again later \(HTTP 503\)"):
            await busy.client.start(to(peer.uri))
        taken = await peer.taken()
        await asyncio.wait_for(taken.over.wait(), 5)
        assert busy.server.calls.count == 1
        await until(lambda: asyncio.all_tasks() <= tasks)


async def test_a_conversation_that_nothing_can_store_ends_its_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with busy_server(tmp_path) as busy, far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(1)
        await call.hears(1)
        conversation = call.followed.connection["conversationId"]
        log = busy.server.store.log
        store = log.append

        async def append(
            conversation_id: str,
            drafts: Sequence[Draft],
            *,
            epoch: int,
            deliveries: Sequence[NewDelivery] = (),
        ) -> list[Event]:
            if conversation_id == conversation:
                raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
            return await store(conversation_id, drafts, epoch=epoch, deliveries=deliveries)

        monkeypatch.setattr(log, "append", append)
        await taken.speak(1)
        await asyncio.wait_for(taken.over.wait(), 5)
        await asyncio.wait_for(call.collecting, 5)  # nobody waits for frames that never come
        await until(lambda: busy.server.calls.count == 1)
        assert call.texts == ["Sentence 0 was said."]
        assert busy.errors.take("can no longer be written to") == 1
