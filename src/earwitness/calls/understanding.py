"""Following a conversation live: its messages go to an analyst on a worker thread, in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor

from earwitness.conversation.events import Body, InsightsFound, TopicsFound
from earwitness.conversation.insight import Insight, Topic
from earwitness.conversation.message import Message
from earwitness.insights.seams import Analysis, Setting

logger = logging.getLogger(__name__)

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
        self._waiting: asyncio.Queue[Sequence[Message]] = asyncio.Queue(_MOST_WAITING)
        self._task = asyncio.create_task(self._follow(), name="understanding")

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
        return [*self._unshown(final.insights, final.topics), final]

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
                for body in self._unshown(found.insights, found.topics):
                    await self._post(body)
            except Exception:
                # An analyst's defect must not cost the call its words: the messages are stored
                # already and the final analysis looks at all of them again.
                logger.exception("the analyst failed on %d messages", len(messages))
            finally:
                self._waiting.task_done()

    def _unshown(self, insights: Sequence[Insight], topics: Sequence[Topic]) -> list[Body]:
        bodies: list[Body] = []
        if new_insights := tuple(insight for insight in insights if insight.id not in self._shown):
            bodies.append(InsightsFound(new_insights))
        if topics:
            bodies.append(TopicsFound(tuple(topics)))
        self._shown.update(insight.id for insight in new_insights)
        return bodies
