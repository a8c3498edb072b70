from typing import Any

import pytest

from earwitness.api.errors import ApiError
from earwitness.api.requests.job_options import from_query, options_of
from earwitness.api.requests.redaction_option import with_redaction
from earwitness.insights.entities.redaction import Redaction, redaction_of

UNDERSTOOD: list[tuple[object, object]] = [
    (True, Redaction()),
    (" True ", Redaction()),
    (1, Redaction()),
    (False, None),
    ("FALSE", None),
    (None, None),
    ({}, None),
    ({"redactContent": True}, Redaction()),
    ({"redactContent": "TRUE", "identifyContent": "false"}, Redaction()),
    ({"redactContent": 1, "redactionString": None}, Redaction()),
    ({"identifyContent": True}, None),
    ({"redactContent": True, "redactionString": "***"}, Redaction(string="***")),
    ({"redactContent": True, "exclude": ["AGE", "NOPE"]}, Redaction(Redaction().kinds - {"age"})),
    ({"redactContent": True, "exclude": '["AGE"]'}, Redaction(Redaction().kinds - {"age"})),
]
NOT_UNDERSTOOD: list[tuple[object, str]] = [
    ("yes please", ': must be true, false, or an object such as {"redactContent": true}'),
    ("", ": must be true, false"),
    (2, ": must be true, false"),
    (["true"], ": must be true, false"),
    ({"redactcontent": True}, ": there is no 'redactcontent'; there is redactContent, identifyContent, "),
    ({"redactContent": True, "x" * 999: 1}, f": there is no '{'x' * 40}'; "),
    ({"redactContent": "yes"}, ".redactContent: must be true or false"),
    ({"redactContent": True, "identifyContent": []}, ".identifyContent: must be true or false"),
    ({"redactContent": True, "redactionString": 5}, ".redactionString: must be a string"),
    ({"redactContent": True, "exclude": [5]}, '.exclude: must be a list of kinds such as ["PERSON_NAME"]'),
    ({"redactContent": True, "exclude": {"AGE": True}}, ".exclude: must be a list"),
]


@pytest.mark.parametrize(("said", "redaction"), UNDERSTOOD)
def test_what_is_understood(said: object, redaction: object) -> None:
    assert redaction_of(with_redaction({"redaction": said})) == redaction
    assert redaction_of(with_redaction({"config": {"redaction": said}})) == redaction
    assert redaction_of(options_of({"redaction": said}).of_conversation) == redaction


@pytest.mark.parametrize(("said", "why"), NOT_UNDERSTOOD)
def test_what_is_not_understood_is_refused(said: object, why: str) -> None:
    for given, where in (
        ({"redaction": said}, "redaction"),
        ({"config": {"redaction": said}}, "config.redaction"),
    ):
        with pytest.raises(ValueError) as refused:
            with_redaction(given)
        assert str(refused.value).startswith(where + why)
        with pytest.raises(ApiError, match=r"^(config\.)?redaction"):
            options_of(given)


@pytest.mark.parametrize(
    ("pairs", "is_on"),
    [
        ([("redaction", "true")], True),
        ([("redaction", "True")], True),
        ([("redaction", '{"redactContent": true}')], True),
        ([("redaction[redactContent]", "true"), ("redaction[exclude][0]", "AGE")], True),
        ([("redaction", "null")], False),
        ([], False),
    ],
)
def test_in_a_query(pairs: list[tuple[str, str]], is_on: bool) -> None:
    assert (redaction_of(options_of(from_query(pairs)).of_conversation) is not None) is is_on


@pytest.mark.parametrize(
    "pairs",
    [
        [("redaction", "yes please")],
        [("redaction", "{'redactContent': True}")],
        [("redaction", "")],
        [("redaction[redactcontent]", "true")],
    ],
)
def test_in_a_query_too_it_is_refused(pairs: list[tuple[str, Any]]) -> None:
    with pytest.raises(ApiError, match=r"^redaction: ") as refused:
        options_of(from_query(pairs))
    assert refused.value.status == 400
