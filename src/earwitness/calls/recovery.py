"""Finishing the conversations of calls that a crash cut off."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from earwitness.calls.closing import PageUrl, stop_deliveries
from earwitness.calls.rereading import Rereader
from earwitness.calls.seams import Outcome
from earwitness.calls.understanding import concluded, setting_of
from earwitness.calls.when_available import when_available
from earwitness.conversation.events import Body, CallProgressed, CallStateName, Closed, MessagesAdded
from earwitness.conversation.replay import untold
from earwitness.insights.seams import Analyst
from earwitness.insights.sentiment import with_sentiment
from earwitness.store.seams import (
    Content,
    ConversationRecord,
    Conversations,
    Draft,
    EventLog,
    NewDelivery,
    Unfinished,
    UnknownConversationError,
)

logger = logging.getLogger(__name__)

_TALKING = frozenset[CallStateName](("answered", "held", "resumed"))
_GOING_ON = _TALKING | {"dialing", "ringing", "early_media"}
"""States of a call that is not over."""


class RecoverableStore(Unfinished, Protocol):
    """What recovery needs of a store."""

    @property
    def log(self) -> EventLog:
        """The event log."""

    @property
    def conversations(self) -> Conversations:
        """The projections."""


class Recovery:
    """Concludes conversations that were never closed, and queues their e-mails.

    No engine saves a SIP dialog: the calls are over, but every word that was shown is in the log.
    """

    def __init__(
        self,
        store: RecoverableStore,
        analyst: Analyst,
        executor: Executor,
        page_url: PageUrl,
        base_url: str,
        rereader: Rereader | None = None,
    ) -> None:
        """Make it; what a language model is to read is read by the rereader, if there is one."""
        self._store = store
        self._analyst = analyst
        self._executor = executor
        self._page_url = page_url
        self._base_url = base_url
        self._rereader = rereader

    async def finish(self, records: Sequence[ConversationRecord]) -> int:
        """Conclude conversations one after the other; one that cannot be is left as it is.

        Returns:
            How many were finished.
        """
        finished = 0
        for record in records:
            try:
                await self._finish_when_possible(record)
            except UnknownConversationError:
                logger.info("conversation %s was deleted before it was finished", record.id)
            except Exception:
                # What is wrong with one must not keep the others, and the server, down.
                logger.exception("conversation %s was interrupted and cannot be finished", record.id)
            else:
                finished += 1
        return finished

    async def _finish_when_possible(self, record: ConversationRecord) -> None:
        # What brought the server down may have been its database, which may not be back yet.
        await when_available(lambda: self._finish(record))

    async def _finish(self, record: ConversationRecord) -> None:
        epoch = await self._store.log.claim(record.id)
        content = await self._store.conversations.content(record.id)
        if content is None:
            raise UnknownConversationError(record.id)
        log = await self._store.log.read(record.id)
        last = record.call or CallProgressed("dialing")
        is_call = record.endpoint is not None
        had_ended = is_call and last.state not in _GOING_ON
        # Calls that ring have media too: a ringing tone, an announcement (RFC 3960).
        was_answered = _answered(last) if is_call else record.media_started_at is not None
        bodies: list[Body] = []
        if is_call and not had_ended:
            bodies.append(replace(last, state="interrupted", reason="the server stopped in mid-call"))
        if was_answered:
            rest = with_sentiment(untold(log))
            if rest:
                bodies.append(MessagesAdded(rest))
                content = replace(content, messages=content.messages + rest)
            bodies += await self._conclude(content)
            if self._rereader is not None:
                bodies.append(self._rereader.wish(record.request))
        outcome: Outcome = "failed" if not was_answered else "completed" if had_ended else "interrupted"
        bodies.append(Closed(_ended_at(content), outcome))
        await self._store.log.append(
            record.id,
            [Draft(body, source="recovery") for body in bodies],
            epoch=epoch,
            deliveries=self._deliveries(record) if was_answered else [],
        )
        logger.warning("conversation %s was interrupted; finished it from its log", record.id)
        if was_answered and self._rereader is not None:
            await self._rereader.take(record.id)

    def _deliveries(self, record: ConversationRecord) -> list[NewDelivery]:
        url = self._page_url(str(record.request.get("base_url") or self._base_url), record.app_id, record.id)
        wait_s = 0.0 if self._rereader is None else self._rereader.email_wait_s
        return list(stop_deliveries(record.actions, url, wait_s))

    async def _conclude(self, content: Content) -> list[Body]:
        setting = setting_of(content)

        def work() -> list[Body]:
            return concluded(self._analyst.open(setting), content, setting)

        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


def _answered(progress: CallProgressed) -> bool:
    return progress.answered_at is not None or progress.state in _TALKING


def _ended_at(content: Content) -> datetime:
    """The end of the last thing heard, as far as it is known."""
    record = content.record
    if not content.messages:
        return datetime.now(UTC)
    return record.zero_at + timedelta(seconds=content.length_s)
