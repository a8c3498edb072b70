"""What counts as an address."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.delivery.mailer import envelope_address, is_address, needs_utf8


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
        "a" * 65 + "@example.com",
        "ann@ex!ample.com",
        "ann@-example.com",
        "ann@" + "a" * 64 + ".com",
        "ann@müller..example",
        "ann@müller!.example",
        "ann@-müller.example",
        "ann@" + "ü" * 60 + ".example",
        "jörg" * 16 + "@example.com",
        "an\u200bn@example.com",
        "ann@exam\ud800ple.com",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize("text", ["a..b@example.com", ".a@example.com", "a.@example.com", "a@example..com"])
def test_dots_stand_between_atoms(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("joerg@Müller.example", "joerg@xn--mller-kva.example"),
        ("a@例え。テスト", "a@xn--r8jz45g.xn--zckzah"),
        ("jürgen@example.com", "jürgen@example.com"),
        ("Ann.O'Neil+calls@Example.COM", "Ann.O'Neil+calls@Example.COM"),
        ("ann@[192.0.2.1]", "ann@[192.0.2.1]"),
    ],
)
def test_domains_are_written_in_ascii(text: str, address: str) -> None:
    assert envelope_address(text) == address
    assert needs_utf8(address) == ("jürgen" in text)


@given(st.builds("{}@{}".format, st.text(max_size=20), st.text(max_size=20) | st.just("müller.example")))
def test_what_is_taken_can_be_written_into_a_header(text: str) -> None:
    if (address := envelope_address(text)) is not None:
        local_part, _, domain = address.rpartition("@")
        assert domain.isascii()
        assert envelope_address(address) == address
        message = EmailMessage(policy=SMTP)
        message["To"] = [Address("", local_part, domain), Address("Ann", "ann", "example.com")]
        assert len(message["To"].addresses) == 2
        assert message.as_bytes(policy=SMTPUTF8).count(b"@") == 2
