"""What it costs to find what is due in the outbox, and to end it, behind 10,000 webhooks that wait.

Run as `python tests/bench/outbox_due.py [postgresql://…]`, by default on SQLite; the database is to be an
empty one.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from earwitness.conversation.events import Opened
from earwitness.store.seams import Draft, NewDelivery
from earwitness.store.store import Store

DELIVERIES = 10_000
TIMES = 50


async def _fill(store: Store, conversations: int) -> None:
    each = DELIVERIES // conversations
    for number in range(conversations):
        hooks = [NewDelivery(f"results:{n}:0:0", "webhook", {"body": "b" * 500}) for n in range(each)]
        opened = Draft(Opened("app", "Benchmark", datetime.now(UTC)))
        await store.log.append(f"{conversations}-{number}", [opened], epoch=1, deliveries=hooks)


async def _measure(name: str, work: Callable[[], Awaitable[Any]]) -> None:
    took_s = []
    for _ in range(TIMES):
        since = time.perf_counter()
        await work()
        took_s.append(time.perf_counter() - since)
    print(f"  {name:<10} median {statistics.median(took_s) * 1e3:7.2f} ms, most {max(took_s) * 1e3:7.2f} ms")


async def _run(url: str) -> None:
    async with await Store.open(url) as store:

        async def end_one() -> None:
            [one] = await store.outbox.due(datetime.now(UTC), 1, kind="webhook")
            await store.outbox.done(one.id)

        for conversations in (1, 100):
            await _fill(store, conversations)
            print(f"{DELIVERIES} more webhooks of {conversations} conversations")
            await _measure("due", lambda: store.outbox.due(datetime.now(UTC), kind="webhook"))
            await _measure("next_due", lambda: store.outbox.next_due(kinds=["webhook"]))
            await _measure("end one", end_one)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(sys.argv[1] if len(sys.argv) > 1 else str(Path(folder) / "earwitness.db")))
