"""What a job leaves behind that was in progress when the server stopped, or that failed by a defect.

A recording that was heard in part is not heard again. What was heard of it is in the log, but nobody has put
an end to it: a sentence may wait for its rest there, and what is understood does not take it in. That is made
up for, whether the recording began the conversation or was appended to one that was over before.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from earwitness.calls.hearing import Hearing
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.seams import Outcome
from earwitness.calls.when_available import when_available
from earwitness.conversation.events import Closed, IntentFound, MessagesAdded, SoundNoticed, UtteranceHeard
from earwitness.conversation.message import Message
from earwitness.conversation.replay import untold
from earwitness.jobs.live_job import LiveJob
from earwitness.jobs.seams import JobFailedError
from earwitness.jobs.stored import opened_again, stored, taken_up
from earwitness.store.seams import Content, Conversations, JobRecord, JobStatus

CUT_OFF = "the server stopped while the job was in progress; what was heard before is in the conversation"
DEFECT = "the server failed on this job; its log has the reason, and the conversation what was heard before"
_HEARD = (UtteranceHeard, MessagesAdded, SoundNoticed, IntentFound)
"""What only those write who hear a conversation, not those who change it afterwards."""


def closing_source(job: JobRecord, status: JobStatus) -> str:
    """Return who closes a conversation for a job that ends so: its log tells that before the job does."""
    return f"job:{job.id}:{status}"


async def conclude(
    job: JobRecord,
    options: Mapping[str, Any],
    live: LiveJob,
    services: HearingServices,
    conversations: Conversations,
    reason: str,
) -> None:
    """Finish the conversation of a job that was cut off for a `reason`, unless it was closed already.

    Raises:
        JobFailedError: not all of the recording was heard, or nobody knows; for the reason that is given.
    """
    content = await stored(conversations, job.conversation_id)
    events = await when_available(lambda: services.log.read(content.record.id))
    since = next((at for at in range(len(events), 0, -1) if isinstance(events[at - 1].body, Closed)), 0)
    if since and events[since - 1].source == closing_source(job, "completed"):
        return
    has_news = any(isinstance(event.body, _HEARD) for event in events[since:])
    if has_news or content.record.outcome is None:
        hearing = Hearing(content.record.id, opened_again(content, options), services, feed=live.feed)
        try:
            await _close(job, hearing, await taken_up(hearing, conversations, content), untold(events))
        finally:
            await hearing.aclose()
    raise JobFailedError(reason)


async def _close(job: JobRecord, hearing: Hearing, content: Content, rest: Sequence[Message]) -> None:
    zero_at = content.record.zero_at
    if rest:
        await hearing.read(rest, zero_at, source=f"job:{job.id}")
    length_s = max([content.length_s, *(message.end_s for message in rest)])
    ended_at = zero_at + timedelta(seconds=length_s)
    await hearing.close(ended_at, _outcome(content), closing_source(job, "failed"))


def _outcome(content: Content) -> Outcome:
    """An earlier conversation is no worse for what was not added to it; nothing was ever heard of others."""
    if content.record.outcome == "completed":
        return "completed"
    return "failed" if content.record.media_started_at is None else "interrupted"
