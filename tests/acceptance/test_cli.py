"""The `earwitness` command, as people type it: rightly, and wrongly."""

import asyncio
import json
import logging
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from earwitness import __version__
from earwitness.audio.files import read_audio, write_wav
from earwitness.cli.app import run
from earwitness.cli.export import export
from earwitness.testing.demo import load_demo
from tests.support.far_end import far_end
from tests.support.meeting import part_of
from tests.support.process import ServerProcess, server_process

COMMAND = Path(sys.executable).with_name("earwitness")
COMMANDS = (
    "serve",
    "call",
    "replay",
    "callee",
    "demo",
    "export",
    "models",
    "models list",
    "models pull",
    "models check",
    "models bench",
    "apps",
    "apps list",
    "apps create",
    "apps set",
    "apps remove",
    "tokens",
    "tokens issue",
)
PART = part_of(load_demo(), 3, 3)
HEARD = "our customers are happy."
"""How its line ends."""
FORMS = ("md", "srt", "vtt", "json")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings from outside; the commands set the logs up, which is undone."""
    for name in os.environ:
        if name.startswith("EARWITNESS_"):
            monkeypatch.delenv(name)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def say(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Said:
    """Run a command in this process."""
    status = run([str(word) for word in words])
    captured = capsys.readouterr()
    return Said(status, captured.out, captured.err)


def assert_error(said: Said, status: int, words: str) -> None:
    """It failed, and says so in one line (wrong use: and where to read on)."""
    assert said.out == ""
    first, *more = said.err.splitlines()
    assert first.startswith("error: ")
    assert re.search(words, first), first
    assert said.status == status
    assert len(more) == (status == 2)
    assert all(re.fullmatch(r"See 'earwitness.* --help'\.", line) for line in more)


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert say(capsys, "--version") == Said(0, f"earwitness {__version__}\n", "")


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_the_help_of_every_command(capsys: pytest.CaptureFixture[str], command: str, flag: str) -> None:
    said = say(capsys, *command.split(), flag)
    assert (said.status, said.err) == (0, "")
    assert said.out.lstrip().startswith(f"Usage: earwitness {command}".rstrip())


def test_the_command_alone_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys)
    assert said.status == 0
    for command in COMMANDS:
        assert command.split()[0] in said.out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("nonsense", "No such command 'nonsense'"),
        ("--nonsense", "No such option: --nonsense"),
        *((f"{command} --nonsense", "No such option: --nonsense") for command in COMMANDS),
        ("apps", "Missing command"),
        ("tokens", "Missing command"),
        ("apps nonsense", "No such command 'nonsense'"),
        ("call", "Missing argument"),
        ("export", "Missing argument"),
        ("apps create", "Missing argument"),
        ("apps remove", "Missing argument"),
        ("call sip:a@127.0.0.1 sip:b@127.0.0.1", "unexpected extra argument"),
        ("serve now", "unexpected extra argument"),
        ("demo now", "unexpected extra argument"),
        ("callee now", "unexpected extra argument"),
        ("apps list now", "unexpected extra argument"),
        ("tokens issue now", "unexpected extra argument"),
        ("serve --port", "Option '--port' requires an argument"),
        ("serve --port many", "'--port'"),
        ("serve --sip-port 5060.5", "'--sip-port'"),
        ("callee --port 65536", "'--port'"),
        ("callee --port -1", "'--port'"),
        ("callee --calls -1", "'--calls'"),
    ],
)
def test_wrong_use_is_named(capsys: pytest.CaptureFixture[str], words: str, why: str) -> None:
    assert_error(say(capsys, *words.split()), 2, why)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("serve --port 65536", "--port: .*65535"),
        ("serve --rtp-ports 5", "--rtp-ports: '5' is not a port range; write it as"),
        ("serve --rtp-ports 9-1", "--rtp-ports: '9-1' must hold at least four ports"),
        ("serve --host 192.0.2.1 --port 0", "cannot listen on 192.0.2.1 port 0: .*; choose another"),
        ("serve --config nowhere.toml", "cannot read the settings file nowhere.toml: No such file"),
        ("call sip:a@b --server http://127.0.0.1:9", "--token .*EARWITNESS_TOKEN.*tokens issue"),
        (
            "call sip:a@127.0.0.1 --server http://127.0.0.1:9 --token x",
            "cannot reach http://127.0.0.1:9: .*running",
        ),
        (
            "call sip:a@127.0.0.1 --server localhost --token x",
            "'localhost' is no base URL; write it as http://",
        ),
        ("call sip:a@127.0.0.1 --server http://[::1 --token x", "cannot reach"),
        (
            "call sip:a@127.0.0.1 --server http://127.0.0.1:9 --token \xe9",
            "is no access token; .*tokens issue",
        ),
        ("export 1 --server http://127.0.0.1:9 --token x", "cannot reach http://127.0.0.1:9"),
        ("replay nowhere.wav", "cannot read nowhere.wav: No such file or directory"),
        ("export 1", "there is no conversation 1 in this home folder"),
        ("export 1 --format doc", "--format: there is no 'doc'; there is md, srt, vtt and json"),
        ("apps remove nobody", "there is no app nobody; 'earwitness apps list' prints all"),
        ("tokens issue", "there is no app yet; 'earwitness apps create NAME' makes one"),
        ("callee --port 0 --codec speex", "--codec: there is no speex; there is OPUS, G722, PCMU, PCMA"),
        ("callee --port 0 --play nowhere.wav", "nowhere.wav cannot be read as audio"),
        ("callee --port 0 --record nowhere/heard.wav", "there is no folder nowhere; make it first"),
        ("callee --port 0 --host 192.0.2.1", "cannot open SIP on 192.0.2.1 port 0: .*; choose another"),
    ],
)
def test_what_cannot_be_done_is_explained(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert_error(say(capsys, *words.split()), 1, why)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("EARWITNESS_PROT", "1", "EARWITNESS_PROT is not a setting; did you mean EARWITNESS_PORT"),
        ("EARWITNESS_TOKEN_TTL_S", "soon", "EARWITNESS_TOKEN_TTL_S: .*valid integer"),
        ("EARWITNESS_DATABASE_URL", "mysql://x", "'mysql' are not supported. Use postgresql"),
        ("EARWITNESS_DATABASE_URL", "postgresql://127.0.0.1:9/x", "cannot serve this request now"),
    ],
)
def test_settings_that_cannot_be_are_explained(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    why: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert_error(say(capsys, "apps", "list", "--home", tmp_path), 1, why)


@pytest.mark.parametrize("command", ["apps list", "apps create x", "tokens issue", "export 1"])
def test_a_home_that_cannot_be_used_is_explained(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = say(capsys, *command.split(), "--home", tmp_path / "file")
    assert_error(said, 1, "cannot use .*file as home folder: File exists; choose another with --home")
    (tmp_path / "earwitness.db").write_text("not a database, however long it is" * 100)
    assert_error(say(capsys, *command.split(), "--home", tmp_path), 1, "file is not a database")


@pytest.mark.parametrize("name", ["", " "])
def test_an_app_has_a_name(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    assert_error(say(capsys, "apps", "create", name, "--home", tmp_path), 1, "an app needs a name")
    assert say(capsys, "apps", "list", "--json", "--home", tmp_path).out == "[]\n"


def test_apps_have_templates_and_prompts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = ("--home", tmp_path / "home")
    made = json.loads(say(capsys, "apps", "create", "first", "--json", *home).out)
    given = (
        "--template",
        "minutes",
        "--prompt",
        "Risks=Which risks?",
        "--prompt",
        "Cost = What does it = cost?",
    )
    wanted = json.loads(say(capsys, "apps", "set", *given, "--json", *home).out)
    assert wanted == {
        "appId": made["appId"],
        "summaryTemplate": "minutes",
        "customPrompts": [
            {"name": "Risks", "prompt": "Which risks?"},
            {"name": "Cost", "prompt": "What does it = cost?"},
        ],
    }
    assert json.loads(say(capsys, "apps", "set", made["appId"], "--json", *home).out) == wanted
    shown = say(capsys, "apps", "set", "--no-prompts", *home).out
    assert "template  minutes" in shown
    assert "prompt" not in shown
    assert_error(
        say(capsys, "apps", "set", "--template", "x", *home), 1, "no summary template 'x'; there is default"
    )
    assert_error(say(capsys, "apps", "set", "--prompt", "x", *home), 1, "write it as NAME=TEXT")
    assert_error(say(capsys, "apps", "set", "--prompt", f"x={'y' * 2001}", *home), 1, "a text 2000")
    assert_error(say(capsys, "apps", "set", "x", *home), 1, "there is no app x; .*apps list")


def test_apps_and_tokens(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = ("--home", tmp_path / "home")
    assert "There is no app yet" in say(capsys, "apps", "list", *home).out
    assert json.loads(say(capsys, "apps", "list", "--json", *home).out) == []

    made = json.loads(say(capsys, "apps", "create", "Notes \U0001f600", "--json", *home).out)
    assert set(made) == {"appId", "appSecret", "name"}
    shown = say(capsys, "apps", "create", "second", *home).out
    assert "The secret is not shown again" in shown
    [listed, second] = json.loads(say(capsys, "apps", "list", "--json", *home).out)
    assert (listed["id"], listed["name"]) == (made["appId"], "Notes \U0001f600")
    assert second["id"] in shown
    listing = say(capsys, "apps", "list", *home).out
    assert len(listing.splitlines()) == 2
    assert made["appSecret"] not in listing

    issued = json.loads(say(capsys, "tokens", "issue", "--json", "--app", second["id"], *home).out)
    assert issued["expiresIn"] == 86_400
    assert say(capsys, "tokens", "issue", *home).out.count(".") == 2
    assert_error(say(capsys, "tokens", "issue", "--app", "x", *home), 1, "there is no app x; .*apps list")

    assert json.loads(say(capsys, "apps", "remove", second["id"], "--json", *home).out) == {
        "removed": second["id"]
    }
    assert say(capsys, "apps", "remove", made["appId"], *home).out == f"removed {made['appId']}\n"
    assert "There is no app yet" in say(capsys, "apps", "list", *home).out


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """A server to talk to with --server."""
    async with server_process(tmp_path_factory.mktemp("server")) as server:
        yield server


@dataclass(slots=True)
class Running:
    """A command in a process of its own."""

    process: asyncio.subprocess.Process

    async def line(self) -> str:
        """Return the next line that it prints."""
        assert self.process.stdout is not None
        return (await asyncio.wait_for(self.process.stdout.readline(), 30)).decode()

    async def ends(self) -> Said:
        """Wait until it has ended."""
        out, err = await asyncio.wait_for(self.process.communicate(), 60)
        assert self.process.returncode is not None
        return Said(self.process.returncode, out.decode(), err.decode())


@asynccontextmanager
async def running(*words: str | Path, **environ: str) -> AsyncIterator[Running]:
    """Run a command in a process of its own, away from a terminal."""
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environ},
    )
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def told(*words: str | Path, **environ: str) -> Said:
    """Run a command to its end."""
    async with running(*words, **environ) as command:
        return await command.ends()


async def test_a_call_and_what_can_be_had_of_it(
    server: ServerProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, recording, heard = tmp_path / "home", tmp_path / "part.wav", tmp_path / "heard.wav"
    write_wav(recording, PART.samples)
    callee = (
        "callee",
        "--port",
        "0",
        "--play",
        recording,
        "--codec",
        "pcmu",
        "--record",
        heard,
        "--calls",
        "2",
    )
    async with running(*callee, "--json") as far_end, server_process(tmp_path / "other") as server:
        uri = json.loads(await far_end.line())["uri"]
        there = ("--server", server.url, "--token", server.client.token)
        in_process, remote = await asyncio.gather(
            told("call", uri, "--home", home, "--email", "a@example.com", "--json"),
            told("call", uri, *there, "--name", "Elsewhere"),
        )
        ended = await far_end.ends()
        listed = (await server.client.get("/v1/conversations"))["conversations"]
        [conversation] = [one for one in listed if one["name"] == "Elsewhere"]
        exported = await asyncio.gather(
            *(told("export", conversation["id"], "--format", form, *there) for form in FORMS)
        )

    assert (in_process.status, in_process.err) == (0, "")
    frames = [json.loads(line) for line in in_process.out.splitlines()]
    assert frames[-1]["message"]["type"] == "conversation_completed"
    assert len(list((home / "mail" / "new").iterdir())) == 1

    assert (remote.status, remote.err) == (0, "")
    assert "[answered, PCMU]\n" in remote.out
    assert "\nSummary\n" in remote.out
    assert ended.status == 0
    assert [json.loads(line)["codec"] for line in ended.out.splitlines()] == ["PCMU", "PCMU"]
    assert len(read_audio(heard)) > 0

    assert [(one.status, one.err) for one in exported] == [(0, "")] * len(FORMS)
    _assert_exported(dict(zip(FORMS, (one.out for one in exported), strict=True)))
    of_home = {}
    for form in FORMS:
        await export(frames[-1]["message"]["conversationId"], form, home, None, None, None)
        of_home[form] = capsys.readouterr().out
    _assert_exported(of_home)


async def test_a_recording_is_replayed_here_and_elsewhere(server: ServerProcess, tmp_path: Path) -> None:
    recording, nonsense, home = tmp_path / "part.wav", tmp_path / "part.txt", tmp_path / "home"
    write_wav(recording, PART.samples)
    nonsense.write_text("no recording")
    there = ("--server", server.url, "--token", server.client.token)
    in_process, at_pace, wrong = await asyncio.gather(
        told("replay", recording, "--home", home, "--json"),
        told("replay", recording, *there, "--real-time", "--channels", "--name", "Replayed"),
        told("replay", nonsense, *there),
    )
    assert (in_process.status, in_process.err) == (0, "")
    frames = [json.loads(line) for line in in_process.out.splitlines()]
    assert frames[-1]["message"]["type"] == "conversation_completed"
    assert not [frame for frame in frames if frame["type"] == "transcript_response"]
    assert (at_pace.status, at_pace.err) == (0, "")
    assert HEARD in at_pace.out
    assert "Speaker 1: " in at_pace.out
    assert_error(wrong, 1, "error: The body: this is no recording in a known format")
    listed = (await server.client.get("/v1/conversations"))["conversations"]
    assert [one["name"] for one in listed if one["name"] == "Replayed"]


def _assert_exported(texts: dict[str, str]) -> None:
    for form, text in texts.items():
        assert HEARD in text, form
    assert texts["srt"].startswith("1\n00:00:0")
    assert texts["vtt"].startswith("WEBVTT\n")
    whole = json.loads(texts["json"])
    assert len(whole["messages"]) == 1
    assert whole["summary"]


async def test_a_signal_hangs_up(server: ServerProcess) -> None:
    where = ("--server", server.url, "--token", server.client.token)
    async with (
        far_end() as peer,
        running("call", peer.uri, *where) as interrupted,
        running("call", peer.uri, *where) as terminated,
    ):
        calls = [await peer.taken(), await peer.taken()]
        for command, number in ((interrupted, signal.SIGINT), (terminated, signal.SIGTERM)):
            while await command.line() != "[answered, PCMU]\n":
                pass
            command.process.send_signal(number)
            said = await command.ends()
            assert (said.status, said.err) == (0, "")
            assert "[ended" in said.out
        for taken in calls:
            await asyncio.wait_for(taken.over.wait(), 5)


async def test_a_call_that_fails_says_why(server: ServerProcess) -> None:
    where = ("--server", server.url, "--token", server.client.token)
    nobody, nonsense, number = await asyncio.gather(
        told("call", "sip:a@127.0.0.1:9", *where),
        told("call", "nonsense", *where),
        told("call", "+1 (408) 555-1234", *where),
    )
    assert nobody.status == 1
    assert nobody.out == "[failed, 127.0.0.1 can't be reached]\n"
    assert nobody.err == "error: the call was not answered: failed\n"
    assert_error(nonsense, 1, "'nonsense' is no SIP URI; write sip:USER@HOST")
    assert_error(number, 1, "EARWITNESS_TRUNK")


async def test_what_a_server_says_at_its_first_start(tmp_path: Path) -> None:
    home = ("--home", tmp_path / "home", "--port", "0", "--sip-host", "127.0.0.1")
    async with running("serve", *home) as server:
        text = ""
        while "curl" not in text or "-d '" not in text:
            text += await server.line()
        second = await told("serve", *home)
        server.process.terminate()
        said = await server.ends()
    assert said.status == 0
    for shown in ("appId", "appSecret", "token", "http://127.0.0.1:", "SIP"):
        assert shown in text
    assert_error(second, 1, "another earwitness server uses")
    async with running("serve", *home, "--json") as server:
        facts: dict[str, Any] = json.loads(await server.line())
        assert set(facts) == {"url", "sipPort", "home"}, "the secret is shown once"
        server.process.terminate()
        said = await server.ends()
    assert said.status == 0
    assert all(json.loads(line)["event"] for line in said.err.splitlines())
