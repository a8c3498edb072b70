"""What is being begun while the server closes."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest

from earwitness.calls.call import Services
from earwitness.calls.calls import LocalCalls
from earwitness.calls.capacity import Capacity
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.limits import LimitValues
from earwitness.calls.live import LiveConversations
from earwitness.calls.seams import CallRefusedError, CallRequest
from earwitness.calls.stream import StreamRequest
from earwitness.calls.streams import LocalStreams
from earwitness.insights.embedded import EmbeddedAnalyst
from earwitness.sip.agent import AgentConfig, SipAgent
from earwitness.store.store import Store
from earwitness.testing.scripted import ScriptedRecognizer
from tests.support.live import until
from tests.support.peer_process import free_port

NOBODY = f"sip:nobody@127.0.0.1:{free_port()}"


@asynccontextmanager
async def services(store: Store) -> AsyncIterator[HearingServices]:
    with ThreadPoolExecutor(1) as executor:
        yield HearingServices(
            recognizer=ScriptedRecognizer({}),
            analyst=EmbeddedAnalyst(),
            log=store.log,
            executor=executor,
            page_url=lambda *_: "",
            delivered=lambda: None,
        )


@asynccontextmanager
async def calls_of(store: Store) -> AsyncIterator[LocalCalls]:
    agent = SipAgent(AgentConfig(host="127.0.0.1"))
    await agent.start()
    try:
        async with services(store) as hearing:
            first = free_port()
            ports = range(first, first + 8)
            placing = Services(agent, hearing, "127.0.0.1", ports, LimitValues())
            yield LocalCalls(placing, store.conversations, LiveConversations(), Capacity(5))
    finally:
        await agent.aclose()


@pytest.fixture
def disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when the store, which is busy, is to take what is written."""
    free, append = asyncio.Event(), store.log.append

    async def wait_and_append(*args: Any, **options: Any) -> Any:
        await free.wait()
        return await append(*args, **options)

    monkeypatch.setattr(store.log, "append", wait_and_append)
    return free


async def test_a_call_that_is_being_placed_is_hung_up_and_closed(store: Store, disk: asyncio.Event) -> None:
    async with calls_of(store) as calls:
        placing = asyncio.create_task(calls.start(CallRequest("app", NOBODY, NOBODY)))
        await until(lambda: calls.count == 1)
        assert await calls.status("app") == [], "it is not placed yet"
        closing = asyncio.create_task(calls.aclose())
        await asyncio.sleep(0)
        with pytest.raises(CallRefusedError, match="shutting down"):
            await calls.start(CallRequest("app", NOBODY, NOBODY))
        disk.set()
        connection = await placing
        await closing
        assert calls.count == 0
    content = await store.conversations.content(connection.conversation_id)
    assert content is not None
    assert content.record.outcome == "failed"


async def test_whoever_gives_up_placing_a_call_leaves_nothing(store: Store, disk: asyncio.Event) -> None:
    async with calls_of(store) as calls:
        placing = asyncio.create_task(calls.start(CallRequest("app", NOBODY, NOBODY)))
        await until(lambda: calls.count == 1)
        placing.cancel()
        await asyncio.wait([placing])
        assert placing.cancelled()
        assert calls.count == 0
        disk.set()
    assert await store.unfinished() == []


async def test_a_stream_that_is_being_opened_is_ended_and_closed(store: Store, disk: asyncio.Event) -> None:
    async with services(store) as hearing:
        streams = LocalStreams(hearing, LiveConversations(), LimitValues(), Capacity(5))
        joining = asyncio.create_task(streams.join(StreamRequest("app", "standup")))
        await asyncio.sleep(0)
        closing = asyncio.create_task(streams.aclose())
        await asyncio.sleep(0)
        with pytest.raises(CallRefusedError, match="shutting down"):
            streams.check_room()
        disk.set()
        await joining
        await closing
    assert await store.unfinished() == []
