"""Whatever the OpenAPI description allows, and a lot that it does not, brings no failure of the server.

schemathesis makes the requests, in a process of its own against a running server, and always the same ones.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from earwitness.conversation.bookmark import Bookmark
from earwitness.conversation.events import BookmarkKept
from earwitness.conversation.ids import new_id
from earwitness.server import Server
from earwitness.testing.scripted import ScriptedRecognizer
from tests.support.server import APP, running_server
from tests.support.stored import ANNA, store_conversation

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
SECONDS = 30
"""The most that it may take; what is not reached by then is not asked for."""
EXAMPLES = 4
"""For each operation, besides those of single parameters at their bounds."""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    settings: dict[str, Any] = {**APP, "dial_allow": "nobody.invalid", "max_jobs": 5}
    async with running_server(tmp_path / "home", ScriptedRecognizer({"in": []}), **settings) as server:
        yield server


def config(token: str, conversation_id: str, bookmark_id: str) -> str:
    """Return the configuration of schemathesis: a token, and ids of what there is."""
    ids = {
        "path.conversationId": conversation_id,
        "path.bookmarkId": bookmark_id,
        "path.memberId": ANNA.id,
    }
    parameters = "\n".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in ids.items())
    checks = "\n".join(f"{name} = {{ enabled = true }}" for name in CHECKS)
    return f"""
max-time = {SECONDS}
workers = 1
color = false
continue-on-failure = true
request-timeout = 20
suppress-health-check = ["all"]

[headers]
X-API-KEY = {json.dumps(token)}

[parameters]
{parameters}

[generation]
max-examples = {EXAMPLES}
deterministic = true
no-shrink = true

[phases.stateful]
enabled = false

[checks]
enabled = false
{checks}

[[operations]]
include-name = "DELETE /v1/conversations/{{conversationId}}"
parameters = {{ "path.conversationId" = "1234567890123456" }}

[[operations]]
include-name = "DELETE /v1/conversations/{{conversationId}}/bookmarks/{{bookmarkId}}"
parameters = {{ "path.bookmarkId" = "1234567890123456" }}
"""


async def test_no_request_makes_the_server_fail(server: Server, tmp_path: Path) -> None:
    bookmark = Bookmark(new_id(), "Launch", 1.0, 6.0)
    stored = await store_conversation(server.store, APP["app_id"], BookmarkKept(bookmark))
    path = tmp_path / "schemathesis.toml"
    path.write_text(config(server.tokens.issue(APP["app_id"]), stored, bookmark.id), "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", path),
        *("run", f"{server.url}/openapi.json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=tmp_path,
    )
    assert process.stdout is not None
    try:
        output = (await process.stdout.read()).decode()
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    # Not its exit status: that counts requests too which it failed to make up.
    made = re.search(r"(\d+) generated, (\d+) passed", output)
    assert made is not None, output
    assert made[1] == made[2], output
    assert "Network Error" not in output, output
    assert int(made[1]) > 100
    content = await server.store.conversations.content(stored)
    assert content is not None
    assert len(content.messages) == 6
