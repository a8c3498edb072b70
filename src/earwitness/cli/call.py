"""`earwitness call URI`."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from earwitness.cli.client import Client, remote_client
from earwitness.cli.errors import CliError
from earwitness.cli.live import LiveView, print_outcome, print_where
from earwitness.cli.local import settings_for
from earwitness.cli.signals import stop_signal


async def call(
    uri: str,
    home: Path | None,
    server: str | None,
    token: str | None,
    name: str | None,
    emails: list[str],
    dtmf: str | None,
    config: Path | None,
    *,
    as_json: bool,
) -> None:
    """Place a call, show it live, and print what became of it."""
    is_number = re.fullmatch(r"\+?[\d ().-]+", uri)
    body: dict[str, Any] = {
        "endpoint": {
            **({"type": "pstn", "phoneNumber": uri} if is_number else {"type": "sip", "uri": uri}),
            "dtmf": dtmf,
        },
        "actions": [{"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": emails}}]
        if emails
        else [],
        "data": {"session": {"name": name}},
    }
    async with open_client(home, server, token, config) as client:
        connection = await client.start(body)
        state = await follow(client, connection, LiveView(as_json=as_json))
        if state == "ended" and not as_json:
            await print_outcome(client, connection["conversationId"])
            print_where(connection["conversationId"], home, server)
    if state != "ended":
        raise CliError(f"the call was not answered: {state}")


async def follow(client: Client, connection: dict[str, Any], view: LiveView) -> str:
    """Show a call until its conversation is complete; a stop signal hangs up. Returns its last state."""
    stopping = asyncio.create_task(stop_on_signal(client, connection["connectionId"]))
    state = "unknown"
    try:
        with view:
            async for frame in client.frames(connection):
                view.show(frame)
                match frame:
                    case {"message": {"type": "call_state", "data": {"state": str(told)}}}:
                        state = told
    finally:
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
    return state


async def stop_on_signal(client: Client, connection_id: str) -> None:
    """End a call, or whatever else has that id, at the first stop signal."""
    await stop_signal().wait()
    try:
        await client.stop(connection_id)
    except CliError as error:
        print(f"the call could not be stopped: {error}\nPress Ctrl-C again to leave it.", file=sys.stderr)


@asynccontextmanager
async def open_client(
    home: Path | None, server: str | None, token: str | None, config: Path | None, **settings: Any
) -> AsyncIterator[Client]:
    """Give a client of a running server, or of one in this process with some settings of its own."""
    if server is not None:
        yield remote_client(server, token)
        return
    from earwitness.logs import configure_logs
    from earwitness.server import Server

    configure_logs("warning")
    async with Server(settings_for(home, config, {"port": 0, **settings})) as running:
        await running.recognizer.wait()
        first = (await running.store.apps.listing())[0]
        yield Client(running.url, running.tokens.issue(first.id))
        if running.refiner is not None:
            # What goes out at the end is to have the words of the second hearing.
            await running.refiner.idle()
