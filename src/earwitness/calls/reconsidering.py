"""Understanding a conversation anew when somebody put right who is who in it after its end.

Action items and summaries name people ("Anna will send the plan"), so other names and other speakers make
their wording another. Nothing else changes: what was an insight stays one. What a language model wrote is not
asked for again: there, as in what the analyst does not find any more, new names take the place of old ones.
"""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import Executor

from earwitness.calls.shown import Shown
from earwitness.calls.understanding import setting_of
from earwitness.conversation.events import Body, Understood
from earwitness.conversation.renaming import renamed_insight, renamed_item, renaming
from earwitness.insights.seams import Analyst
from earwitness.store.seams import (
    Content,
    Conversations,
    Draft,
    EventLog,
    FencedError,
    UnknownConversationError,
)

logger = logging.getLogger(__name__)

_SOURCE = "api"
_ATTEMPTS = 5
"""Somebody else may change the same conversation in the same moment."""


class Reconsiderer:
    """Looks at stored conversations again."""

    def __init__(
        self, log: EventLog, conversations: Conversations, analyst: Analyst, executor: Executor
    ) -> None:
        """Make it; the analyst works on the executor, one conversation after the other."""
        self._log = log
        self._conversations = conversations
        self._analyst = analyst
        self._executor = executor

    async def reconsider(self, conversation_id: str, names: Mapping[str, str]) -> None:
        """Store what is understood of a conversation now, under the ids that it had.

        Args:
            conversation_id: one that is over; of one that was deleted meanwhile nothing is stored.
            names: new ones by the old ones.

        Raises:
            StoreUnavailableError: nothing was stored.
        """
        for _ in range(_ATTEMPTS):
            try:
                epoch = await self._log.claim(conversation_id)
            except UnknownConversationError:
                return
            content = await self._conversations.content(conversation_id)
            if content is None:
                return
            loop = asyncio.get_running_loop()
            bodies = await loop.run_in_executor(self._executor, self._bodies, content, names)
            if not bodies:
                return
            try:
                drafts = [Draft(body, source=_SOURCE) for body in bodies]
                await self._log.append(conversation_id, drafts, epoch=epoch)
            except FencedError:
                continue  # Whoever else changed it: look at what there is now.
            return
        logger.warning("conversation %s is being changed by others; its insights stay", conversation_id)

    def _bodies(self, content: Content, names: Mapping[str, str]) -> list[Body]:
        setting = setting_of(content)
        analysis = self._analyst.open(setting)
        analysis.follow(content.messages, setting)
        news, understood = Shown.of(content).last(_reworded(content, analysis.conclude(setting), names))
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
