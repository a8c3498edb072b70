"""The HTML pages as they leave the server."""

import html
import json
import re
import shlex

import httpx
import pytest

from earwitness import __version__
from earwitness.api.auth import TokenRequest
from earwitness.api.requests.start_request import ConnectRequest


@pytest.mark.parametrize("path", ["/", "/meeting", "/meeting/", "/meeting/list", "/meeting/list/"])
async def test_a_page_loads_and_runs_nothing_but_our_own_files(client: httpx.AsyncClient, path: str) -> None:
    reply = await client.get(path)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in reply.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-cache"
    assert "<style" not in reply.text
    assert re.findall(r"<script(?![^>]* src=)", reply.text) == []
    assert (await client.head(path)).status_code == 200


async def test_a_page_with_media_loads_pictures_and_recordings_from_elsewhere_and_runs_nothing_of_theirs(
    client: httpx.AsyncClient,
) -> None:
    for path in ("/meeting/media", "/meeting/media/"):
        policy = (await client.get(path)).headers["content-security-policy"].split("; ")
        assert {"img-src 'self' https: http:", "media-src https: http:"} <= set(policy)
        assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-src 'none'"} <= set(
            policy
        )


async def test_every_file_that_a_page_refers_to_is_served(client: httpx.AsyncClient) -> None:
    for path in ("/", "/meeting/", "/meeting/list/"):
        references = re.findall(r'(?:src|href)="(/static/[^"]+)"', (await client.get(path)).text)
        assert len(references) >= 3
        for reference in references:
            assert (await client.get(reference)).status_code == 200


async def test_the_landing_page_shows_commands_that_this_server_accepts(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert f"version {__version__}" in page
    assert 'href="/docs"' in page
    bodies = {}
    for name in ("curl-token", "curl-call"):
        found = re.search(f'<code id="{name}">(.*?)</code>', page, re.DOTALL)
        assert found is not None
        words = shlex.split(html.unescape(found.group(1)).replace("\\\n", " "))
        assert words[:2] == ["curl", "-s"]
        bodies[words[2]] = json.loads(words[words.index("-d") + 1])
    TokenRequest.model_validate(bodies["http://calls.example:8080/oauth2/token:generate"])
    request = ConnectRequest.model_validate(bodies["http://calls.example:8080/v1/endpoint:connect"])
    assert request.operation == "start"
    assert request.actions is not None


async def test_a_host_name_cannot_break_out_of_the_page_or_the_command(client: httpx.AsyncClient) -> None:
    page = (await client.get("/", headers={"Host": "x';rm$(id)<script>"})).text
    assert "<script>" not in page
    assert shlex.quote("http://x';rm$(id)<script>/").split("/")[0] not in page
    command = html.unescape(page[page.index("curl -s ") :]).split("\\\n")[0]
    assert shlex.split(command) == ["curl", "-s", "http://x';rm$(id)<script>/oauth2/token:generate"]
