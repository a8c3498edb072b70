"""Header field values, well and badly written."""

import pytest

from earwitness.sip.fields import (
    NameAddress,
    first_of_list,
    quoted,
    read_address,
    read_addresses,
    read_cseq,
    read_parameters,
    read_seconds,
    read_tokens,
    read_via,
    readable,
    split_list,
    unquoted,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<sip:a@b>;tag=1", NameAddress("sip:a@b", "", {"tag": "1"})),
        ("sip:a@b;tag=1", NameAddress("sip:a@b", "", {"tag": "1"})),
        ('"A, \\"B\\" <x>" <sip:a@b;x=y>;TAG=1;lr',
         NameAddress("sip:a@b;x=y", 'A, "B" <x>', {"tag": "1", "lr": None})),
        ("Bell, Alexander < sip:a@b >", NameAddress("sip:a@b", "Bell, Alexander", {})),
        ("caller<sip:a@b> ; tag = 1 ; x=\"y;z\"", NameAddress("sip:a@b", "caller", {"tag": "1", "x": "y;z"})),
        ("tel:+1-555", NameAddress("tel:+1-555", "", {})),
        ("*", NameAddress("*", "", {})),
    ],
)  # fmt: skip
def test_addresses(value: str, expected: NameAddress) -> None:
    assert read_address(value) == expected


@pytest.mark.parametrize("value", ["", '"A <sip:a@b>', "<sip:a@b", "<>", "A B", ";tag=1"])
def test_addresses_without_a_meaning(value: str) -> None:
    with pytest.raises(ValueError):
        read_address(value)
    assert read_addresses([value, "<sip:c@d>"])[-1].uri == "sip:c@d"


def test_lists_are_split_outside_quotes_and_brackets() -> None:
    assert split_list('"a, b" <sip:c,d@e>;x="1,\\"2", <f>,, g') == [
        '"a, b" <sip:c,d@e>;x="1,\\"2"',
        "<f>",
        "g",
    ]
    assert split_list(" ") == []
    assert read_tokens(["100rel, Timer", "x"]) == ["100rel", "timer", "x"]


def test_the_first_of_a_list_is_found_without_reading_on() -> None:
    assert first_of_list(' ,\t"a, b" <c,d>;x, e,, f') == ('"a, b" <c,d>;x', "e,, f")
    assert first_of_list("a") == ("a", "")
    assert first_of_list(" , ") == ("", "")
    assert first_of_list("a" + "," * 30) == ("a", "")


def test_a_flood_of_parameters_is_not_read() -> None:
    assert list(read_parameters(";tag=1" + "".join(f";p{n}" for n in range(10_000))))[-1] == "p62"


@pytest.mark.parametrize(
    ("value", "transport", "host", "port", "parameters"),
    [
        ("SIP/2.0/UDP h;branch=1;rport", "UDP", "h", None, {"branch": "1", "rport": None}),
        ("SIP / 2.0 / tcp  my_pbx : 5070 ; Branch = 1", "TCP", "my_pbx", 5070, {"branch": "1"}),
        ("SIP/2.0/TLS [2001:db8::1]:5061", "TLS", "2001:db8::1", 5061, {}),
        ("SIP/2.0/UDP 192.0.2.1;;,;,,;self=1", "UDP", "192.0.2.1", None, {}),
    ],
)
def test_via(
    value: str, transport: str, host: str, port: int | None, parameters: dict[str, str | None]
) -> None:
    via = read_via(value)
    assert (via.transport, via.host, via.port) == (transport, host, port)
    assert dict(via.parameters) == parameters


@pytest.mark.parametrize(
    "value", ["", "SIP/2.0/UDP", "SIP/1.0/UDP h", "SIP/2.0/UDP h:0", "SIP/2.0/UDP h:70000", "x"]
)
def test_via_without_a_meaning(value: str) -> None:
    with pytest.raises(ValueError):
        read_via(value)


def test_cseq() -> None:
    assert read_cseq(" 0009   INVITE ").sequence == 9
    for value in ("INVITE", "1", "-1 INVITE", "2147483648 INVITE", "1 INVITE x"):
        with pytest.raises(ValueError):
            read_cseq(value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 5 (lunch);duration=3", 5),
        ("9" * 39, 2**32 - 1),
        ("x", None),
        ("", None),
        (None, None),
    ],
)
def test_seconds(value: str | None, seconds: int | None) -> None:
    assert read_seconds(value) == seconds


def test_parameters_and_quotes() -> None:
    assert read_parameters(';a;B="x\\"y" ; c = d;a=2;;') == {"a": "2", "b": 'x"y', "c": "d"}
    assert unquoted(quoted('a"b\\c')) == 'a"b\\c'
    assert unquoted(" plain ") == "plain"


def test_text_for_people() -> None:
    assert readable(b"Gr\xc3\xbc\xc3\x9fe".decode()) == "Grüße"
    assert readable(b"Gr\xfc\xdfe".decode("utf-8", "surrogateescape")) == "Grüße"
