"""`earwitness apps` and `earwitness tokens`."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from earwitness.api.tokens import Tokens
from earwitness.api.wire.times import iso
from earwitness.cli.errors import CliError
from earwitness.cli.local import open_store, settings_for
from earwitness.conversation.reading import LONGEST_PROMPT, LONGEST_PROMPT_NAME, MOST_PROMPTS, Prompt
from earwitness.delivery.summary_templates import SummaryTemplates


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
    """Make an app and print its id and secret.

    Raises:
        CliError: the name is empty.
    """
    name = " ".join(name.split())
    if not name:
        raise CliError("an app needs a name; write it as 'earwitness apps create NAME'")
    async with open_store(settings_for(home, config)) as store:
        app = await store.apps.create(name)
    if as_json:
        print(json.dumps({"appId": app.id, "appSecret": app.secret, "name": app.name}))
        return
    print(f"appId      {app.id}\nappSecret  {app.secret}\nThe secret is not shown again; keep it.")


async def set_app(
    app_id: str | None,
    template: str | None,
    prompts: Sequence[str] | None,
    home: Path | None,
    config: Path | None,
    *,
    as_json: bool,
) -> None:
    """Change what an app wants of its summaries, and print it; None leaves a thing as it is."""
    settings = settings_for(home, config)
    if template is not None:
        SummaryTemplates(settings.templates_folder).check(template)
    async with open_store(settings) as store:
        chosen = _chosen(app_id, [app.id for app in await store.apps.listing()])
        wanted = await store.preferences.of(chosen)
        if template is not None:
            wanted = replace(wanted, template=template)
        if prompts is not None:
            wanted = replace(wanted, prompts=_prompts(prompts))
        await store.preferences.change(chosen, wanted)
    if as_json:
        listed = [{"name": prompt.name, "prompt": prompt.text} for prompt in wanted.prompts]
        print(json.dumps({"appId": chosen, "summaryTemplate": wanted.template, "customPrompts": listed}))
        return
    print(f"app       {chosen}\ntemplate  {wanted.template}")
    for prompt in wanted.prompts:
        print(f"prompt    {prompt.name}: {prompt.text}")


def _prompts(given: Sequence[str]) -> tuple[Prompt, ...]:
    prompts: dict[str, Prompt] = {}
    for text in given:
        name, equals, wanted = (" ".join(part.split()) for part in text.partition("="))
        if not (name and equals and wanted):
            raise CliError(f"--prompt {text!r}: write it as NAME=TEXT")
        if len(name) > LONGEST_PROMPT_NAME or len(wanted) > LONGEST_PROMPT:
            raise CliError(
                f"--prompt {name[:40]!r}: a name may have {LONGEST_PROMPT_NAME} characters, "
                f"a text {LONGEST_PROMPT}"
            )
        prompts[name] = Prompt(name, wanted)
    if len(prompts) > MOST_PROMPTS:
        raise CliError(f"an app may have {MOST_PROMPTS} prompts")
    return tuple(prompts.values())


def _chosen(app_id: str | None, known: Sequence[str]) -> str:
    """Return the id of the app that is meant: the first, where none is named."""
    if not known:
        raise CliError("there is no app yet; 'earwitness apps create NAME' makes one")
    if app_id is not None and app_id not in known:
        raise CliError(f"there is no app {app_id}; 'earwitness apps list' prints all")
    return app_id or known[0]


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
        chosen = _chosen(app_id, [app.id for app in await store.apps.listing()])
        tokens = Tokens(await store.apps.signing_key(), settings.token_ttl_s)
    token = tokens.issue(chosen)
    print(json.dumps({"accessToken": token, "expiresIn": settings.token_ttl_s}) if as_json else token)
