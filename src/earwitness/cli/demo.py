"""`earwitness demo`: a real call on this machine, and what becomes of it."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from earwitness.api.wire.times import iso
from earwitness.cli.call import follow
from earwitness.cli.client import Client
from earwitness.cli.errors import CliError
from earwitness.cli.live import LiveView, print_outcome
from earwitness.cli.signals import stop_signal
from earwitness.logs import configure_logs
from earwitness.server import Server
from earwitness.settings import Settings, SettingsError, default_home, load_settings
from earwitness.testing.callee import Callee
from earwitness.testing.demo import Demo, load_demo

_RECIPIENT = "you@example.com"
_EMAIL_WITHIN_S = 10.0
_PAGE = "verbose-text-summary"


async def demo(home: Path | None, *, as_json: bool) -> None:
    """Call the bundled far end, show the call, and say where its results are."""
    configure_logs("warning")
    console = Console(highlight=False, soft_wrap=True, quiet=as_json)
    recording = load_demo()
    pushing: asyncio.Future[tuple[Client, str]] = asyncio.get_running_loop().create_future()
    async with (
        _serving(home or default_home() / "demo") as server,
        Callee(recording.samples, on_play=lambda: _push_speakers(recording, pushing)) as far_end,
    ):
        await server.recognizer.wait()
        app = (await server.store.apps.listing())[0]
        client = Client(server.url, server.tokens.issue(app.id))
        console.print(
            f"Calling {far_end.uri} over SIP: a recorded meeting of {recording.duration_s:.0f} s.\n"
            "The words below are heard from its audio; the far end tells who speaks.\n"
        )
        connection = await client.start(_body(far_end.uri))
        pushing.set_result((client, connection["eventUrl"]))
        state = await follow(client, connection, LiveView(as_json=as_json))
        if state != "ended":
            raise CliError(f"the demo call failed: {state}")
        if as_json:
            return
        await print_outcome(client, connection["conversationId"])
        stays = sys.stdin.isatty() and sys.stdout.isatty()
        await _print_places(console, server, client, connection, stays=stays)
        if stays:
            console.print("\nThe page stays up until Ctrl-C.")
            await server.serve_until(stop_signal())


@asynccontextmanager
async def _serving(home: Path) -> AsyncIterator[Server]:
    """Serve on the port of `serve`, so that links in the e-mail work later; where it is taken, on any."""
    values = {"home": home, "host": "127.0.0.1", "sip_host": "127.0.0.1", "sip_port": 0}
    async with AsyncExitStack() as closing:
        try:
            server = await closing.enter_async_context(Server(load_settings(values, environ={})))
        except SettingsError:
            settings = load_settings({**values, "port": 0}, environ={})
            server = await closing.enter_async_context(Server(settings))
        yield server


async def _push_speakers(recording: Demo, pushing: asyncio.Future[tuple[Client, str]]) -> None:
    """Push who speaks, in step with the playback that has just begun."""
    began = time.monotonic()
    client, event_url = await pushing
    for at_s, change, speaker in recording.speaker_events():
        await asyncio.sleep(max(began + at_s - time.monotonic(), 0.0))
        await client.push(
            event_url,
            {
                "topic": "speaker",
                "type": change,
                "user": {"userId": speaker.user_id, "name": speaker.name},
                "timestamp": iso(datetime.now(UTC)),
            },
        )


def _body(uri: str) -> dict[str, Any]:
    return {
        "endpoint": {"type": "sip", "uri": uri, "audioConfig": {"encoding": "OPUS", "sampleRate": 48000}},
        "actions": [{"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": [_RECIPIENT]}}],
        "data": {"session": {"name": "Pilot launch status"}},
    }


async def _kept_email(folder: Path, conversation_id: str, within_s: float) -> Path:
    """Wait until the summary e-mail is in the Maildir."""
    wanted = f"X-Earwitness-Conversation: {conversation_id}".encode()
    for _ in range(round(within_s * 10)):
        for path in folder.glob("*") if folder.exists() else ():
            if wanted in path.read_bytes():
                return path
        await asyncio.sleep(0.1)
    raise CliError(f"no e-mail came into {folder} within {within_s:.0f} s; the log above says why")


async def _print_places(
    console: Console, server: Server, client: Client, connection: dict[str, Any], *, stays: bool
) -> None:
    conversation_id, home = connection["conversationId"], server.settings.home
    page = await client.post(f"/v1/conversations/{conversation_id}/experiences", {"name": _PAGE})
    # On a slow machine it waits as long as it may for the call to be heard again.
    within_s = server.settings.refine_email_wait_s + _EMAIL_WITHIN_S
    email = await _kept_email(home / "mail" / "new", conversation_id, within_s)
    command = os.path.relpath(sys.argv[0])
    lines = [f"e-mail  {email}", f"page    {page['url']}"]
    if not stays:
        port = Settings.model_fields["port"].default
        lines = [
            lines[0],
            f"page    http://127.0.0.1:{port}{page['url'].removeprefix(server.url)}",
            f"        once '{command} serve --home {home}' runs",
        ]
    console.print("\n[bold]Where it is[/bold]")
    for line in [*lines, f"text    {command} export {conversation_id} --home {home}"]:
        console.print(Text(f"  {line}"))
