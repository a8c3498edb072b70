"""Servers that are told to end in mid-call, and servers that cannot start."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from earwitness.delivery.maildir import MaildirMailer
from earwitness.server import Server
from earwitness.settings import Settings, SettingsError
from earwitness.sip.agent import AgentConfig, IncomingCall, SipAgent
from earwitness.sip.events import Ended
from earwitness.store.seams import DatabaseInUseError
from earwitness.store.store import Store
from earwitness.testing.scripted import ScriptedRecognizer
from tests.support.calls import Followed, collect, to
from tests.support.far_end import HOST, far_end
from tests.support.live import until
from tests.support.process import server_process


@dataclass(slots=True)
class Ringing:
    """A far end that rings and never answers."""

    agent: SipAgent
    calls: list[IncomingCall] = field(default_factory=list)

    @property
    def uri(self) -> str:
        """Where to call."""
        return f"sip:ringing@{HOST}:{self.agent.port}"

    def take(self, call: IncomingCall) -> None:
        """Ring."""
        self.calls.append(call)
        call.ring()


@asynccontextmanager
async def ringing() -> AsyncIterator[Ringing]:
    """Ring until the block ends."""
    agent = SipAgent(AgentConfig(host=HOST, from_user="ringing"))
    await agent.start()
    peer = Ringing(agent)
    agent.on_invite(peer.take)
    try:
        yield peer
    finally:
        await agent.aclose()


async def test_a_server_that_is_told_to_end_ends_its_calls_first(tmp_path: Path) -> None:
    home = tmp_path / "home"
    email = {"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": ["a@example.com"]}}
    async with far_end() as peer, ringing() as unanswered, server_process(home) as server:
        answered = Followed(await server.client.start(to(peer.uri, actions=[email])))
        waiting = Followed(await server.client.start(to(unanswered.uri, actions=[email])))
        taken = await peer.taken()
        await taken.speak(2)
        following = [
            asyncio.create_task(collect(server.client, followed)) for followed in (answered, waiting)
        ]
        await until(lambda: bool(waiting.states and answered.states))

        server.process.terminate()
        async with asyncio.timeout(20):
            assert await server.process.wait() == 0
            await taken.over.wait()
            [ring] = unanswered.calls
            assert [event async for event in ring.events() if isinstance(event, Ended)]
            await asyncio.gather(*following)
    for followed in (answered, waiting):
        assert followed.states[-1] == "ended"
        assert followed.frames[-1]["message"]["type"] == "conversation_completed"
    async with await Store.open(home / "earwitness.db") as store:
        assert await store.unfinished() == []
        outcomes = [
            content.record.outcome
            for one in (answered, waiting)
            if (content := await store.conversations.content(one.connection["conversationId"]))
        ]
    assert outcomes == ["completed", "failed"]
    [message] = await MaildirMailer(home / "mail").messages()
    assert message["X-Earwitness-Conversation"] == answered.connection["conversationId"]


async def _start(home: Path, **settings: object) -> None:
    values = {"home": home, "port": 0, "sip_host": HOST, **settings}
    async with Server(Settings.model_validate(values), ScriptedRecognizer({})):
        raise AssertionError("it started")


async def test_a_home_has_one_server(tmp_path: Path) -> None:
    values = {"home": tmp_path, "port": 0, "sip_host": HOST}
    async with Server(Settings.model_validate(values), ScriptedRecognizer({})):
        with pytest.raises(SettingsError, match=r"another earwitness server uses .*--server URL.*--home"):
            await _start(tmp_path)
    async with Server(Settings.model_validate(values), ScriptedRecognizer({})):
        pass


async def test_a_database_has_one_server(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/shared.db"
    values = {"home": tmp_path / "a", "port": 0, "sip_host": HOST, "database_url": database}
    async with Server(Settings.model_validate(values), ScriptedRecognizer({})):
        with pytest.raises(DatabaseInUseError, match=r"uses the database .*--server URL"):
            await _start(tmp_path / "b", database_url=database)
    with pytest.raises(AssertionError, match="it started"):
        await _start(tmp_path / "b", database_url=database)


@pytest.mark.parametrize(
    ("setting", "kind", "words"),
    [
        ("port", socket.SOCK_STREAM, "cannot listen on 127.0.0.1 port {}: Address already in use.*--port"),
        ("sip_port", socket.SOCK_DGRAM, "cannot open SIP on 127.0.0.1 port {}: .*in use.*--sip-port"),
        ("sip_port", socket.SOCK_STREAM, "cannot open SIP on 127.0.0.1 port {}: .*in use.*--sip-port"),
    ],
)
async def test_a_port_that_is_taken_is_named(
    tmp_path: Path, setting: str, kind: socket.SocketKind, words: str
) -> None:
    before = asyncio.all_tasks()
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind((HOST, 0))
        if kind is socket.SOCK_STREAM:
            other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=words.format(port)):
            await _start(tmp_path, **{setting: port})
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"host": "192.0.2.1"}, "cannot listen on 192.0.2.1 port 0: Cannot assign requested address"),
        ({"sip_host": "192.0.2.1"}, "cannot open SIP on 192.0.2.1 port 0: Cannot assign requested address"),
        ({"smtp_url": "http://mail"}, "EARWITNESS_SMTP_URL: .*smtp://user:password@host:port"),
        ({"mail_from": "nobody"}, "EARWITNESS_MAIL_FROM: .*name <user@host>"),
        ({"sip_proxy": "proxy"}, "EARWITNESS_SIP_PROXY: 'proxy' is no SIP URI"),
        ({"sip_user": "a b"}, "EARWITNESS_SIP_USER.*may not hold spaces"),
        (
            {"redact_exclude": "PERSON_NAME, NOPE"},
            "EARWITNESS_REDACT_EXCLUDE: .*'NOPE'; there is .*PERSON_NAME",
        ),
        ({"app_id": "a", "app_secret": "short"}, "EARWITNESS_APP_SECRET: .*at least 32"),
    ],
)
async def test_settings_that_cannot_be_are_named(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    before = asyncio.all_tasks()
    with pytest.raises(SettingsError, match=words):
        await _start(tmp_path, **settings)
    assert asyncio.all_tasks() == before


async def test_a_home_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(json.dumps("x"))
    with pytest.raises(SettingsError, match=r"cannot use .*file as home folder: .*--home"):
        await _start(tmp_path / "file")
