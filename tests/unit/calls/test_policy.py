import pytest

from earwitness.calls.policy import DialPolicy
from earwitness.calls.seams import CallRefusedError
from earwitness.sip.events import Credentials
from earwitness.sip.uri import read_uri

TRUNK = "sip:{number}@trunk.example;user=phone"


def test_a_number_goes_through_the_trunk() -> None:
    assert (
        DialPolicy(trunk=TRUNK).phone_uri("+1 (408) 555-1234") == "sip:+14085551234@trunk.example;user=phone"
    )


@pytest.mark.parametrize(
    "number", ["", "12", "1234567890123456", "14085551234@evil.example", "1;x=y", "١٢٣٤"]
)
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(CallRefusedError) as refused:
        DialPolicy(trunk=TRUNK).phone_uri(number)
    assert refused.value.status == 400


def test_without_a_trunk_the_error_says_how_to_set_one() -> None:
    with pytest.raises(CallRefusedError, match="EARWITNESS_TRUNK") as refused:
        DialPolicy().phone_uri("14085551234")
    assert refused.value.status == 400


def test_only_allowed_places_are_called() -> None:
    policy = DialPolicy(("*.example.com", "10.0.0.*", "+1*"), TRUNK)
    policy.check_uri(read_uri("sip:a@PBX.example.com"))
    policy.check_uri(read_uri("sip:10.0.0.7;maddr=10.0.0.8"))
    policy.phone_uri("+14085551234")
    for refused in (
        lambda: policy.check_uri(read_uri("sip:a@10.0.1.7")),
        lambda: policy.check_uri(read_uri("sip:a@pbx.example.com;maddr=203.0.113.66")),
        lambda: policy.phone_uri("+8821612345"),
    ):
        with pytest.raises(CallRefusedError, match="EARWITNESS_DIAL_ALLOW") as raised:
            refused()
        assert raised.value.status == 403


@pytest.mark.parametrize(
    ("uri", "allowed"),
    [
        ("sip:bob@pbx.example.com", True),
        ("sip:+14085551234@trunk.example", True),
        ("sip:+1-408-555-1234@TRUNK.example:5080", True),
        ("sip:+8821612345@trunk.example", False),
        ("sip:bob@trunk.example", False),
        ("sip:+14085551234@203.0.113.66", False),
        ("sip:+14085551234@trunk.example;maddr=203.0.113.66", False),
        ("sip:bob@pbx.example.com;maddr=203.0.113.66", False),
    ],
)
def test_redirections_are_held_to_what_may_be_called(uri: str, allowed: bool) -> None:
    assert DialPolicy(("*.example.com", "+1*"), TRUNK).may_follow(read_uri(uri)) is allowed


@pytest.mark.parametrize(
    ("trunk", "proxied", "uri", "told"),
    [
        (TRUNK, False, "sip:1@trunk.example", True),
        (TRUNK, False, "sip:1@pbx.example", False),
        (TRUNK, False, "sip:1@trunk.example;maddr=203.0.113.66", False),
        (TRUNK, True, "sip:1@pbx.example", True),
        (None, False, "sip:1@pbx.example", True),
        ("sip:{number}@not a host", False, "sip:1@pbx.example", False),
    ],
)
def test_the_servers_password_is_for_the_trunk_where_there_is_one(
    trunk: str | None, proxied: bool, uri: str, told: bool
) -> None:
    credentials = Credentials("trunkuser", "trunkpw")
    policy = DialPolicy(trunk=trunk, credentials=credentials, proxied=proxied)
    assert policy.credentials_for(read_uri(uri)) == (credentials if told else None)
