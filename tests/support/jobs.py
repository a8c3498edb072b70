"""Jobs from the client's side."""

import asyncio
from typing import Any

from earwitness.cli.client import Client

STATUSES = ("scheduled", "in_progress", "completed", "failed")


async def ended(client: Client, job_id: str) -> dict[str, Any]:
    """Wait until a job has ended, and return it."""
    async with asyncio.timeout(60):
        while True:
            job: dict[str, Any] = await client.get(f"/v1/job/{job_id}")
            assert job["status"] in STATUSES
            if job["status"] in ("completed", "failed"):
                return job
            await asyncio.sleep(0.02)
