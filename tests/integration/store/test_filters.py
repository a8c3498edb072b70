"""Filters find the same whether or not the database narrows them down, on SQLite and PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from earwitness.api.conversations.filtering import passes
from earwitness.api.conversations.narrowing import narrowed
from earwitness.api.conversations.rsql import Comparison, parse
from earwitness.conversation.events import Body, Closed, MetadataChanged, Opened
from earwitness.store.seams import Draft, Findable, Narrowing
from earwitness.store.store import Store

ZERO = datetime(2025, 3, 5, 12, tzinfo=UTC)
NAMES = ("Stand-up", "stand-up", "Stand_up 2", "100% of it", "7", "7.0", 'Größe \\ "x"', "true")
VALUES: tuple[Any, ...] = (
    "johndoe",
    "JohnDoe",
    'a "quoted" \\ one/two',
    "Größe\n",
    "9",
    9,
    9.0,
    True,
    "true",
    None,
    ["johndoe"],
    {"agentId": "nested"},
    "50%_",
)
FILTERS = (
    "metadata.agentId==johndoe",
    "metadata.agentId=='a \"quoted\" \\\\ one/two'",
    "metadata.agentId=in=('Größe\n',JohnDoe,nobody)",
    "metadata.agentId==9",
    "metadata.agentId==true",
    "metadata.agentId==nested",
    "metadata.agentId=='50%_'",
    "metadata.agentId==john*",
    "metadata.agentId=='None'",
    "metadata.agentId!=johndoe",
    "name==Stand-up",
    "name==Stand*",
    "name=='Stand_up*'",
    "name=='100% of*'",
    "name==7",
    "name=in=('stand-up','Größe \\\\ \"x\"')",
    "type==meeting",
    "id=in=(1000000000000003,1000000000000005)",
    "id==1e15",
    "startTime>2025-03-05T14:00:00Z;startTime<=2025-03-05T16:00:00Z",
    "startTime==2025-03-05T17:00:00+02:00",
    "endTime<2025-03-05T14:30:00",
    "endTime>2025",
)


@pytest.fixture
async def filled(store: Store) -> Store:
    for number, value in enumerate(VALUES):
        started_at = ZERO + timedelta(hours=number)
        bodies: list[Body] = [
            Opened("app", NAMES[number % len(NAMES)], started_at),
            MetadataChanged({"agentId": value}),
        ]
        if number % 2:
            bodies.append(Closed(started_at + timedelta(minutes=30)))
        await store.log.append(str(10**15 + number), [Draft(body) for body in bodies], epoch=1)
    return store


async def found(
    store: Store, comparisons: Sequence[Comparison], narrowings: Sequence[Narrowing]
) -> tuple[list[str], int]:
    """Return the ids of what a filter finds, and how many conversations were looked at."""
    seen: list[str] = []

    def where(one: Findable) -> bool:
        seen.append(one.id)
        return passes(one, comparisons)

    heads = await store.conversations.listing("app", limit=50, where=where, narrowed=narrowings)
    return [head.record.id for head in heads], len(seen)


async def test_what_is_narrowed_down_is_what_passes(filled: Store) -> None:
    for text in FILTERS:
        comparisons = parse(text)
        ids, looked_at = await found(filled, comparisons, ())
        assert looked_at == len(VALUES)
        narrowings = narrowed(comparisons)
        ids_of_few, looked_at = await found(filled, comparisons, narrowings)
        assert ids_of_few == ids, text
        assert looked_at <= (len(ids) + 2 if narrowings else len(VALUES)), text
