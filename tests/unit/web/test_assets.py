"""Static files: their addresses, their headers, and what they must not hold."""

import re

import httpx

from earwitness.web.assets import load_assets

ASSETS = load_assets()


async def test_files_are_cached_for_good_under_the_address_of_their_content(
    client: httpx.AsyncClient,
) -> None:
    for name, data in ASSETS.files.items():
        reply = await client.get(f"{ASSETS.base}/{name}")
        assert reply.content == data
        assert "immutable" in reply.headers["cache-control"]
        assert reply.headers["x-content-type-options"] == "nosniff"
    script = await client.get(f"{ASSETS.base}/meeting.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_unknown_files_and_versions_are_not_found(client: httpx.AsyncClient) -> None:
    for path in (
        f"{ASSETS.base}/nothing.js",
        "/static/0123456789abcdef/meeting.js",
        f"{ASSETS.base}/..%2fpages.py",
    ):
        reply = await client.get(path)
        assert reply.status_code == 404
        assert reply.json()["message"]


def test_scripts_import_only_files_that_exist() -> None:
    for name, data in ASSETS.files.items():
        for module in re.findall(r'from "([^"]+)"', data.decode()):
            assert module.startswith("./"), name
            assert module.removeprefix("./") in ASSETS.files, name


def test_no_script_parses_markup_and_nothing_comes_from_elsewhere() -> None:
    for name, data in ASSETS.files.items():
        text = data.decode()
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(", text
        ), name
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == [], name
