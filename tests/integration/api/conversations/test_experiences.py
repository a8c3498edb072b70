"""Pages of a stored conversation, in the look that was asked for."""

from typing import Any

import pytest

from earwitness.server import Server
from tests.support.server import APP
from tests.support.stored import Stored

Json = dict[str, Any]


async def test_pages_in_the_look_that_was_asked_for(stored: Stored) -> None:
    plain = await stored.send("POST", "/experiences", {"name": "verbose-text-summary"})
    assert "/meeting/#/" in plain["url"]
    wanted = {
        "name": "video-summary",
        "videoUrl": "https://media.example/small.mp4",
        "logo": "https://media.example/logo.png",
        "color": {"background": "#0A2136", "topicsFilter": "#FF0000"},
        "font": {"family": "roboto"},
        "readOnly": True,
        "summaryURLExpiresIn": 0,
    }
    made = await stored.send("POST", "/experiences", wanted)
    assert made["name"] == "video-summary"
    address, token = made["url"].split("#/")
    assert address.endswith("/meeting/media/")
    page = await stored.http.get(address)
    assert "media-src https:" in page.headers["content-security-policy"]
    shown = (await stored.http.get("/meeting/data", headers={"X-Page-Token": token})).json()
    assert shown["id"] == stored.id
    assert shown["experience"]["videoUrl"] == wanted["videoUrl"]
    assert shown["experience"]["color"] == wanted["color"]
    moved = {"videoUrl": "https://media.example/moved.mp4"}
    assert (await stored.send("PUT", "/experiences/url", moved))["name"] == "video-summary"
    shown = (await stored.http.get("/meeting/data", headers={"X-Page-Token": token})).json()
    assert shown["experience"]["videoUrl"] == moved["videoUrl"]
    no_audio = await stored.send("PUT", "/experiences/url", {"audioUrl": "https://media.example/a.mp3"}, 404)
    assert "audio-summary" in no_audio["message"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "name"),
        ({"name": "slides"}, "name"),
        ({"name": "video-summary"}, "videoUrl"),
        ({"name": "audio-summary", "videoUrl": "https://a.example/"}, "audioUrl"),
        ({"name": "video-summary", "videoUrl": "javascript:alert(1)"}, "videoUrl"),
        ({"name": "verbose-text-summary", "logo": "data:image/png;base64,AA"}, "logo"),
        ({"name": "verbose-text-summary", "color": {"background": "red;}"}}, "color.background"),
        ({"name": "verbose-text-summary", "font": {"family": 'x"; url(//a)'}}, "font.family"),
        ({"name": "verbose-text-summary", "summaryURLExpiresIn": -1}, "summaryURLExpiresIn"),
    ],
)
async def test_pages_that_cannot_be_made(stored: Stored, body: Json, where: str) -> None:
    assert where in (await stored.send("POST", "/experiences", body, 400))["message"]


async def test_addresses_expire(server: Server, stored: Stored) -> None:
    tokens = server.tokens
    for token in (
        tokens.issue_page(APP["app_id"], stored.id, lasts_s=60, now=0.0),
        tokens.issue_list(APP["app_id"], lasts_s=60, now=0.0),
    ):
        for path in ("/meeting/data", "/meeting/list/data"):
            reply = await stored.http.get(path, headers={"X-Page-Token": token})
            assert reply.status_code == 401
            assert "ask for a new link" in reply.json()["message"]


async def test_the_pages_behind_the_insights_addresses(stored: Stored) -> None:
    listed = await stored.http.get(
        "/v1/conversations/experiences/insights/list", params={"includeCallScore": "true"}
    )
    address, token = listed.json()["url"].split("#/")
    assert "Conversations" in (await stored.http.get(address)).text
    data = (await stored.http.get("/meeting/list/data", headers={"X-Page-Token": token})).json()
    shown = next(one for one in data["conversations"] if one["id"] == stored.id)
    assert (shown["title"], [member["name"] for member in shown["members"]]) == ("Launch", ["Anna", "Mark"])
    page_token = shown["page"].split("#/")[1]
    page = await stored.http.get("/meeting/data", headers={"X-Page-Token": page_token})
    assert page.json()["id"] == stored.id
    assert page.json()["callScore"] == await stored.get("/callscore")
    for include in (False, True):
        details = await stored.http.get(
            f"/v1/conversations/experiences/insights/details/{stored.id}",
            params={"includeCallScore": str(include)},
        )
        token = details.json()["url"].split("#/")[1]
        page = await stored.http.get("/meeting/data", headers={"X-Page-Token": token})
        assert page.json()["id"] == stored.id
        assert (page.json()["callScore"] is not None) is include
    unknown = await stored.http.get("/v1/conversations/experiences/insights/details/1234567890123456")
    assert unknown.status_code == 404
