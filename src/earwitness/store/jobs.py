"""Jobs: work on a conversation that takes a while, from its arrival to its end."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from earwitness.store import tables
from earwitness.store.event_log import append_events, check_known
from earwitness.store.outbox import queue_deliveries
from earwitness.store.rows import from_json, to_json
from earwitness.store.runner import Runner
from earwitness.store.seams import Draft, JobRecord, JobStatus, NewDelivery

_jobs = tables.jobs
_UNFINISHED = _jobs.c.status.in_(("scheduled", "in_progress"))


class SqlJobs:
    """`Jobs` in SQL."""

    def __init__(self, writer: Runner, readers: Runner) -> None:
        self._writer = writer
        self._readers = readers

    async def add(self, job: JobRecord, opening: Sequence[Draft] = ()) -> None:
        """Store a job, and the conversation that it begins, in one transaction; see `Jobs.add`."""
        row = {
            "id": job.id,
            "app_id": job.app_id,
            "conversation_id": job.conversation_id,
            "kind": job.kind,
            "status": job.status,
            "work": to_json(job.work),
            "webhook_url": job.webhook_url,
            "error": job.error,
            "created_at": job.created_at,
            "changed_at": job.created_at,
        }

        def work(connection: Connection) -> None:
            if opening:
                append_events(connection, job.conversation_id, opening, epoch=1)
            else:
                check_known(connection, job.conversation_id)
            connection.execute(_jobs.insert(), row)

        await self._writer.run(work)

    async def find(self, app_id: str, job_id: str) -> JobRecord | None:
        """Return a job of an app."""
        query = select(_jobs).where(_jobs.c.id == job_id, _jobs.c.app_id == app_id)
        found = await self._readers.run(lambda connection: _records(connection, query))
        return found[0] if found else None

    async def unfinished(self) -> list[JobRecord]:
        """Return the jobs that have not ended, oldest first."""
        query = select(_jobs).where(_UNFINISHED).order_by(_jobs.c.created_at, _jobs.c.id)
        return await self._readers.run(lambda connection: _records(connection, query))

    async def change(
        self,
        job: JobRecord,
        status: JobStatus,
        error: str | None = None,
        deliveries: Sequence[NewDelivery] = (),
    ) -> None:
        """Give a job its next status, and put what tells of it into the outbox, in one transaction."""
        now = datetime.now(UTC)
        statement = (
            _jobs.update().where(_jobs.c.id == job.id).values(status=status, error=error, changed_at=now)
        )

        def work(connection: Connection) -> None:
            if connection.execute(statement).rowcount:
                queue_deliveries(connection, job.conversation_id, deliveries, now)

        await self._writer.run(work)


def _records(connection: Connection, query: Select[Any]) -> list[JobRecord]:
    return [_record(row) for row in connection.execute(query)]


def _record(row: Row[Any]) -> JobRecord:
    values = row._mapping
    return JobRecord(
        id=values["id"],
        app_id=values["app_id"],
        conversation_id=values["conversation_id"],
        kind=values["kind"],
        status=values["status"],
        work=from_json(values["work"], dict[str, Any]),
        webhook_url=values["webhook_url"],
        error=values["error"],
        created_at=values["created_at"],
    )
