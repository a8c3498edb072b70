"""All commands and their options. Each body imports its work late, so that `--help` is quick."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from earwitness import __version__
from earwitness.cli.errors import CliError, WrongUse, report

app = typer.Typer(
    name="earwitness",
    help="Joins calls over SIP, hears them and gives back conversation intelligence.",
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
apps = typer.Typer(help="Who may use the API.")
tokens = typer.Typer(help="Access tokens.")
models = typer.Typer(help="Models that turn speech into text.")
app.add_typer(apps, name="apps")
app.add_typer(tokens, name="tokens")
app.add_typer(models, name="models")

Home = Annotated[Path | None, typer.Option(help="Folder of all data [default: the XDG data folder].")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ServerUrl = Annotated[
    str | None, typer.Option("--server", help="Base URL of a running server; else works in this process.")
]
Token = Annotated[str | None, typer.Option(help="Access token for --server.", envvar="EARWITNESS_TOKEN")]
Config = Annotated[Path | None, typer.Option(help="TOML file with settings.")]


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status: 0, 1 when it failed, 2 when its words are off."""
    try:
        app(arguments, prog_name="earwitness", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except (CliError, ValueError, OSError) as error:
        return report(error)
    except Exception as error:
        if isinstance(error, WrongUse):
            return report(error)
        raise
    return 0


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Joins calls over SIP, hears them and gives back conversation intelligence."""
    if version:
        print(f"earwitness {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def serve(
    home: Home = None,
    host: Annotated[str | None, typer.Option(help="Address of the HTTP server [127.0.0.1].")] = None,
    port: Annotated[int | None, typer.Option(help="Its port; 0 takes a free one [8080].")] = None,
    sip_host: Annotated[str | None, typer.Option(help="Address of SIP and media [0.0.0.0].")] = None,
    sip_port: Annotated[int | None, typer.Option(help="SIP port; 0 takes a free one [0].")] = None,
    rtp_ports: Annotated[str | None, typer.Option(help="UDP ports of media, A-B [16384-32766].")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Run the server until it is stopped."""
    from earwitness.cli.serve import serve

    given = {
        "home": home,
        "host": host,
        "port": port,
        "sip_host": sip_host,
        "sip_port": sip_port,
        "rtp_ports": rtp_ports,
    }
    _go(serve(given, config, as_json=as_json))


@app.command()
def call(
    uri: Annotated[str, typer.Argument(help="SIP URI, or a phone number when a trunk is set.")],
    home: Home = None,
    server: ServerUrl = None,
    token: Token = None,
    name: Annotated[str | None, typer.Option(help="Name of the conversation.")] = None,
    email: Annotated[list[str] | None, typer.Option(help="Send the summary to this address.")] = None,
    dtmf: Annotated[str | None, typer.Option(help="Keys to send after the answer; ',' is a pause.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Call a SIP URI and show what is said, live; Ctrl-C hangs up."""
    from earwitness.cli.call import call

    _go(call(uri, home, server, token, name, email or [], dtmf, config, as_json=as_json))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A recording, in any format that FFmpeg reads.")],
    home: Home = None,
    server: ServerUrl = None,
    token: Token = None,
    name: Annotated[str | None, typer.Option(help="Name of the conversation [the file's].")] = None,
    channels: Annotated[bool, typer.Option("--channels", help="One speaker for each channel.")] = False,
    real_time: Annotated[bool, typer.Option("--real-time", help="At the pace of the clock.")] = False,
    language: Annotated[str | None, typer.Option(help="Language that is spoken [en-US].")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Hear a recording as if it were a call; Ctrl-C ends it there."""
    from earwitness.cli.replay import replay

    options = {
        "name": name or file.name,
        "enableSeparateRecognitionPerChannel": str(channels).lower(),
        "realTime": str(real_time).lower(),
        **({"languageCode": language} if language else {}),
    }
    _go(replay(file, options, home, server, token, config, as_json=as_json))


@app.command()
def callee(
    play: Annotated[Path | None, typer.Option(help="Audio file to play [the demo recording].")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="SIP port; 0 takes a free one.")] = 5070,
    codec: Annotated[list[str] | None, typer.Option(help="Codecs to answer with, best first.")] = None,
    record: Annotated[Path | None, typer.Option(help="Write what is heard to this WAV file.")] = None,
    calls: Annotated[int, typer.Option(min=0, help="End after so many calls; 0 = never.")] = 0,
    as_json: Json = False,
) -> None:
    """Answer calls and play a recording: a far end for trying things out."""
    from earwitness.cli.callee import callee

    _go(callee(play, host, port, codec or [], record, calls, as_json=as_json))


@app.command()
def demo(
    home: Annotated[Path | None, typer.Option(help="Folder of its data [a folder of its own].")] = None,
    as_json: Json = False,
) -> None:
    """Place a real call on this machine to a recorded meeting, and show what becomes of it."""
    from earwitness.cli.demo import demo

    _go(demo(home, as_json=as_json))


@app.command()
def export(
    conversation: Annotated[str, typer.Argument(help="Id of the conversation.")],
    form: Annotated[str, typer.Option("--format", help="md, srt, vtt or json.")] = "md",
    home: Home = None,
    server: ServerUrl = None,
    token: Token = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print a conversation's transcript, or all that is known of it."""
    from earwitness.cli.export import export

    _go(export(conversation, "json" if as_json else form, home, server, token, config))


@apps.command("list")
def list_apps(home: Home = None, config: Config = None, as_json: Json = False) -> None:
    """Print all apps."""
    from earwitness.cli.apps import list_apps

    _go(list_apps(home, config, as_json=as_json))


@apps.command("create")
def create_app(
    name: Annotated[str, typer.Argument(help="What the app is called.")],
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make an app and print its id and secret; the secret is shown this once."""
    from earwitness.cli.apps import create_app

    _go(create_app(name, home, config, as_json=as_json))


@apps.command("set")
def set_app(
    app_id: Annotated[str | None, typer.Argument(help="Id of the app [the first one].")] = None,
    template: Annotated[str | None, typer.Option(help="Template of its summaries, by name.")] = None,
    prompt: Annotated[
        list[str] | None, typer.Option(help="NAME=TEXT for the language model; may be given several times.")
    ] = None,
    no_prompts: Annotated[bool, typer.Option("--no-prompts", help="Remove its prompts.")] = False,
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Set how an app's summaries are written, and print how they are."""
    from earwitness.cli.apps import set_app

    prompts = [] if no_prompts else prompt or None
    _go(set_app(app_id, template, prompts, home, config, as_json=as_json))


@apps.command("remove")
def remove_app(
    app_id: Annotated[str, typer.Argument(help="Id of the app.")],
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Remove an app; its conversations stay."""
    from earwitness.cli.apps import remove_app

    _go(remove_app(app_id, home, config, as_json=as_json))


@tokens.command("issue")
def issue_token(
    app_id: Annotated[str | None, typer.Option("--app", help="Id of the app [the first one].")] = None,
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print a fresh access token."""
    from earwitness.cli.apps import issue_token

    _go(issue_token(app_id, home, config, as_json=as_json))


@models.command("list")
def list_models(
    language: Annotated[str | None, typer.Option(help="Only models that know this language.")] = None,
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the models that there are, and which are used."""
    from earwitness.cli.models import list_models

    with _told():
        list_models(home, config, language, as_json=as_json)


@models.command("pull")
def pull_model(
    name: Annotated[str, typer.Argument(help="Name of the model, as list prints it.")],
    url: Annotated[str | None, typer.Option(help="Folder of archives on a web server [the release].")] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Fetch it though no checksum is known.")
    ] = False,
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Fetch a model, check it and try it; goes on where an earlier attempt stopped."""
    from earwitness.cli.models import pull_model

    with _told():
        pull_model(name, home, config, url, unverified=unverified, as_json=as_json)


@models.command("check")
def check_model(
    model: Annotated[str, typer.Argument(help="Folder of a model, or the name of one on disk.")],
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Load a model in a process of its own and say what it is, or why it can't be loaded."""
    from earwitness.cli.models import check_model

    with _told():
        check_model(model, home, config, as_json=as_json)


@models.command("bench")
def bench_models(
    names: Annotated[list[str] | None, typer.Argument(help="Models [all on this machine].")] = None,
    references: Annotated[
        Path | None, typer.Option(help="Table of recordings and their words [the demo recording].")
    ] = None,
    language: Annotated[str, typer.Option(help="What is spoken in them.")] = "en",
    home: Home = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Measure word errors and cost of models on the same recordings."""
    from earwitness.cli.models_bench import bench_models

    _go(bench_models(names or [], home, config, references, language, as_json=as_json))


def _go(work: Coroutine[Any, Any, None]) -> None:
    with _told():
        _run(work)


@contextmanager
def _told() -> Iterator[None]:
    """Have the errors of other rooms reported like ours."""
    from earwitness.speech.seams import RecognizerError
    from earwitness.store.seams import StoreError

    try:
        yield
    except (StoreError, RecognizerError) as error:
        raise CliError(str(error)) from error


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop
    except ImportError:  # not on Windows
        asyncio.run(work)
    else:
        uvloop.run(work)
