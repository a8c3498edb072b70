"""The server as a process of its own, to be killed."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from earwitness.cli.client import Client
from earwitness.cli.errors import CliError

APP_ID = "a" * 64
APP_SECRET = "s" * 64


@dataclass(slots=True)
class ServerProcess:
    """`earwitness serve` and a client of it."""

    process: asyncio.subprocess.Process
    url: str
    client: Client

    async def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def server_process(home: Path, log: Path | None = None, **environ: str) -> AsyncIterator[ServerProcess]:
    """Run `earwitness serve` on free loopback ports; ready for calls when the block begins.

    What it logs goes to the file `log`, where one is given.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EARWITNESS_")}
    with log.open("wb") if log is not None else nullcontext() as errors:
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("earwitness"),
            *(
                "serve",
                "--home",
                home,
                "--port",
                "0",
                "--sip-host",
                "127.0.0.1",
                "--rtp-ports",
                "42000-46999",
                "--json",
            ),
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env={**clean, "EARWITNESS_APP_ID": APP_ID, "EARWITNESS_APP_SECRET": APP_SECRET, **environ},
        )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            url = json.loads(await process.stdout.readline())["url"]
            client = await _authenticated(url)
            await _ready(client)
        yield ServerProcess(process, url, client)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _authenticated(url: str) -> Client:
    body = {"type": "application", "appId": APP_ID, "appSecret": APP_SECRET}
    return Client(url, (await Client(url, "").post("/oauth2/token:generate", body))["accessToken"])


async def _ready(client: Client) -> None:
    while True:
        try:
            await client.get("/readyz")
        except CliError:
            await asyncio.sleep(0.1)
        else:
            return
