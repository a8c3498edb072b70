"""Our side: a real server, driven through its API."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from earwitness.cli.client import Client
from earwitness.delivery.maildir import MaildirMailer
from earwitness.server import Server
from earwitness.testing.scripted import Line, ScriptedRecognizer
from tests.support.calls import Followed, collect, to
from tests.support.server import client_of, running_server

SAID = "Good morning, everyone."
"""What the recogniser hears in the first second of media, whatever it is."""
_WITHIN_S = 20.0


@dataclass(slots=True)
class PlacedCall:
    """A call and what the client has been told of it."""

    followed: Followed
    address: str
    """Who gets the summary."""
    _caller: "Caller"
    _collecting: asyncio.Task[None]

    @property
    def states(self) -> list[str]:
        """The states so far."""
        return self.followed.states

    async def reaches(self, state: str, within_s: float = _WITHIN_S) -> None:
        """Wait until the call is in a state, or was."""
        async with asyncio.timeout(within_s):
            while state not in self.states:
                assert not self._collecting.done(), f"the call is over after {self.states}"
                await asyncio.sleep(0.02)

    async def hears(self, words: str) -> None:
        """Wait until the client has been shown a message."""
        async with asyncio.timeout(_WITHIN_S):
            while words not in self.followed.text:
                assert not self._collecting.done(), f"the call is over without {words!r}"
                await asyncio.sleep(0.02)

    async def stop(self) -> dict[str, Any]:
        """End it as a client does."""
        summary: dict[str, Any] = await self._caller.client.stop(self.followed.connection["connectionId"])
        return summary

    async def status(self) -> dict[str, Any]:
        """Return how it stands."""
        status: dict[str, Any] = await self._caller.client.get(
            f"/v1/calls/{self.followed.connection['connectionId']}"
        )
        return status

    async def ends(self, within_s: float = _WITHIN_S) -> dict[str, Any]:
        """Wait until the conversation is complete; return how the call ended, told by frame and API alike."""
        await asyncio.wait_for(asyncio.shield(self._collecting), within_s)
        assert self.followed.frames[-1]["message"]["type"] == "conversation_completed"
        status = await self.status()
        assert {name: status[name] for name in ("state", "sipStatus", "reason")} == {
            name: self.followed.last_state[name] for name in ("state", "sipStatus", "reason")
        }
        return status

    async def words(self) -> list[str]:
        """Return the messages of the conversation, as the API gives them."""
        found = await self._caller.client.get(f"{self.followed.conversation}/messages")
        return [message["text"] for message in found["messages"]]

    async def is_mailed(self) -> bool:
        """Tell whether its summary was sent, once nothing waits to be sent any more."""
        server = self._caller.server
        async with asyncio.timeout(_WITHIN_S):
            while waiting := await server.store.outbox.next_due():
                assert waiting <= datetime.now(UTC), "a delivery has failed and is put off"
                await asyncio.sleep(0.05)
        mail = await MaildirMailer(server.settings.home / "mail").messages()
        return any(self.address in message["To"] for message in mail)


@dataclass(slots=True)
class Caller:
    """A server and a client of it."""

    server: Server
    client: Client
    folder: Path
    """For the peers."""

    @asynccontextmanager
    async def place(self, uri: str, **fields: Any) -> AsyncIterator[PlacedCall]:
        """Place a call with a summary to be mailed at its end, and follow it."""
        address = f"{uuid.uuid4().hex}@example.com"
        action = {"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": [address]}}
        followed = Followed(await self.client.start(to(uri, actions=[action], **fields)))
        collecting = asyncio.create_task(collect(self.client, followed))
        try:
            yield PlacedCall(followed, address, self, collecting)
        except BaseException as error:
            error.add_note(f"--- what the client was told ---\n{followed.wrapped('call_state')}")
            raise
        finally:
            collecting.cancel()
            await asyncio.gather(collecting, return_exceptions=True)


@asynccontextmanager
async def caller(folder: Path, **settings: Any) -> AsyncIterator[Caller]:
    """Run a server whose recogniser hears `SAID` in every call that has media."""
    recognizer = ScriptedRecognizer({"in": [Line(0.1, 0.6, SAID)]})
    async with running_server(folder / "home", recognizer, max_calls=64, **settings) as server:
        yield Caller(server, await client_of(server), folder)


async def side_by_side(*scenarios: Coroutine[Any, Any, None]) -> None:
    """Run scenarios at once and all to their end; raise what went wrong together."""
    results = await asyncio.gather(*scenarios, return_exceptions=True)
    failures = [result for result in results if isinstance(result, Exception)]
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(results)} scenarios failed", failures)
