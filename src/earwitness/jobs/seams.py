"""What the API asks of jobs, and what the queue asks of whoever does one."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from earwitness.conversation.events import Body
from earwitness.jobs.live_job import LiveJob
from earwitness.store.seams import JobRecord


class JobRefusedError(Exception):
    """A job is not taken; `status` is the HTTP status that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class JobFailedError(Exception):
    """A job cannot be done; the message tells the client why."""


class Doer(Protocol):
    """Does jobs of one kind."""

    async def do(self, job: JobRecord, live: LiveJob) -> None:
        """Do a job, or conclude one that was in progress before; all of its conversation is final afterwards.

        Raises:
            JobFailedError: it cannot be done, or only in part.
        """

    def discard(self, job: JobRecord) -> None:
        """Remove what was kept for a job that has ended."""

    def is_possible(self, job: JobRecord) -> bool:
        """Tell whether a job can still be done or concluded, when the server stopped before it had ended."""


class JobQueue(Protocol):
    """Takes jobs and does them in their turn."""

    def room(self, app_id: str) -> AbstractContextManager[None]:
        """Keep room for a job that is about to come, such as while its recording arrives.

        Raises:
            JobRefusedError: 429, the app has too many jobs already; or 503 while the server shuts down.
        """

    async def submit(self, job: JobRecord, opening: Sequence[Body]) -> None:
        """Store a job with the first events of the conversation that it begins, if any; do it in its turn.

        Raises:
            UnknownConversationError: the conversation that it adds to was deleted meanwhile.
            StoreUnavailableError: nothing was stored.
        """

    async def find(self, app_id: str, job_id: str) -> JobRecord | None:
        """Return a job of an app."""

    def is_busy(self, conversation_id: str) -> bool:
        """Tell whether a job of a conversation waits or is being done."""
