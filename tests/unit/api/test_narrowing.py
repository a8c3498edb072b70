"""What of a filter is left to the database."""

from datetime import UTC, datetime

import pytest

from earwitness.api.conversations.narrowing import narrowed
from earwitness.api.conversations.rsql import parse
from earwitness.store.seams import Narrowing

MARCH = datetime(2025, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metadata.agentId==johndoe", Narrowing("metadata", "in", ("johndoe",), "agentId")),
        ("agentId=in=(johndoe,'old')", Narrowing("metadata", "in", ("johndoe", "old"), "agentId")),
        ("metadata.name==x", Narrowing("metadata", "in", ("x",), "name")),
        ("conversation.name=='Stand-up'", Narrowing("name", "in", ("Stand-up",))),
        ("name==Stand*up*", Narrowing("name", "begins", ("Stand",))),
        ("type==meeting", Narrowing("kind", "in", ("meeting",))),
        ("id=in=(1234567890123456,5)", Narrowing("id", "in", ("1234567890123456", "5"))),
        ("startTime>=2025-03-05T13:00:00+01:00", Narrowing("started_at", ">=", (MARCH,))),
        ("endDate<2025-03-05T12:00:00Z", Narrowing("ended_at", "<", (MARCH,))),
        ("endTime==2025-03-05T12:00:00", Narrowing("ended_at", "in", (MARCH,))),
    ],
)
def test_what_is_the_same_in_sql_is_said_there(text: str, expected: Narrowing) -> None:
    assert narrowed(parse(text)) == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "metadata.rank==9",
        "metadata.rank==1e3",
        "metadata.is_new==True",
        "metadata.tags=='[1]'",
        "metadata.agentId==john*",
        "metadata.agentId!=johndoe",
        "metadata.agentId=out=(johndoe,b)",
        "metadata.rank=gt=9",
        "metadata.agentId==''",
        "name==7",
        "name==*up",
        "name=in=(Stand*,b)",
        "name<Stand",
        "id==1e15",
        "id==0123",
        "startTime==soon",
        "startTime!=2025-03-05T12:00:00Z",
        "startTime>2025-03*",
        "name=='\0'",
        "agentId=in=(" + ",".join("a" * 60) + ")",
    ],
)
def test_what_may_be_another_in_sql_is_not(text: str) -> None:
    assert narrowed(parse(text)) == ()


def test_each_comparison_narrows_by_itself() -> None:
    found = narrowed(parse("metadata.agentId==johndoe;name!=x;startTime>2025-03-05T12:00:00Z"))
    assert [one.field for one in found] == ["metadata", "started_at"]
