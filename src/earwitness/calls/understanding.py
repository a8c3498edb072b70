"""Following a conversation live: its messages go to an analyst on a worker thread, in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace

from earwitness.calls.shown import Shown
from earwitness.conversation.events import Body
from earwitness.conversation.message import Assignment, Message
from earwitness.conversation.wishes import wishes_of
from earwitness.insights.seams import Analysis, Setting
from earwitness.store.seams import Content

logger = logging.getLogger(__name__)

_MOST_WAITING = 1000
"""Batches of messages that may wait; then hearing waits (an analyst is far faster than speech)."""


class Understanding:
    """One conversation's analysis, with the task that feeds it.

    What later words, names and speakers change of what was shown is shown again under its id, or
    withdrawn.
    """

    def __init__(
        self,
        analysis: Analysis,
        executor: Executor,
        post: Callable[[Body], Awaitable[None]],
        setting: Callable[[], Setting],
        *,
        concluding: Executor | None = None,
    ) -> None:
        """Begin to follow; `setting` returns what is known of the conversation now.

        `concluding` runs the final look and what is stored already, by default `executor`.
        """
        self._analysis = analysis
        self._executor = executor
        self._concluding = concluding or executor
        self._post = post
        self._setting = setting
        self._shown = Shown()
        self._messages: dict[str, Message] = {}
        """As they were followed last; without words, as long as the conversation is."""
        self._waiting: asyncio.Queue[Sequence[Message]] = asyncio.Queue(_MOST_WAITING)
        self._task = asyncio.create_task(self._follow(), name="understanding")

    async def resume(self, content: Content) -> None:
        """Follow what is stored of the conversation; what was found in it keeps its id."""
        self._shown = Shown.of(content)
        messages = self._kept(content.messages)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._concluding, self._analysis.follow, messages, self._setting())

    async def take(self, messages: Sequence[Message]) -> None:
        """Have the next finished messages understood, or earlier ones that have changed."""
        await self._waiting.put(self._kept(messages))

    async def reassign(self, assignments: Iterable[Assignment]) -> None:
        """Somebody else said these messages."""
        changed = [
            replace(message, speaker=one.speaker, provenance=one.provenance)
            for one in assignments
            if (message := self._messages.get(one.message_id)) is not None
        ]
        await self.take(changed)

    async def look_again(self) -> None:
        """Members have other names."""
        await self._waiting.put(())

    async def conclude(self, setting: Setting) -> list[Body]:
        """Wait until all messages are followed, then return what the final look at them brings.

        What was not shown live, is other than it was shown, or is none after all, comes as events of its own,
        ahead of the whole.
        """
        await self._waiting.join()
        await self.aclose()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._concluding, self._last, setting)

    async def aclose(self) -> None:
        """Stop following."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            messages = await self._waiting.get()
            try:
                news = await loop.run_in_executor(self._executor, self._news, messages, self._setting())
                for body in news:
                    await self._post(body)
            except Exception:
                # An analyst's defect must not cost the call its words: the messages are stored
                # already and the final analysis looks at all of them again.
                logger.exception("the analyst failed on %d messages", len(messages))
            finally:
                self._waiting.task_done()

    def _news(self, messages: Sequence[Message], setting: Setting) -> list[Body]:
        return self._shown.news(self._analysis.follow(messages, setting))

    def _last(self, setting: Setting) -> list[Body]:
        news, understood = self._shown.last(self._analysis.conclude(setting))
        return [*news, understood]

    def _kept(self, messages: Iterable[Message]) -> Sequence[Message]:
        """Keep messages as the analyst gets them: the times of words are most of what they take."""
        kept = [replace(message, words=()) for message in messages]
        self._messages.update((message.id, message) for message in kept)
        return kept


def setting_of(content: Content, confidence_threshold: float | None = None) -> Setting:
    """Return what is known of a stored conversation; the threshold is by default that of its request."""
    record = content.record
    wishes = wishes_of(record.request)
    threshold = wishes.confidence_threshold if confidence_threshold is None else confidence_threshold
    return Setting(
        record.zero_at,
        record.timezone,
        content.members,
        threshold,
        language=record.language,
        wishes=wishes,
    )


def concluded(analysis: Analysis, content: Content, setting: Setting) -> list[Body]:
    """Return what a look at a whole stored conversation brings, as `Understanding.conclude` does.

    It keeps a processor busy: call it off the event loop.
    """
    analysis.follow(content.messages, setting)
    news, understood = Shown.of(content).last(analysis.conclude(setting))
    return [*news, understood]
