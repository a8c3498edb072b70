import pytest

from earwitness.calls.policy import DialPolicy
from earwitness.calls.seams import CallRefusedError

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
    policy.check_host("PBX.example.com")
    policy.check_host("10.0.0.7")
    policy.phone_uri("+14085551234")
    for refused in (lambda: policy.check_host("10.0.1.7"), lambda: policy.phone_uri("+8821612345")):
        with pytest.raises(CallRefusedError, match="EARWITNESS_DIAL_ALLOW") as raised:
            refused()
        assert raised.value.status == 403
