"""The management of trackers, over the application without a socket."""

from typing import Any

import httpx
import pytest

from earwitness.api.management.kept_trackers import with_kept_trackers
from tests.support.pages import Site

PROMOTION = {"name": "Promotion Mention", "vocabulary": ["We have a sale right now", "special promotion"]}
VOICEMAIL = {"name": "Voice Message", "vocabulary": ["At the tone please record"]}


async def kept(client: httpx.AsyncClient, given: Any = PROMOTION) -> dict[str, Any]:
    """Keep a tracker."""
    reply = await client.post("/tracker", json=given)
    assert reply.status_code == 200
    tracker: dict[str, Any] = reply.json()["tracker"]
    return tracker


async def test_a_tracker_from_its_making_to_its_end(client: httpx.AsyncClient) -> None:
    tracker = await kept(client)
    assert tracker == {**PROMOTION, "id": tracker["id"]}
    path = f"/tracker/{tracker['id']}"
    assert (await client.get(path)).json() == {"tracker": tracker}
    changed = await client.put(path, json={**tracker, "vocabulary": ["flash sale", "flash sale"]})
    assert changed.json() == {"tracker": {**tracker, "vocabulary": ["flash sale"]}}
    gone = await client.delete(path)
    assert gone.json() == {"id": tracker["id"], "type": "tracker", "deleted": True}
    for method in ("GET", "PUT", "DELETE"):
        reply = await client.request(method, path, json={"name": "Other"})
        assert (reply.status_code, list(reply.json())) == (404, ["message"])


async def test_several_at_once_and_by_name(client: httpx.AsyncClient) -> None:
    made = (await client.post("/trackers", json=[PROMOTION, VOICEMAIL])).json()["trackers"]
    assert [one["name"] for one in made] == ["Promotion Mention", "Voice Message"]
    assert (await client.get("/trackers")).json() == {"trackers": made}
    found = await client.get("/trackers", params={"name": "Voice Message"})
    assert found.json() == {"trackers": made[1:]}
    assert (await client.get("/tracker", params={"name": "voice message"})).json() == {"trackers": []}


async def test_a_name_that_is_taken_conflicts(client: httpx.AsyncClient) -> None:
    tracker = await kept(client)
    other = await kept(client, VOICEMAIL)
    again = await client.post("/trackers", json=[{**VOICEMAIL, "name": "New"}, PROMOTION])
    assert (again.status_code, "already" in again.json()["message"]) == (409, True)
    renamed = await client.put(f"/tracker/{other['id']}", json={"name": tracker["name"]})
    assert renamed.status_code == 409
    assert len((await client.get("/trackers")).json()["trackers"]) == 2


async def test_a_json_patch(client: httpx.AsyncClient) -> None:
    path = f"/trackers/{(await kept(client))['id']}"
    operations = [
        {"op": "replace", "path": "/name", "value": "Sale"},
        {"op": "add", "path": "/vocabulary/-", "value": "last"},
        {"op": "add", "path": "/vocabulary/0", "value": "first"},
        {"op": "remove", "path": "/vocabulary/1"},
        {"op": "test", "path": "/vocabulary/1", "value": "special promotion"},
    ]
    changed = (await client.patch(path, json=operations)).json()["tracker"]
    assert (changed["name"], changed["vocabulary"]) == ("Sale", ["first", "special promotion", "last"])
    for wrong in (
        {"op": "remove", "path": "/name"},
        {"op": "test", "path": "/name", "value": "Price"},
        {"op": "replace", "path": "/vocabulary/9", "value": "x"},
        {"op": "add", "path": "/id", "value": "1"},
        {"op": "move", "path": "/vocabulary/0", "from": "/vocabulary/1"},
        {"path": "/name"},
        {"op": "add", "path": "/vocabulary/0/0", "value": "x"},
        {"op": "add", "path": "/name/0", "value": "x"},
        {"op": "test", "path": "/name/0", "value": "S"},
        {"op": "remove", "path": "/name/-"},
        {"op": "replace", "path": "/name", "value": ["Sale"]},
        {"op": "replace", "path": "/vocabulary", "value": "x"},
        {"op": "add", "path": "/vocabulary", "value": 1},
        {"op": "add", "path": 7},
        7,
    ):
        reply = await client.put(path, json=[wrong])
        assert (reply.status_code, "Operation 0" in reply.json()["message"]) == (400, True), wrong
    for refused in (
        [{"op": "replace", "path": "/vocabulary", "value": [1]}],
        [
            {"op": "replace", "path": "/vocabulary", "value": "x"},
            {"op": "add", "path": "/vocabulary/-", "value": "y"},
        ],
    ):
        assert (await client.put(path, json=refused)).status_code == 400
    assert (await client.get(path)).json()["tracker"] == changed


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": "A"},
        {"name": "", "vocabulary": ["a"]},
        {"name": "A", "vocabulary": []},
        {"name": "A", "vocabulary": "a"},
        {"name": "A", "vocabulary": [" "]},
        {"name": "A", "vocabulary": [1]},
        {"name": None, "vocabulary": None},
        [],
        [1],
        7,
    ],
)
async def test_what_is_no_tracker_is_refused(client: httpx.AsyncClient, wrong: Any) -> None:
    reply = await client.post("/trackers", json=wrong)
    assert (reply.status_code, list(reply.json())) == (400, ["message"])


async def test_a_body_of_a_megabyte_is_too_long(client: httpx.AsyncClient) -> None:
    long = {"name": "A", "vocabulary": ["x" * 400] * 300}
    assert (await client.post("/tracker", json=long)).status_code == 200
    reply = await client.post("/tracker", json={"name": "B", "vocabulary": ["x" * 400] * 3000})
    assert reply.status_code == 413


async def test_trackers_of_others_are_not_there(site: Site, client: httpx.AsyncClient) -> None:
    tracker = await kept(client)
    client.headers["X-API-KEY"] = site.tokens.issue((await site.store.apps.create("another")).id)
    assert (await client.get(f"/tracker/{tracker['id']}")).status_code == 404
    assert (await client.get("/trackers")).json() == {"trackers": []}
    client.headers["X-API-KEY"] = "wrong"
    assert (await client.get("/trackers")).status_code == 401


async def test_kept_trackers_join_those_of_a_request(site: Site, client: httpx.AsyncClient) -> None:
    promotion = await kept(client)
    voicemail = await kept(client, VOICEMAIL)
    context = site.app.state.context

    async def names(request: dict[str, Any], *, always: bool = False) -> list[Any]:
        spelled = await with_kept_trackers(request, site.app_id, context, unless_refused=always)
        return [one.get("name") for one in spelled.get("trackers", [])]

    every = [promotion["name"], voicemail["name"]]
    assert await names({}) == []
    assert await names({}, always=True) == every
    assert await names({"enableAllTrackers": False}, always=True) == []
    assert await names({"enableAllTrackers": "true"}) == every
    assert await names({"config": {"trackers": {"enableAllTrackers": True}}}) == every
    own = [{"name": "Voice Message", "vocabulary": ["beep"]}]
    assert await names({"trackers": own, "enableAllTrackers": True}) == ["Voice Message", every[0]]
    assert await names({"trackers": [{"id": voicemail["id"]}]}) == ["Voice Message"]
    assert await names({"trackers": [{"id": "7"}]}) == [None]
