"""Summaries that clients ask for: of a whole conversation anew, or of a part of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from earwitness.calls.seams import CallRefusedError
from earwitness.conversation.bookmark import Bookmark, Markable
from earwitness.conversation.ids import stable_id
from earwitness.conversation.insight import SummaryItem
from earwitness.conversation.message import Message
from earwitness.insights.seams import Analyst, Setting
from earwitness.insights.summary.excerpt import told
from earwitness.store.seams import Content

_MOST_WAITING = 20
"""Requests that may wait for their turn; more are refused."""
_MOST_KEPT = 1000
"""Summaries of bookmarks that are remembered; those that were not asked for the longest go first."""


class Summaries:
    """Writes summaries on a thread, one at a time: analysis that is live has another thread."""

    def __init__(self, analyst: Analyst) -> None:
        self._analyst = analyst
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._kept: dict[tuple[str, int, Bookmark], tuple[SummaryItem, ...]] = {}
        """By conversation, the number of its last event, and bookmark."""

    async def anew(self, content: Content) -> tuple[SummaryItem, ...]:
        """Return the summary of all that is known by now, under ids of its own.

        Raises:
            CallRefusedError: too many wait already.
        """
        return await self._of(content, content.messages)

    async def of_bookmarks(
        self, content: Content, bookmarks: Sequence[Bookmark]
    ) -> list[tuple[SummaryItem, ...]]:
        """Return what is said in each bookmark, in the same words and with the same ids each time.

        Those that were written already since the conversation last changed are not written again.

        Raises:
            CallRefusedError: too many wait already.
        """
        markable = Markable(content.messages)
        return [await self._of_bookmark(content, bookmark, markable) for bookmark in bookmarks]

    def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation that was deleted."""
        for key in [key for key in self._kept if key[0] == conversation_id]:
            del self._kept[key]

    async def _of_bookmark(
        self, content: Content, bookmark: Bookmark, markable: Markable
    ) -> tuple[SummaryItem, ...]:
        key = (content.record.id, content.record.last_seq, bookmark)
        kept = self._kept.pop(key, None)
        if kept is None:
            messages = markable.covered(bookmark)
            found = await self._of(content, messages) or told(messages)
            kept = tuple(replace(item, id=stable_id(bookmark.id, item.text)) for item in found)
        self._kept[key] = kept
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return kept

    async def _of(self, content: Content, messages: Sequence[Message]) -> tuple[SummaryItem, ...]:
        if not messages:
            return ()
        if self._waiting >= _MOST_WAITING:
            raise CallRefusedError(429, "Many summaries are being written; ask again in a moment.", 5)
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._summarise, content, messages)
        finally:
            self._waiting -= 1

    def _summarise(self, content: Content, messages: Sequence[Message]) -> tuple[SummaryItem, ...]:
        record = content.record
        setting = Setting(record.zero_at, record.timezone, content.members)
        analysis = self._analyst.open(setting)
        analysis.follow(messages)
        return analysis.conclude(setting).summary
