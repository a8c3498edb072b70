"""Following a conversation live: its messages go to an analyst on a worker thread, in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import TypeVar

from earwitness.conversation.events import Body, InsightsFound, TopicsFound
from earwitness.conversation.insight import Insight, Topic
from earwitness.conversation.message import Message
from earwitness.insights.seams import Analysis, Setting
from earwitness.store.seams import Content

logger = logging.getLogger(__name__)

T = TypeVar("T", Insight, Topic)

_MOST_WAITING = 1000
"""Batches of messages that may wait; then hearing waits (an analyst is far faster than speech)."""


class Understanding:
    """One conversation's analysis, with the task that feeds it."""

    def __init__(
        self, analysis: Analysis, executor: Executor, post: Callable[[Body], Awaitable[None]]
    ) -> None:
        self._analysis = analysis
        self._executor = executor
        self._post = post
        self._shown: set[str] = set()
        self._known: dict[tuple[str, ...], str] = {}
        """Ids of what was found before the conversation was taken up again."""
        self._waiting: asyncio.Queue[Sequence[Message]] = asyncio.Queue(_MOST_WAITING)
        self._task = asyncio.create_task(self._follow(), name="understanding")

    async def resume(self, content: Content) -> None:
        """Follow what is stored of the conversation; what was found in it keeps its id."""
        known: list[Insight | Topic] = [*content.insights, *content.topics]
        self._known = {_key(found): found.id for found in known}
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._executor, self._analysis.follow, content.messages)
        self._shown.update(insight.id for insight in content.insights)

    async def take(self, messages: Sequence[Message]) -> None:
        """Have the next finished messages understood."""
        await self._waiting.put(messages)

    async def conclude(self, setting: Setting) -> list[Body]:
        """Wait until all messages are followed, then return what the final look at them brings.

        What was not shown live comes as events of its own, ahead of the whole.
        """
        await self._waiting.join()
        await self.aclose()
        loop = asyncio.get_running_loop()
        final = await loop.run_in_executor(self._executor, self._analysis.conclude, setting)
        insights, topics = self._named(final.insights), self._named(final.topics)
        return [*self._unshown(insights, topics), replace(final, insights=insights, topics=topics)]

    async def aclose(self) -> None:
        """Stop following."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            messages = await self._waiting.get()
            try:
                found = await loop.run_in_executor(self._executor, self._analysis.follow, messages)
                for body in self._unshown(self._named(found.insights), self._named(found.topics)):
                    await self._post(body)
            except Exception:
                # An analyst's defect must not cost the call its words: the messages are stored
                # already and the final analysis looks at all of them again.
                logger.exception("the analyst failed on %d messages", len(messages))
            finally:
                self._waiting.task_done()

    def _named(self, found: Sequence[T]) -> tuple[T, ...]:
        """Give what was known before the id that it had."""
        return tuple(replace(one, id=self._known.get(_key(one), one.id)) for one in found)

    def _unshown(self, insights: Sequence[Insight], topics: Sequence[Topic]) -> list[Body]:
        bodies: list[Body] = []
        if new_insights := tuple(insight for insight in insights if insight.id not in self._shown):
            bodies.append(InsightsFound(new_insights))
        if topics:
            bodies.append(TopicsFound(tuple(topics)))
        self._shown.update(insight.id for insight in new_insights)
        return bodies


def _key(found: Insight | Topic) -> tuple[str, ...]:
    """What tells two findings of one conversation apart, whoever finds them."""
    if isinstance(found, Topic):
        return "topic", found.text.casefold()
    return found.kind, found.text, found.message_ids[0]
