"""How a server is asked, and what its answers are read as."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from earwitness.insights.language_model.answers import WholeAnswer, WindowAnswer, read_answer, schema_of
from earwitness.insights.language_model.chat import retry_after_s
from earwitness.insights.language_model.dialect import Dialect
from earwitness.insights.language_model.limits import (
    LimitError,
    ModelError,
    ModelServer,
    ReadingLimits,
    Spending,
    estimate_tokens,
)

TURNS = [{"role": "system", "content": "Do it."}, {"role": "user", "content": "Here."}]


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1/chat/completions"),
        ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1/chat/completions"),
        ("https://host.example/openai/v1beta", "https://host.example/openai/v1beta/chat/completions"),
    ],
)
def test_the_base_may_be_a_host_alone(base: str, url: str) -> None:
    assert ModelServer(base, "m").url == url


@pytest.mark.parametrize("form", [WindowAnswer, WholeAnswer])
def test_schemas_are_strict(form: type[WindowAnswer | WholeAnswer]) -> None:
    schema = schema_of(form)
    for described in (schema, *schema["$defs"].values()):
        assert described["additionalProperties"] is False
        assert sorted(described["required"]) == sorted(described["properties"])
    assert "default" not in json.dumps(schema)


def test_a_schema_goes_into_the_prompt_where_the_server_takes_none() -> None:
    schema = schema_of(WholeAnswer)
    body = Dialect().body("m", TURNS, "WholeAnswer", schema, 100)
    assert body["response_format"]["json_schema"]["schema"] == schema
    assert (body["max_tokens"], body["temperature"]) == (100, 0)
    plain = Dialect(schema=False).body("m", TURNS, "WholeAnswer", schema, 100)
    assert plain["response_format"] == {"type": "json_object"}
    assert json.dumps(schema) in plain["messages"][0]["content"]


@pytest.mark.parametrize(
    ("status", "told", "after"),
    [
        (400, "response_format json_schema is not supported", Dialect(schema=False)),
        (422, "unprocessable", Dialect(schema=False)),
        (
            400,
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.",
            Dialect(limit="max_completion_tokens"),
        ),
        (400, "Unsupported value: 'temperature' does not support 0", Dialect(temperature=False)),
        (500, "the model crashed", None),
        (404, "model not found", None),
        (401, "schema", None),
    ],
)
def test_a_refusal_leads_to_another_way_of_asking(status: int, told: str, after: Dialect | None) -> None:
    assert Dialect().after(status, told) == after


def test_nothing_is_left_to_try() -> None:
    assert Dialect(schema=False).after(400, "too long") is None


EMPTY = '{"questions": [], "actions": [], "topics": [], "points": [], "notes": []}'


@pytest.mark.parametrize("text", [EMPTY, f"<think>{{}}</think>\n{EMPTY}", f"Sure:\n```json\n{EMPTY}\n```"])
def test_thoughts_and_fences_are_passed_over(text: str) -> None:
    assert read_answer(text, WindowAnswer).points == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"questions": []}', EMPTY.replace("[]", "3", 1)])
def test_what_is_not_in_the_form_is_an_error(text: str) -> None:
    with pytest.raises(ModelError):
        read_answer(text, WindowAnswer)


def test_fields_that_nobody_asked_for_are_not_read() -> None:
    answer = read_answer(EMPTY[:-1] + ', "recipients": ["mallory@example.net"]}', WindowAnswer)
    assert "recipients" not in answer.model_dump()


def test_a_request_is_only_made_when_the_most_it_can_cost_is_left() -> None:
    spending = Spending(ReadingLimits(time_s=10, tokens=1_000, answer_tokens=400), now=5.0)
    first = spending.reserve("x" * 300)
    assert first == 500
    second = spending.reserve("x" * 300)
    with pytest.raises(LimitError, match="1000 tokens"):
        spending.reserve("")
    spending.settle(first, 150)
    spending.settle(second, 150)
    assert spending.spent == 300
    spending.reserve("x" * 900)
    assert spending.left_s(14.0) == 1.0
    with pytest.raises(LimitError, match="10 s"):
        spending.left_s(15.0)
    spending.stop("the key is wrong")
    with pytest.raises(ModelError, match="the key is wrong"):
        spending.reserve("")


def test_the_time_to_wait_is_seconds_or_a_date() -> None:
    assert retry_after_s("2.5") == 2.5
    assert retry_after_s(None) == retry_after_s("soon") == retry_after_s("-3") == 0.0
    assert retry_after_s("Fri, 31 Dec 9999 23:59:59 -1200") == 0.0
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 25.0 < retry_after_s(soon) <= 30.0
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


def test_scripts_of_more_octets_are_more_tokens() -> None:
    assert estimate_tokens("abcdef") == 2
    assert estimate_tokens("传感器") == 3
