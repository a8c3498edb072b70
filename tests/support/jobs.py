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


async def recovered(client: Client, conversation: str, within_s: float = 20.0) -> dict[str, Any]:
    """Wait until a server has finished a conversation that its predecessor left open, and return its head."""
    async with asyncio.timeout(within_s):
        while True:
            head: dict[str, Any] = await client.get(conversation)
            if head["state"] != "active":
                return head
            await asyncio.sleep(0.02)
