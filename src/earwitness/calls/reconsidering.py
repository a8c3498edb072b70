"""Understanding a conversation anew when somebody put right who is who in it after its end.

Action items and summaries name people ("Anna will send the plan"), so other names and other speakers make
their wording another. Nothing else changes: what was an insight stays one. What a language model wrote is not
asked for again: there, as in what the analyst does not find any more, new names take the place of old ones.

Whoever changes a short conversation is answered when all of this is stored. In a long one new names take the
place of old ones at once; the analyst, who needs a while, words it anew afterwards.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from earwitness.calls.live import LiveConversations
from earwitness.calls.shown import Shown
from earwitness.calls.stored_change import ChangeableStore, HeardError, change_stored
from earwitness.calls.understanding import setting_of
from earwitness.conversation.events import Body, Understood
from earwitness.conversation.renaming import renamed_insight, renamed_item, renaming
from earwitness.insights.seams import Analyst
from earwitness.store.seams import Content, ConversationRecord, FencedError, UnknownConversationError

logger = logging.getLogger(__name__)

_SOURCE = "api"
_SHORT = 200
"""Messages that the analyst reads in a second or two, for which a client may wait."""
_AT_ONCE = 50
"""Messages that the analyst reads before others have their turn, such as calls that end."""


@dataclass(slots=True)
class _Work:
    """One look at a conversation, for all changes that were made before it."""

    names: dict[str, str] = field(default_factory=dict)
    """New ones by the old ones."""
    answers: list[asyncio.Future[None]] = field(default_factory=list)
    """Of those who wait for it."""

    def add(self, names: Mapping[str, str]) -> None:
        """Take the names of a change that was made later."""
        self.names = {**names, **{old: names.get(new, new) for old, new in self.names.items()}}

    def answer(self, error: Exception | None = None) -> None:
        """Tell those who wait that it is done, or why not."""
        for one in self.answers:
            if one.done():
                continue
            if error is None:
                one.set_result(None)
            else:
                one.set_exception(error)

    def give_up(self) -> None:
        """Let nobody wait any more."""
        for one in self.answers:
            one.cancel()


class Reconsiderer:
    """Looks at stored conversations again, at each by one task, while at most one more look at it waits."""

    def __init__(
        self, store: ChangeableStore, live: LiveConversations, analyst: Analyst, executor: Executor
    ) -> None:
        """Make it; the analyst works on the executor, where others have their turns in between."""
        self._store = store
        self._live = live
        self._analyst = analyst
        self._executor = executor
        self._waiting: dict[str, _Work] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        """By conversation, both."""

    async def reconsider(self, record: ConversationRecord, names: Mapping[str, str]) -> None:
        """Have what is understood of a conversation stored as it is now, under the ids that it had.

        Returns when that is done; of a long conversation, when it has the new names. Where somebody adds to
        the conversation just then, it is done afterwards.

        Args:
            record: of a conversation that is over; of one that was deleted meanwhile nothing is stored.
            names: new ones by the old ones.

        Raises:
            StoreUnavailableError: nothing was stored.
        """
        content = await self._store.conversations.content(record.id, {"messages"})
        if content is None or content.record.outcome is None:
            return
        if len(content.messages) > _SHORT:
            is_renamed = not names or await self._rename(record, names)
            self._request(record).add({} if is_renamed else names)
            return
        answer = asyncio.get_running_loop().create_future()
        work = self._request(record)
        work.add(names)
        work.answers.append(answer)
        await answer

    async def aclose(self) -> None:
        """End; what was not looked at yet keeps its wording."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _request(self, record: ConversationRecord) -> _Work:
        work = self._waiting.setdefault(record.id, _Work())
        if record.id not in self._tasks:
            task = asyncio.create_task(self._run(record), name=f"reconsider {record.id}")
            self._tasks[record.id] = task
        return work

    async def _run(self, record: ConversationRecord) -> None:
        work = None
        try:
            while work := self._waiting.pop(record.id, None):
                await self._look(record, work)
        finally:
            for one in (work, self._waiting.pop(record.id, None)):
                if one is not None:
                    one.give_up()
            del self._tasks[record.id]

    async def _look(self, record: ConversationRecord, work: _Work) -> None:
        async def reworded(content: Content) -> list[Body]:
            if more := self._waiting.pop(record.id, None):
                # What is read now has that change in it already, if this is tried once more.
                work.add(more.names)
                work.answers += more.answers
            return await self._reworded(content, work.names)

        try:
            while not await self._change(record, reworded):
                work.answer()  # whoever waits for it does not wait for somebody who adds to the conversation
                await self._live.until_closed(record.app_id, record.id)
        except FencedError:
            logger.warning("conversation %s is being changed by others; its insights stay", record.id)
            work.answer()
        except Exception as error:
            logger.exception("conversation %s could not be understood anew", record.id)
            work.answer(error)
        else:
            work.answer()

    async def _rename(self, record: ConversationRecord, names: Mapping[str, str]) -> bool:
        """Put new names into a conversation; False where somebody else writes to it."""

        async def renamed(content: Content) -> list[Body]:
            # Without the analyst, so not behind others who wait for it.
            return await asyncio.to_thread(_bodies, content, Understood(), names)

        try:
            return await self._change(record, renamed)
        except FencedError:
            return False

    async def _change(
        self, record: ConversationRecord, look: Callable[[Content], Awaitable[Sequence[Body]]]
    ) -> bool:
        """Store what a look brings; False where somebody adds to the conversation, such as a recording."""

        def is_heard() -> bool:
            return self._live.of_conversation(record.app_id, record.id) is not None

        if is_heard():
            return False
        try:
            await change_stored(self._store, record.id, look, source=_SOURCE, is_heard=is_heard)
        except HeardError:
            return False
        except UnknownConversationError:
            pass  # deleted meanwhile: there is nothing left to be changed
        return True

    async def _reworded(self, content: Content, names: Mapping[str, str]) -> list[Body]:
        loop, messages = asyncio.get_running_loop(), content.messages
        setting = setting_of(content)
        analysis = await loop.run_in_executor(self._executor, self._analyst.open, setting)
        for start in range(0, len(messages), _AT_ONCE):
            some = messages[start : start + _AT_ONCE]
            await loop.run_in_executor(self._executor, analysis.follow, some, setting)
        return await loop.run_in_executor(
            self._executor, lambda: _bodies(content, analysis.conclude(setting), names)
        )


def _bodies(content: Content, found: Understood, names: Mapping[str, str]) -> list[Body]:
    """Return what is to be stored, if anything is: what is news, and all that is understood now."""
    news, understood = Shown.of(content).last(_reworded(content, found, names))
    return [*news, understood] if news or understood.summary != content.summary else []


def _reworded(content: Content, found: Understood, names: Mapping[str, str]) -> Understood:
    """Return what is understood of a conversation already, worded as it is found now."""
    rename = renaming(names)
    written = content.reading.parts if content.reading is not None else ()
    now = {} if "insights" in written else {one.id: one for one in Shown.of(content).named(found.insights)}
    insights = []
    for before in content.insights:
        again = now.get(before.id)
        same = again is not None and again.kind == before.kind
        insights.append(again if again is not None and same else renamed_insight(before, rename))
    summary = found.summary
    if "summary" in written or not summary:
        summary = tuple(renamed_item(item, rename) for item in content.summary)
    return Understood(tuple(insights), content.topics, summary, content.entities, content.trackers)
