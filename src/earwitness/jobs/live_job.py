"""A job as others see it while it waits and while it is done."""

import asyncio
from datetime import UTC, datetime

from earwitness.calls.feed import Feed
from earwitness.calls.live import Change
from earwitness.calls.seams import CallRefusedError, CallStatus, Connection, PushedEvent
from earwitness.store.seams import JobRecord


class LiveJob:
    """Lets a job's conversation be watched by the job's id; see `calls.live.Live`."""

    def __init__(self, job: JobRecord, feed: Feed) -> None:
        self.job = job
        self.app_id = job.app_id
        self.connection = Connection(job.id, job.conversation_id)
        self.feed = feed
        self.ended_at: datetime | None = None
        self.closed = asyncio.Event()
        self.stopping = asyncio.Event()
        """Set when somebody wants no more of it."""
        self.load = 0
        """Legs that are heard as they come, at the pace of the clock."""
        self.blocked = False

    def status(self) -> CallStatus:
        """Return how the job stands, in the words of calls."""
        return CallStatus(
            connection=self.connection,
            endpoint="",
            state="answered" if self.ended_at is None else "ended",
            sip_status=None,
            reason=None,
            codec=None,
            started_at=self.job.created_at,
            answered_at=None,
            ended_at=self.ended_at,
            media=None,
        )

    async def push(self, pushed: PushedEvent) -> None:
        """Nobody marks speakers in a recording by the wall clock."""

    async def edit(self, change: Change, source: str) -> bool:
        """Refuse: what a job makes of a conversation is not to be changed under its hands."""
        raise CallRefusedError(
            409, "The conversation is being processed; change it when its job is completed.", retry_after_s=10
        )

    def hangup(self, reason: str | None = None) -> None:
        """Hear no more of it."""
        self.stopping.set()

    def end(self) -> None:
        """The job is over."""
        self.ended_at = datetime.now(UTC)
        self.feed.abandon()
        self.closed.set()
