"""The jobs of one process: few of a kind at once, those of one conversation in the order of their arrival."""

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from earwitness.calls.feed import Feed
from earwitness.calls.live import LiveConversations
from earwitness.conversation.events import Body
from earwitness.delivery.webhook import webhook_delivery
from earwitness.jobs.live_job import LiveJob
from earwitness.jobs.seams import Doer, JobFailedError, JobRefusedError
from earwitness.store.seams import Draft, JobRecord, Jobs, JobStatus, StoreUnavailableError

logger = logging.getLogger(__name__)

_RETRY_S = 1.0
_GONE = "what was sent for the job is not there any more"


class LocalJobs:
    """`JobQueue` in this process.

    Bounds: an app may have so many jobs that have not ended; more are refused.
    """

    def __init__(
        self,
        jobs: Jobs,
        doers: Mapping[str, Doer],
        live: LiveConversations,
        feed: Callable[[str], Feed],
        *,
        most: int,
        at_once: int,
        notify: Callable[[], None],
    ) -> None:
        """Make it; `doers` by kind of job, `notify` is told when something was put into the outbox."""
        self._jobs = jobs
        self._doers = dict(doers)
        self._live = live
        self._feed = feed
        self._most = most
        self._at_once = at_once
        self._notify = notify
        self._rooms: Counter[str] = Counter()
        """By app: jobs that have not ended, and those that are about to come."""
        self._waiting: list[LiveJob] = []
        self._running: dict[asyncio.Task[None], LiveJob] = {}
        self._turn = itertools.count(1)
        self._served: dict[str, int] = {}
        """By app: when it had its last turn, counted in turns."""
        self._closing = False

    @contextmanager
    def room(self, app_id: str) -> Iterator[None]:
        """See `JobQueue.room`."""
        if self._closing:
            raise JobRefusedError(503, "The server is shutting down; try again in a moment.")
        if self._rooms[app_id] >= self._most:
            raise JobRefusedError(
                429,
                f"This API has a limit of maximum of `{self._most}` number of concurrent jobs per account. "
                "Wait until some have ended; the server's owner can raise it in EARWITNESS_MAX_JOBS.",
            )
        self._rooms[app_id] += 1
        try:
            yield
        finally:
            self._rooms[app_id] -= 1

    async def submit(self, job: JobRecord, opening: Sequence[Body]) -> None:
        """See `JobQueue.submit`."""
        await self._jobs.add(job, [Draft(body) for body in opening])
        self._take(job)

    async def find(self, app_id: str, job_id: str) -> JobRecord | None:
        """See `JobQueue.find`."""
        return await self._jobs.find(app_id, job_id)

    def is_busy(self, conversation_id: str) -> bool:
        """See `JobQueue.is_busy`."""
        return any(live.job.conversation_id == conversation_id for live in self._all)

    async def recover(self) -> list[JobRecord]:
        """Take up what a stop of the server left: jobs that can be done or concluded are, others have failed.

        Returns:
            Those that are taken up.
        """
        taken = []
        for job in await self._jobs.unfinished():
            if self._doers[job.kind].is_possible(job):
                self._take(job)
                taken.append(job)
            else:
                logger.warning("job %s cannot be done: %s", job.id, _GONE)
                await self._change(job, "failed", _GONE)
        return taken

    async def aclose(self) -> None:
        """Break off what is being done; see `recover`."""
        self._closing = True
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for live in self._waiting:
            live.end()

    @property
    def _all(self) -> list[LiveJob]:
        return [*self._waiting, *self._running.values()]

    def _take(self, job: JobRecord) -> None:
        live = LiveJob(job, self._feed(job.conversation_id))
        self._rooms[job.app_id] += 1
        self._live.add(live)
        self._waiting.append(live)
        self._begin()

    def _begin(self) -> None:
        """Start what may start now."""
        if self._closing:
            return
        while (live := self._next()) is not None:
            self._waiting.remove(live)
            self._served[live.job.app_id] = next(self._turn)
            task = asyncio.create_task(self._run(live), name=f"job {live.job.id}")
            self._running[task] = live
            task.add_done_callback(self._ended)

    def _next(self) -> LiveJob | None:
        """Return the first that may start of the app whose turn it is: nobody waits for all of another's."""
        running = [live.job for live in self._running.values()]
        kinds = Counter(job.kind for job in running)
        apps = Counter(job.app_id for job in running)
        busy = {job.conversation_id for job in running}
        ready = []
        for live in self._waiting:
            if live.job.conversation_id not in busy and kinds[live.job.kind] < self._at_once:
                ready.append(live)
            # Whether it can run or has to wait: what comes later to its conversation comes behind it.
            busy.add(live.job.conversation_id)

        def turn(live: LiveJob) -> tuple[int, int]:
            return apps[live.job.app_id], self._served.get(live.job.app_id, 0)

        return min(ready, key=turn, default=None)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        live = self._running.pop(task)
        self._rooms[live.job.app_id] -= 1
        self._live.discard(live)
        live.end()
        self._begin()

    async def _run(self, live: LiveJob) -> None:
        job = live.job
        doer = self._doers[job.kind]
        await self._change(job, "in_progress")
        try:
            await doer.do(job, live)
        except JobFailedError as error:
            logger.warning("job %s failed: %s", job.id, error)
            await self._change(job, "failed", str(error))
        except Exception:
            # One job's defect ends that one alone.
            logger.exception("job %s failed", job.id)
            await self._change(job, "failed", "the server failed on this job; its log has the reason")
        else:
            await self._change(job, "completed")
        doer.discard(job)

    async def _change(self, job: JobRecord, status: JobStatus, error: str | None = None) -> None:
        """Store a status, however long the store takes to come back."""
        deliveries = []
        if job.webhook_url:
            body = {"jobId": job.id, "status": status}
            deliveries.append(webhook_delivery(f"job:{job.id}:{status}", job.webhook_url, body))
        while True:
            try:
                await self._jobs.change(job, status, error, deliveries)
            except StoreUnavailableError:
                await asyncio.sleep(_RETRY_S)
            else:
                break
        self._notify()
