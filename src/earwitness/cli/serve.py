"""`earwitness serve`."""

import asyncio
import gc
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earwitness.cli.local import settings_for
from earwitness.cli.signals import stop_signal
from earwitness.logs import configure_logs
from earwitness.server import Server
from earwitness.speech.loading import LoadingRecognizer
from earwitness.speech.seams import RecognizerError

_EXAMPLE = '{"operation": "start", "endpoint": {"type": "sip", "uri": "sip:callee@127.0.0.1:5070"}}'


async def serve(given: Mapping[str, Any], config: Path | None, *, as_json: bool) -> None:
    """Run the server until SIGINT or SIGTERM."""
    settings = settings_for(given["home"], config, given)
    configure_logs(settings.log_level, as_json=settings.log_json or as_json, redact=settings.redact)
    async with Server(settings) as server:
        stopped = stop_signal()
        if as_json:
            print(json.dumps(_facts(server)), flush=True)
        else:
            print(_welcome(server), flush=True)
        settling = asyncio.create_task(settle(server.recognizer), name="settle")
        try:
            await server.serve_until(stopped)
        finally:
            settling.cancel()
            await asyncio.gather(settling, return_exceptions=True)


async def settle(recognizer: LoadingRecognizer) -> None:
    """Keep what was loaded for good out of garbage collections, once it is there.

    A full one stops everything for 0.2 s, and whoever reads a long conversation makes one due.
    """
    try:
        await recognizer.wait()
    except RecognizerError:
        return  # /readyz tells why.
    gc.collect()
    gc.freeze()


def _facts(server: Server) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "url": server.url,
        "sipPort": server.sip_port,
        "home": str(server.settings.home),
    }
    if server.new_app is not None:
        facts |= {"appId": server.new_app.id, "appSecret": server.new_app.secret}
        facts["accessToken"] = server.tokens.issue(server.new_app.id)
    return facts


def _welcome(server: Server) -> str:
    settings = server.settings
    mail = "sent by SMTP"
    if settings.smtp_url is None:
        mail = f"kept in {settings.home / 'mail'}; set EARWITNESS_SMTP_URL to send it"
    lines = [
        f"earwitness serves {server.url}  (API description: {server.url}/docs)",
        f"  SIP   {settings.sip_host}:{server.sip_port}, UDP and TCP; media on UDP {settings.rtp_ports}",
        f"  data  {settings.home}",
        f"  mail  {mail}",
    ]
    if server.new_app is not None:
        token = server.tokens.issue(server.new_app.id)
        lines += [
            "",
            "This is the first start, so an app was made. Its secret is shown this once:",
            f"  appId      {server.new_app.id}",
            f"  appSecret  {server.new_app.secret}",
            f"  token      {token}",
            "",
            "Place a call ('earwitness callee' in another terminal is a far end to try):",
            f"  curl -X POST {server.url}/v1/endpoint:connect \\",
            f"    -H 'X-API-KEY: {token}' -H 'Content-Type: application/json' \\",
            f"    -d '{_EXAMPLE}'",
        ]
    return "\n".join(lines)
