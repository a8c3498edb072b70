"""Bookmarks of a stored conversation by plain HTTP."""

import asyncio
from typing import Any

import pytest

from earwitness.api.conversations import bookmarks
from tests.support.stored import Stored

Json = dict[str, Any]


async def test_bookmarks_from_their_making_to_their_end(stored: Stored) -> None:
    ids = await stored.ids()
    user = {"name": "Eve", "userId": "eve@example.com", "email": "eve@example.com"}
    timed = await stored.send(
        "POST",
        "/bookmarks",
        {"label": "Report", "description": "Who sends it", "user": user, "beginTimeOffset": 4, "duration": 6},
    )
    assert timed["id"].isdigit()
    assert (timed["label"], timed["description"], timed["user"]) == ("Report", "Who sends it", user)
    assert (timed["beginTimeOffset"], timed["duration"]) == (4, 6)
    assert timed["messageRefs"] == [{"id": ids[1]}, {"id": ids[2]}]
    made = await stored.send(
        "POST",
        "/bookmarks/bulk",
        {
            "bookmarks": [
                {"label": "Room", "description": "d", "messageRefs": [{"id": ids[4]}, {"id": ids[3]}]},
                {"label": "Start", "description": "d", "beginTimeOffset": 0.5, "duration": 1},
            ]
        },
    )
    room, start = made["bookmarks"]
    assert (room["beginTimeOffset"], room["duration"], room["messageRefs"]) == (
        10,
        4,
        [{"id": ids[3]}, {"id": ids[4]}],
    )
    assert (await stored.get("/bookmarks"))["bookmarks"] == [timed, room, start]
    assert await stored.get(f"/bookmarks/{room['id']}") == room
    changed = await stored.send(
        "PUT", f"/bookmarks/{timed['id']}", {"label": "Report!", "messageRefs": [{"id": ids[2]}]}
    )
    assert changed == {
        "id": timed["id"],
        "label": "Report!",
        "user": {},
        "beginTimeOffset": 6.5,
        "duration": 3,
        "messageRefs": [{"id": ids[2]}],
    }
    reply = await stored.http.delete(f"{stored.path}/bookmarks/{start['id']}")
    assert (reply.status_code, list(reply.json())) == (200, ["message"])
    assert [one["id"] for one in (await stored.get("/bookmarks"))["bookmarks"]] == [timed["id"], room["id"]]
    for method in ("GET", "DELETE"):
        reply = await stored.http.request(method, f"{stored.path}/bookmarks/{start['id']}")
        assert (reply.status_code, list(reply.json())) == (404, ["message"])


async def test_summaries_of_bookmarks(stored: Stored) -> None:
    ids = await stored.ids()
    body = {"label": "Report", "description": "d", "beginTimeOffset": 4, "duration": 6}
    key = (await stored.send("POST", "/bookmarks", body))["id"]
    summary = (await stored.get(f"/bookmarks/{key}/summary"))["summary"]
    assert summary
    said = {ref["id"] for item in summary for ref in item["messageRefs"]}
    assert said <= {ids[1], ids[2]}
    for item in summary:
        assert item["bookmarkReference"] == {"id": key}
        assert item["startTime"] < item["endTime"]
    assert (await stored.get("/bookmarks-summary"))["bookmarksSummary"] == [
        {"bookmarkId": key, "summary": summary}
    ]
    quiet = {"label": "Nothing", "description": "d", "beginTimeOffset": 18, "duration": 1}
    key = (await stored.send("POST", "/bookmarks", quiet))["id"]
    assert (await stored.get(f"/bookmarks/{key}/summary"))["summary"] == []


async def test_summaries_of_many_bookmarks_are_given_in_parts(stored: Stored) -> None:
    body = [{"label": "All", "beginTimeOffset": place, "duration": 1} for place in range(1, 22)]
    ids = [one["id"] for one in (await stored.send("POST", "/bookmarks/bulk", body))["bookmarks"]]
    refused = await stored.http.get(f"{stored.path}/bookmarks-summary")
    assert refused.status_code == 400
    assert "offset" in refused.json()["message"]

    async def summarised(**part: int) -> list[str]:
        return [
            one["bookmarkId"] for one in (await stored.get("/bookmarks-summary", **part))["bookmarksSummary"]
        ]

    assert await summarised(limit=20) == ids[:20]
    assert await summarised(limit=20, offset=20) == ids[20:]
    assert await summarised(offset=1) == ids[1:]
    assert await summarised(limit=0) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"description": "d", "beginTimeOffset": 1, "duration": 1}, "label: required"),
        ({"label": " ", "beginTimeOffset": 1, "duration": 1}, "label: must not be empty"),
        (
            {"label": "l", "description": "", "beginTimeOffset": 1, "duration": 1},
            '"description" is not allowed to be empty',
        ),
        ({"label": "l", "description": "d"}, "either beginTimeOffset and duration (seconds) or messageRefs"),
        ({"label": "l", "description": "d", "beginTimeOffset": 3}, "either beginTimeOffset and duration"),
        ({"label": "l", "beginTimeOffset": -1, "duration": 1}, "beginTimeOffset: "),
        ({"label": "l", "messageRefs": [{"id": "1"}]}, "messageRefs: the conversation has no message"),
        ({"label": "l", "messageRefs": "all"}, "messageRefs: must be a list"),
        ([], "must be a JSON object"),
    ],
)
async def test_bookmarks_that_make_no_sense(stored: Stored, body: Any, why: str) -> None:
    assert why in (await stored.send("POST", "/bookmarks", body, 400))["message"]


async def test_a_bookmark_marks_messages_that_follow_one_another(stored: Stored) -> None:
    ids = await stored.ids()
    body = {"label": "l", "messageRefs": [{"id": ids[0]}, {"id": ids[2]}]}
    assert "follow one another" in (await stored.send("POST", "/bookmarks", body, 400))["message"]
    whole = [{"label": "l", "beginTimeOffset": 1, "duration": 1}, body]
    await stored.send("POST", "/bookmarks/bulk", whole, 400)
    assert (await stored.get("/bookmarks"))["bookmarks"] == []
    assert len((await stored.send("POST", "/bookmarks/bulk", whole[:1]))["bookmarks"]) == 1


async def test_of_too_many_at_once_some_are_refused(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookmarks, "_MOST", 3)
    body = {"label": "Start", "beginTimeOffset": 0.5, "duration": 1}
    replies = await asyncio.gather(
        *(stored.http.post(f"{stored.path}/bookmarks/bulk", json=[body, body]) for _ in range(3))
    )
    assert sorted(reply.status_code for reply in replies) == [200, 400, 400]
    assert len((await stored.get("/bookmarks"))["bookmarks"]) == 2


async def test_a_bookmark_that_is_removed_at_once_does_not_come_back(stored: Stored) -> None:
    body = {"label": "Start", "beginTimeOffset": 0.5, "duration": 1}
    path = f"{stored.path}/bookmarks/{(await stored.send('POST', '/bookmarks', body))['id']}"
    removed, *changed = await asyncio.gather(
        stored.http.delete(path), *(stored.http.put(path, json=body) for _ in range(3))
    )
    assert removed.status_code == 200
    assert {reply.status_code for reply in changed} <= {200, 404}
    assert (await stored.get("/bookmarks"))["bookmarks"] == []
