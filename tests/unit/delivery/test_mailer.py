"""What counts as an address."""

import pytest

from earwitness.delivery.mailer import is_address


@pytest.mark.parametrize(
    "text", ["ann@example.com", "a.b+c@example.co.uk", "ann@localhost", "jürgen@bücher.example"]
)
def test_addresses(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@b@example.com",
        "Ann <ann@example.com>",
        "ann@example.com, bob@example.com",
        "ann@example.com\r\nBcc: bob@example.com",
        "ann@example.com\n",
        "an n@example.com",
        "a" * 250 + "@example.com",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize("text", ["a..b@example.com", ".a@example.com", "a.@example.com", "a@example..com"])
def test_dots_stand_between_atoms(text: str) -> None:
    assert not is_address(text)
