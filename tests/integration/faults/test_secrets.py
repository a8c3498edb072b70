"""What the log of a server tells, at its most talkative: no secret."""

import json
import logging
from pathlib import Path

import httpx
import pytest
import websockets

from earwitness.logs import configure_logs
from earwitness.testing.scripted import ScriptedRecognizer
from tests.support.calls import to
from tests.support.far_end import far_end
from tests.support.process import APP_ID, APP_SECRET, server_process
from tests.support.server import APP, running_server
from tests.support.sockets import open_socket

PASSWORDS = ("correct-horse-1", "battery-staple-2", "smtp-secret-3")


async def test_no_secret_reaches_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environ = {
        "EARWITNESS_LOG_LEVEL": "debug",
        "EARWITNESS_SIP_USER": "caller",
        "EARWITNESS_SIP_PASSWORD": PASSWORDS[0],
        "EARWITNESS_SMTP_URL": f"smtp://user:{PASSWORDS[2]}@127.0.0.1:9",
    }
    email = {"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": ["a@example.com"]}}
    async with far_end() as peer, server_process(tmp_path / "home", log, **environ) as server:
        token = server.client.token
        uri = peer.uri.replace("far@", f"far:{PASSWORDS[1]}@")
        connection = await server.client.start(to(uri, actions=[email]))
        taken = await peer.taken()
        await taken.speak(1)
        url = connection["resultWebSocketUrl"]
        for asked, headers, offered in (
            (f"{url}?access_token={token}", {}, None),
            (f"{url}?access%5Ftoken={token}", {}, None),
            (url, {"X-API-KEY": token}, None),
            (url, {"Authorization": f"Bearer {token}"}, None),
            (url, {}, [websockets.Subprotocol(token)]),
        ):
            async with open_socket(asked, headers, offered) as socket:
                assert json.loads(await socket.recv())["type"] == "message"
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
            assert (await http.get(f"/v1/calls?access_token={token}")).status_code == 200
            assert (await http.get("/v1/calls", headers={"X-API-KEY": token + "x"})).status_code == 401
            body = {"type": "application", "appId": APP_ID, "appSecret": APP_SECRET[::-1] + "wrong"}
            assert (await http.post("/oauth2/token:generate", json=body)).status_code == 401
        await server.client.stop(connection["connectionId"])
    told = log.read_text()
    assert "INVITE sip:far@" in told
    assert "access_token=***" in told
    for secret in (token, token.split(".")[2], APP_SECRET, *PASSWORDS):
        assert secret not in told


async def test_no_secret_reaches_the_log_with_an_error_that_nobody_expected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    configure_logs("info")
    secrets = {
        "smtp_url": f"smtp://user:{PASSWORDS[2]}@127.0.0.1:9",
        "sip_user": "caller",
        "sip_password": PASSWORDS[0],
        "webhook_secret": "open-sesame-webhooks",
    }

    async def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    async with running_server(tmp_path, ScriptedRecognizer({}), **APP, **secrets) as server:
        monkeypatch.setattr(server.store.conversations, "find", broken)
        token = server.tokens.issue(APP["app_id"])
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
            reply = await http.get("/v1/conversations/1", headers={"X-API-KEY": token})
    assert reply.status_code == 500
    told = capsys.readouterr().err
    assert "RuntimeError: a defect" in told
    for secret in (token[:40], APP["app_secret"][:40], "open-sesame", *PASSWORDS):
        assert secret not in told
    assert len(told.splitlines()) < 200
