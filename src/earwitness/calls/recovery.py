"""Finishing the conversations of calls that a crash cut off."""

import asyncio
import logging
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from earwitness.calls.closing import PageUrl, stop_deliveries
from earwitness.calls.rereading import Rereader
from earwitness.calls.seams import Outcome
from earwitness.calls.understanding import concluded, setting_of
from earwitness.conversation.events import Body, CallProgressed, Closed, MessagesAdded
from earwitness.conversation.replay import untold
from earwitness.insights.seams import Analyst
from earwitness.insights.sentiment import with_sentiment
from earwitness.store.seams import (
    Content,
    Conversations,
    Draft,
    EventLog,
    Unfinished,
)

logger = logging.getLogger(__name__)


class RecoverableStore(Unfinished, Protocol):
    """What recovery needs of a store."""

    @property
    def log(self) -> EventLog:
        """The event log."""

    @property
    def conversations(self) -> Conversations:
        """The projections."""


async def finish_interrupted(
    store: RecoverableStore,
    analyst: Analyst,
    executor: Executor,
    page_url: PageUrl,
    base_url: str,
    rereader: Rereader | None = None,
) -> int:
    """Conclude every conversation that was never closed, and queue its e-mails.

    No engine saves a SIP dialog: the calls are over, but every word that was shown is in the log. They are
    read by the rereader when it is started.

    Returns:
        How many conversations were finished.
    """
    records = await store.unfinished()
    for record in records:
        epoch = await store.log.claim(record.id)
        content = await store.conversations.content(record.id)
        if content is None:
            continue
        log = await store.log.read(record.id)
        had_ended = record.call is not None and record.call.state == "ended"
        was_answered = had_ended or record.media_started_at is not None or _answered(record.call)
        bodies: list[Body] = []
        if not had_ended and record.endpoint is not None:
            last = record.call or CallProgressed("dialing")
            bodies.append(replace(last, state="interrupted", reason="the server stopped in mid-call"))
        if was_answered:
            rest = with_sentiment(untold(log))
            if rest:
                bodies.append(MessagesAdded(rest))
                content = replace(content, messages=content.messages + rest)
            bodies += await _conclude(content, analyst, executor)
            if rereader is not None:
                bodies.append(rereader.wish(record.request))
        outcome: Outcome = "completed" if had_ended else "interrupted" if was_answered else "failed"
        bodies.append(Closed(_ended_at(content), outcome))
        url = page_url(str(record.request.get("base_url") or base_url), record.app_id, record.id)
        wait_s = 0.0 if rereader is None else rereader.email_wait_s
        deliveries = list(stop_deliveries(record.actions, url, wait_s)) if was_answered else []
        await store.log.append(
            record.id,
            [Draft(body, source="recovery") for body in bodies],
            epoch=epoch,
            deliveries=deliveries,
        )
        logger.warning("conversation %s was interrupted; finished it from its log", record.id)
    return len(records)


async def _conclude(content: Content, analyst: Analyst, executor: Executor) -> list[Body]:
    setting = setting_of(content)

    def work() -> list[Body]:
        return concluded(analyst.open(setting), content, setting)

    return await asyncio.get_running_loop().run_in_executor(executor, work)


def _answered(progress: CallProgressed | None) -> bool:
    return progress is not None and progress.state in ("answered", "held", "resumed")


def _ended_at(content: Content) -> datetime:
    """The end of the last thing heard, as far as it is known."""
    record = content.record
    if not content.messages:
        return datetime.now(UTC)
    last_s = max(message.end_s for message in content.messages)
    return datetime.fromtimestamp(record.zero_at.timestamp() + last_s, UTC)
