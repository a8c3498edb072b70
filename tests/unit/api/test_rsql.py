import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.api.conversations.filtering import passes
from earwitness.api.conversations.rsql import LONGEST, Comparison, parse
from earwitness.store.seams import Findable

RECORD = Findable(
    "1234567890123456",
    "Weekly stand-up",
    "meeting",
    datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    metadata={"agentId": "johndoe", "rank": 10, "isKey": True, "place": "Room 9", "none": None},
)


@pytest.mark.parametrize(
    ("text", "comparisons"),
    [
        ("a==b", [Comparison("a", "==", ("b",))]),
        (
            "metadata.a-b_c != 'it\\'s' ; conversation.name==\"x;y\"",
            [
                Comparison("metadata.a-b_c", "!=", ("it's",)),
                Comparison("conversation.name", "==", ("x;y",)),
            ],
        ),
        (
            "rank=ge=3 and rank<=9 and x=in=(a, 'b c',d)",
            [
                Comparison("rank", ">=", ("3",)),
                Comparison("rank", "<=", ("9",)),
                Comparison("x", "in", ("a", "b c", "d")),
            ],
        ),
        ("name==Weekly stand-up", [Comparison("name", "==", ("Weekly stand-up",))]),
    ],
)
def test_filters_are_read(text: str, comparisons: list[Comparison]) -> None:
    assert list(parse(text)) == comparisons


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a", "at 'a'"),
        ("a==", "at its end"),
        ("==b", "at '==b'"),
        ("a==b;", "at its end"),
        ("a==b,c==d", "or"),
        ("a==b or c==d", "or"),
        ("a=in=b", "at 'b'"),
        ("a=in=(b", "at its end"),
        ("a=like=b", "at 'a=like=b'"),
        ("(a==b)", "at '(a==b)'"),
        ("a==b)", "at ')'"),
        ("a=='b", 'at "\'b"'),
        ("x" * (LONGEST + 1), "characters"),
    ],
)
def test_what_is_no_filter_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".*") as refused:
        parse(text)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("metadata.agentId==johndoe", True),
        ("agentId==johndoe", True),
        ("conversation.metadata.agentId==johndoe", True),
        ("agentId==john*", True),
        ("agentId==JOHNDOE", False),
        ("agentId!=johndoe", False),
        ("missing==x", False),
        ("missing!=x", True),
        ("none==None", False),
        ("missing=lt=9", False),
        ("rank==10.0", True),
        ("rank=gt=9", True),
        ("rank=lt=9", False),
        ("isKey==True", True),
        ("place=in=('Room 8','Room 9')", True),
        ("place=out=('Room 8','Room 9')", False),
        ("name==*stand-up", True),
        ("type==meeting", True),
        ("conversation.startTime=ge=2026-11-22T09:00:00Z", True),
        ("conversation.startTime=gt=2026-11-22T10:00:00+01:00", False),
        ("startTime=lt=2026-11-23", True),
        ("endTime=gt=2026-11-23", False),
        ("startTime=gt=soon", False),
    ],
)
def test_conversations_pass_or_do_not(text: str, is_so: bool) -> None:
    assert passes(RECORD, parse(text)) is is_so


@given(st.text("ab", max_size=8), st.text("ab*", min_size=1, max_size=6))
def test_a_star_stands_for_anything(text: str, pattern: str) -> None:
    expected = re.fullmatch(pattern.replace("*", "[ab]*"), text) is not None
    assert passes(replace(RECORD, name=text), [Comparison("name", "==", (pattern,))]) is expected


def test_many_stars_are_no_work() -> None:
    """Tried in every way, these would take longer than anybody lives."""
    record = replace(RECORD, name="a" * 1000)
    assert not passes(record, parse("name==" + "*a" * 900 + "*b"))
    assert passes(record, parse("name==" + "*a" * 900 + "*"))


@given(st.text(alphabet="ab.=!<>;,()'\"\\* in", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        comparisons = parse(text)
    except ValueError:
        return
    assert isinstance(passes(RECORD, comparisons), bool)
