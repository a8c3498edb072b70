"""What an appended event costs on SQLite: singly, in batches, and from many conversations at once.

Run as `python tests/bench/store_events.py`. "cpu" is the process's own time over all threads; the rest of
"wall" is waiting for the disk.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from earwitness.conversation.events import CallProgressed, MessagesAdded, Opened
from earwitness.conversation.ids import new_id
from earwitness.conversation.member import new_member
from earwitness.conversation.message import Message
from earwitness.conversation.word_times import estimate_words
from earwitness.store.seams import Draft
from earwitness.store.store import Store

CONVERSATIONS = 100
TEXT = "We should send the revised plan to the customer before the end of the week."
SPEAKER = new_member("Ann", email="ann@example.com")


def _message() -> Draft:
    start_s = random.uniform(0, 3600)
    words = estimate_words(TEXT, start_s, start_s + 4)
    message = Message(new_id(), TEXT, start_s, start_s + 4, speaker=SPEAKER, words=words)
    return Draft(MessagesAdded((message,)), at_s=message.end_s, leg="in")


def _state() -> Draft:
    return Draft(CallProgressed("held"))


async def _open(store: Store) -> str:
    conversation_id = new_id()
    opened = Opened("app", "Benchmark", datetime.now(UTC), members=(SPEAKER,))
    await store.log.append(conversation_id, [Draft(opened)], epoch=1)
    return conversation_id


async def _singly(store: Store, drafts: list[Draft]) -> None:
    conversation_id = await _open(store)
    for draft in drafts:
        await store.log.append(conversation_id, [draft], epoch=1)


async def _in_tens(store: Store, drafts: list[Draft]) -> None:
    conversation_id = await _open(store)
    for start in range(0, len(drafts), 10):
        await store.log.append(conversation_id, drafts[start : start + 10], epoch=1)


async def _together(store: Store, drafts: list[Draft]) -> None:
    conversation_ids = [await _open(store) for _ in range(CONVERSATIONS)]
    shares = [drafts[n::CONVERSATIONS] for n in range(CONVERSATIONS)]

    async def follow(conversation_id: str, share: list[Draft]) -> None:
        for draft in share:
            await store.log.append(conversation_id, [draft], epoch=1)

    await asyncio.gather(*map(follow, conversation_ids, shares))


async def _measure(
    name: str, store: Store, work: Callable[[Store, list[Draft]], Awaitable[None]], drafts: list[Draft]
) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    await work(store, drafts)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name:<56} {wall / len(drafts) * 1e6:6.0f} µs wall {cpu / len(drafts) * 1e6:6.0f} µs cpu")


async def _run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with await Store.open(Path(folder) / "earwitness.db") as store:
            await _measure("one conversation, a call state a commit", store, _singly, _drafts(_state, 500))
            await _measure("one conversation, a message a commit", store, _singly, _drafts(_message, 500))
            await _measure(
                "one conversation, ten messages an append", store, _in_tens, _drafts(_message, 1000)
            )
            name = f"{CONVERSATIONS} conversations at once, a message an append"
            await _measure(name, store, _together, _drafts(_message, 2000))


def _drafts(make: Callable[[], Draft], count: int) -> list[Draft]:
    return [make() for _ in range(count)]


def main() -> None:
    """Print one line per way of appending."""
    asyncio.run(_run())


if __name__ == "__main__":
    main()
