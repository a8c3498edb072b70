"""Kamailio as registrar and record-routing proxy with digest authentication."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.support.peer_process import PeerProcess, Transport, free_port, peer_process

Algorithm = Literal["MD5", "SHA-256"]

DOMAIN = "sip.test"
"""The domain whose users register; requests for other hosts are relayed there."""
PASSWORD = "s3cret"
_TEMPLATE = Path(__file__).with_name("kamailio.cfg")


@dataclass(slots=True)
class Kamailio:
    """A running Kamailio."""

    port: int
    process: PeerProcess

    def uri(self, transport: Transport) -> str:
        """Where it is reached."""
        return f"sip:127.0.0.1:{self.port};transport={transport}"

    def routed(self, user: str) -> list[str]:
        """Return the methods of the requests that it has passed on by their route set in a user's dialogs."""
        return re.findall(rf" routed (\S+) of .*\b{re.escape(user)}\b", self.process.text())


@asynccontextmanager
async def kamailio(
    folder: Path, *, algorithm: Algorithm = "MD5", open_registrar: bool = False
) -> AsyncIterator[Kamailio]:
    """Run a Kamailio on free ports; `open_registrar` lets users register without a password."""
    port = free_port()
    config = await asyncio.to_thread(_prepare, folder, port, algorithm)
    arguments: list[str | Path] = [
        "-f",
        config,
        "-Y",
        folder,
        "-P",
        folder / "pid",
        "-m",
        "64",
        "-M",
        "8",
        "-DD",
        "-E",
    ]
    if open_registrar:
        arguments += ["-A", "OPEN_REGISTRAR"]
    async with peer_process(folder, "kamailio", "kamailio", *arguments) as process:
        await process.listens(port, "udp")
        await process.listens(port, "tcp")
        yield Kamailio(port, process)


def _prepare(folder: Path, port: int, algorithm: str) -> Path:
    folder.mkdir(parents=True)
    values = {"PORT": str(port), "ALGORITHM": algorithm, "PASSWORD": PASSWORD}
    text = _TEMPLATE.read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    config = folder / "kamailio.cfg"
    config.write_text(text)
    return config
