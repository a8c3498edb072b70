"""Searching all conversations of an app, beside whatever else is asked for."""

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

from earwitness.conversation.events import Opened
from earwitness.store.seams import Draft, Findable
from earwitness.store.store import Store


async def test_nobody_else_waits_for_a_search(tmp_path: Path) -> None:
    found, go_on = threading.Event(), threading.Event()

    def where(one: Findable) -> bool:
        found.set()
        return go_on.wait(20)

    async with await Store.open(str(tmp_path / "store.db")) as store:
        opened = Opened("app", "Call", datetime(2026, 11, 27, tzinfo=UTC))
        await store.log.append("1", [Draft(opened)], epoch=1)
        searches = [asyncio.create_task(store.conversations.listing("app", where=where)) for _ in range(5)]
        assert await asyncio.to_thread(found.wait, 20)
        async with asyncio.timeout(20):
            assert await store.conversations.find("app", "1") is not None
            assert len(await store.conversations.listing("app")) == 1
        assert not any(search.done() for search in searches)
        go_on.set()
        for search in searches:
            (head,) = await search
            assert head.record.id == "1"
