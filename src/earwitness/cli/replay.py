"""`earwitness replay FILE`."""

import asyncio
from pathlib import Path
from typing import Any

from earwitness.cli.call import open_client, stop_on_signal
from earwitness.cli.client import Client
from earwitness.cli.errors import CliError
from earwitness.cli.live import LiveView, print_outcome, print_where
from earwitness.settings import Settings

_POLL_S = 0.1


async def replay(
    file: Path,
    options: dict[str, str],
    home: Path | None,
    server: str | None,
    token: str | None,
    config: Path | None,
    *,
    as_json: bool,
) -> None:
    """Have a recording heard, show it live, and print what became of it."""
    try:
        size = file.stat().st_size
    except OSError as error:
        raise CliError(f"cannot read {file}: {error.strerror}") from error
    if file.is_dir():
        raise CliError(f"{file} is a folder; give the file of a recording")
    default: int = Settings.model_fields["max_upload_bytes"].default
    settings = {"max_upload_bytes": size} if size > default else {}
    async with open_client(home, server, token, config, **settings) as client:
        begun = await client.send_recording(file, options)
        await _follow(client, begun, LiveView(as_json=as_json))
        job = await _end_of(client, begun["jobId"])
        if not as_json:
            await print_outcome(client, begun["conversationId"])
            print_where(begun["conversationId"], home, server)
    if job["status"] != "completed":
        raise CliError(f"the recording was not heard to its end: {job.get('message', job['status'])}")


async def _follow(client: Client, begun: dict[str, Any], view: LiveView) -> None:
    """Show what is heard until the conversation is complete; a stop signal ends it."""
    sockets = "ws" + client.base_url.removeprefix("http")
    connection = {**begun, "resultWebSocketUrl": f"{sockets}/v1/subscribe/{begun['jobId']}"}
    stopping = asyncio.create_task(stop_on_signal(client, begun["jobId"]))
    try:
        with view:
            async for frame in client.frames(connection):
                view.show(frame)
    finally:
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)


async def _end_of(client: Client, job_id: str) -> dict[str, Any]:
    """Wait until a job has ended; its conversation is complete a moment before."""
    while True:
        job: dict[str, Any] = await client.get(f"/v1/job/{job_id}")
        if job["status"] in ("completed", "failed"):
            return job
        await asyncio.sleep(_POLL_S)
