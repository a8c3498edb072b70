"""Jobs that add to a conversation to which somebody else has just written."""

import asyncio
from pathlib import Path

import pytest

from earwitness.conversation.events import MemberChanged, MemberJoined
from earwitness.conversation.member import Member
from earwitness.store.event_log import SqlEventLog
from earwitness.store.seams import Draft
from earwitness.store.store import Store
from tests.support.job_queue import job_queue

ANNA = Member("a", "Anna", "anna@example.com", "anna@example.com")
RENAMED = Member("a", "Anna Berg", "anna@example.com", "anna@example.com")


async def test_what_was_written_meanwhile_holds_for_what_is_added(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = SqlEventLog.claim
    async with job_queue(store, tmp_path) as queue:
        job = await queue.submit("text")
        await queue.ended()
        conversation_id = job.conversation_id
        epoch = await store.log.claim(conversation_id)
        await store.log.append(conversation_id, [Draft(MemberJoined(ANNA))], epoch=epoch)
        renamed = asyncio.Event()

        async def late(log: SqlEventLog, of: str, *, after: int | None = None) -> int:
            """Let somebody else write between what the job reads and its claim."""
            if not renamed.is_set():
                renamed.set()
                other = await claim(log, of)
                await log.append(of, [Draft(MemberChanged(RENAMED), source="api")], epoch=other)
            return await claim(log, of, after=after)

        monkeypatch.setattr(SqlEventLog, "claim", late)
        text = "I will send the plan by Friday."
        await queue.submit("text", "next", text=text, speaker=ANNA, begins=False)
        assert (await queue.ended("next")).status == "completed"
        content = await queue.content()
    assert renamed.is_set()
    assert [member.name for member in content.members] == ["Anna Berg"]
    assert [insight.text for insight in content.insights] == ["Anna Berg will send the plan by Friday."]
