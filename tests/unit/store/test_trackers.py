"""Trackers that apps keep."""

from typing import Any

import pytest
from sqlalchemy import Row

from earwitness.conversation.tracker import Tracker
from earwitness.store.seams import KeepingRefusedError
from earwitness.store.store import Store
from earwitness.store.trackers import SqlTrackers

PRICE = Tracker("1", "Price", ("how much", "what does it cost"))
CHURN = Tracker("2", "Churn", ("cancel",))


async def test_trackers_belong_to_their_app(store: Store) -> None:
    await store.trackers.add("mine", [PRICE, CHURN])
    await store.trackers.add("other", [Tracker("3", "Price", ("euro",))])

    assert await store.trackers.listing("mine") == [PRICE, CHURN]
    assert await store.trackers.listing("mine", name="Churn") == [CHURN]
    assert await store.trackers.listing("mine", name="churn") == []
    assert await store.trackers.find("mine", "1") == PRICE
    assert await store.trackers.find("other", "1") is None
    assert not await store.trackers.remove("other", "1")
    assert await store.trackers.remove("mine", "1")
    assert await store.trackers.listing("mine") == [CHURN]


async def test_a_name_is_taken_once(store: Store) -> None:
    await store.trackers.add("mine", [PRICE])
    twice = [Tracker("4", "New", ("new",)), Tracker("5", "Price", ("cost",))]
    with pytest.raises(KeepingRefusedError, match="'Price' already"):
        await store.trackers.add("mine", twice)
    with pytest.raises(KeepingRefusedError, match="'New' already"):
        await store.trackers.add("mine", [twice[0], Tracker("6", "New", ("new",))])
    assert await store.trackers.listing("mine") == [PRICE]
    await store.trackers.add("mine", [Tracker("7", "price", ("cost",))])


async def test_a_tracker_is_changed(store: Store) -> None:
    await store.trackers.add("mine", [PRICE, CHURN])
    changed = Tracker("1", "Cost", ("euro",))
    assert await store.trackers.change("mine", changed)
    assert await store.trackers.find("mine", "1") == changed
    assert not await store.trackers.change("other", changed)
    assert not await store.trackers.change("mine", Tracker("9", "Else", ("a",)))
    with pytest.raises(KeepingRefusedError, match="'Cost' already"):
        await store.trackers.change("mine", Tracker("2", "Cost", ("a",)))


async def test_an_app_keeps_only_so_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqlTrackers, "most", 2)
    await store.trackers.add("mine", [PRICE])
    with pytest.raises(KeepingRefusedError, match="2 trackers"):
        await store.trackers.add("mine", [CHURN, Tracker("3", "More", ("a",))])
    await store.trackers.add("mine", [CHURN])


async def test_what_an_app_keeps_already_is_not_read_to_keep_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    def thing(self: SqlTrackers, row: Row[Any]) -> Tracker:
        read.append(row)
        return of_row(self, row)

    of_row = SqlTrackers.thing
    monkeypatch.setattr(SqlTrackers, "thing", thing)
    await store.trackers.add("mine", [PRICE])
    await store.trackers.add("mine", [CHURN])
    await store.trackers.change("mine", Tracker("1", "Cost", ("euro",)))
    assert read == []
    assert len(await store.trackers.listing("mine")) == len(read) == 2


async def test_the_phrases_of_an_app_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("earwitness.store.trackers.MOST_CHARACTERS", 100)
    await store.trackers.add("mine", [PRICE])
    with pytest.raises(KeepingRefusedError, match="100 characters"):
        await store.trackers.add("mine", [Tracker("9", "Long", ("x" * 100,))])
    await store.trackers.add("other", [Tracker("9", "Long", ("x" * 60,))])
    assert [tracker.name for tracker in await store.trackers.listing("mine")] == ["Price"]
