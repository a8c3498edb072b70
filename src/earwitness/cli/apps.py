"""`earwitness apps` and `earwitness tokens`."""

import json
from pathlib import Path

from earwitness.api.times import iso
from earwitness.api.tokens import Tokens
from earwitness.cli.errors import CliError
from earwitness.cli.local import open_store, settings_for


async def list_apps(home: Path | None, config: Path | None, *, as_json: bool) -> None:
    """Print all apps."""
    async with open_store(settings_for(home, config)) as store:
        listed = await store.apps.listing()
    if as_json:
        rows = [{"id": app.id, "name": app.name, "createdAt": iso(app.created_at)} for app in listed]
        print(json.dumps(rows))
        return
    for app in listed:
        print(f"{app.id}  {iso(app.created_at)}  {app.name}")
    if not listed:
        print("There is no app yet; 'earwitness apps create NAME' makes one.")


async def create_app(name: str, home: Path | None, config: Path | None, *, as_json: bool) -> None:
    """Make an app and print its id and secret."""
    async with open_store(settings_for(home, config)) as store:
        app = await store.apps.create(name)
    if as_json:
        print(json.dumps({"appId": app.id, "appSecret": app.secret, "name": app.name}))
        return
    print(f"appId      {app.id}\nappSecret  {app.secret}\nThe secret is not shown again; keep it.")


async def remove_app(app_id: str, home: Path | None, config: Path | None, *, as_json: bool) -> None:
    """Remove an app."""
    async with open_store(settings_for(home, config)) as store:
        if not await store.apps.remove(app_id):
            raise CliError(f"there is no app {app_id}; 'earwitness apps list' prints all")
    print(json.dumps({"removed": app_id}) if as_json else f"removed {app_id}")


async def issue_token(app_id: str | None, home: Path | None, config: Path | None, *, as_json: bool) -> None:
    """Print a fresh access token."""
    settings = settings_for(home, config)
    async with open_store(settings) as store:
        known = [app.id for app in await store.apps.listing()]
        if not known:
            raise CliError("there is no app yet; 'earwitness apps create NAME' makes one")
        if app_id is not None and app_id not in known:
            raise CliError(f"there is no app {app_id}; 'earwitness apps list' prints all")
        tokens = Tokens(await store.apps.signing_key(), settings.token_ttl_s)
    token = tokens.issue(app_id or known[0])
    print(json.dumps({"accessToken": token, "expiresIn": settings.token_ttl_s}) if as_json else token)
