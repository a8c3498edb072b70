"""The management of custom entities, over the application without a socket."""

from typing import Any

import httpx
import pytest

from earwitness.api.management.kept import with_kept
from earwitness.conversation.custom_entity import CustomEntity
from earwitness.conversation.wishes import wishes_of
from tests.support.pages import Site

CARS = {
    "type": "Vehicle",
    "subType": "TeslaModel",
    "category": "Custom",
    "values": ["Model X", "Model S"],
}
BOATS = {"type": "Vehicle", "subType": "Boat", "category": "Custom", "values": ["dinghy"]}


async def kept(client: httpx.AsyncClient, given: Any = CARS) -> dict[str, Any]:
    """Keep an entity."""
    reply = await client.post("/entity", json=given)
    assert reply.status_code == 200, reply.text
    entity: dict[str, Any] = reply.json()["entity"]
    return entity


async def test_an_entity_from_its_making_to_its_end(client: httpx.AsyncClient) -> None:
    entity = await kept(client)
    assert entity == {**CARS, "id": entity["id"]}
    for path in (f"/entity/{entity['id']}", f"/entities/{entity['id']}"):
        assert (await client.get(path)).json() == {**entity, "entity": entity}
    changed = await client.put(path, json={**entity, "values": ["Model 3", "Model 3", "Model Y"]})
    assert changed.json()["entity"] == {**entity, "values": ["Model 3", "Model Y"]}
    changed = await client.patch(path, json={"subType": "Tesla"})
    assert changed.json()["entity"] == {**entity, "subType": "Tesla", "values": ["Model 3", "Model Y"]}
    gone = await client.delete(path)
    assert gone.json() == {"id": entity["id"], "type": "entity", "deleted": True}
    for method in ("GET", "PUT", "DELETE"):
        reply = await client.request(method, path, json={"type": "Other"})
        assert (reply.status_code, list(reply.json())) == (404, ["message"])


async def test_several_at_once_by_type_and_subtype(client: httpx.AsyncClient) -> None:
    made = (await client.post("/entities/bulk", json=[CARS, BOATS])).json()["entities"]
    (other,) = (await client.post("/entities", json=[{**BOATS, "type": "Toy"}])).json()["entities"]
    assert (await client.get("/entities")).json() == {"entities": [*made, other]}
    assert (await client.get("/entity", params={"type": "Vehicle"})).json() == {"entities": made}
    boats = {"entities": [made[1], other]}
    assert (await client.get("/entities", params={"subType": "Boat"})).json() == boats
    assert (await client.delete("/entities")).status_code == 400
    gone = (await client.delete("/entities", params={"subType": "Boat"})).json()["entities"]
    assert [one["id"] for one in gone] == [made[1]["id"], other["id"]]
    assert (await client.get("/entities")).json() == {"entities": made[:1]}


async def test_a_subtype_that_is_taken_conflicts(client: httpx.AsyncClient) -> None:
    await kept(client)
    boats = await kept(client, BOATS)
    again = await client.post("/entities", json=[{**CARS, "type": "Toy"}, CARS])
    assert (again.status_code, "'TeslaModel' already" in again.json()["message"]) == (409, True)
    renamed = await client.put(f"/entity/{boats['id']}", json={"subType": "TeslaModel"})
    assert renamed.status_code == 409
    assert len((await client.get("/entities")).json()["entities"]) == 2


async def test_an_app_keeps_so_many_values(client: httpx.AsyncClient) -> None:
    many = [{**CARS, "subType": str(one), "values": [f"value {n}" for n in range(500)]} for one in range(21)]
    reply = await client.post("/entities", json=many)
    assert (reply.status_code, "10000 values" in reply.json()["message"]) == (409, True)
    assert (await client.post("/entities", json=many[:20])).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"type": "A", "values": ["a"]},
        {"subType": "A", "values": ["a"]},
        {"type": "A", "subType": "B", "values": []},
        {"type": "A", "subType": "B", "values": "a"},
        {"type": "A", "subType": "B", "values": [" "]},
        {"type": " ", "subType": "B", "values": ["a"]},
        {"type": "A", "subType": "B", "values": ["a"], "category": "Managed"},
        [],
        [1],
        7,
    ],
)
async def test_what_is_no_entity_is_refused(client: httpx.AsyncClient, wrong: Any) -> None:
    reply = await client.post("/entities", json=wrong)
    assert (reply.status_code, list(reply.json())) == (400, ["message"])


async def test_a_body_of_a_megabyte_is_too_long(client: httpx.AsyncClient) -> None:
    reply = await client.post("/entity", json={**CARS, "values": ["x" * 400] * 3000})
    assert reply.status_code == 413


async def test_entities_of_others_are_not_there(site: Site, client: httpx.AsyncClient) -> None:
    entity = await kept(client)
    client.headers["X-API-KEY"] = site.tokens.issue((await site.store.apps.create("another")).id)
    assert (await client.get(f"/entity/{entity['id']}")).status_code == 404
    assert (await client.get("/entities")).json() == {"entities": []}
    assert (await client.delete("/entities", params={"subType": "TeslaModel"})).json() == {"entities": []}


async def test_kept_entities_join_those_of_a_request(site: Site, client: httpx.AsyncClient) -> None:
    await kept(client)
    context = site.app.state.context

    async def terms(request: dict[str, Any]) -> tuple[CustomEntity, ...]:
        return wishes_of(await with_kept(request, site.app_id, context)).custom_entities

    x, s = (CustomEntity("Vehicle", value, value, "TeslaModel") for value in ("Model X", "Model S"))
    own = {"customType": "Plan", "text": "gold"}
    gold = CustomEntity("Plan", "gold", "gold")
    assert await terms({}) == ()
    assert await terms({"entities": [own]}) == (gold,)
    assert await terms({"detectEntities": "true"}) == (x, s)
    assert await terms({"detectEntities": True, "customEntities": [own]}) == (gold, x, s)
    assert await terms({"config": {"detectEntities": True, "entities": [own]}}) == (gold, x, s)
    assert await terms({"redaction": {"identifyContent": True}}) == (x, s)
