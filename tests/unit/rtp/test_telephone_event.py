import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.rtp.telephone_event import Dialer, EventPacket, KeyListener, TelephoneEvent


def _steps(dial_string: str, clock_rate_hz: int = 8_000, ptime_ms: int = 20) -> list[EventPacket | None]:
    dialer = Dialer(clock_rate_hz, ptime_ms)
    dialer.dial(dial_string)
    steps = []
    while dialer.dialing:
        steps.append(dialer.step())
    return steps


@given(
    st.builds(TelephoneEvent, st.integers(0, 255), st.booleans(), st.integers(0, 63), st.integers(0, 65535))
)
def test_parse_is_the_inverse_of_bytes(event: TelephoneEvent) -> None:
    assert TelephoneEvent.parse(bytes(event)) == event


def test_a_digit_is_a_tone_of_100_ms_whose_end_is_said_three_times() -> None:
    steps = _steps("5")
    packets = [TelephoneEvent.parse(step.payload) for step in steps if step is not None]
    assert [(packet.duration, packet.end) for packet in packets] == [
        (160, False),
        (320, False),
        (480, False),
        (640, False),
        (800, True),
        (800, True),
        (800, True),
    ]
    assert {packet.event for packet in packets} == {5}
    assert [step.starts for step in steps if step is not None] == [True] + [False] * 6
    assert steps[7:] == [None] * 5


def test_a_comma_is_half_a_second() -> None:
    assert _steps(",,") == [None] * 50


def test_durations_count_on_the_clock_of_the_event() -> None:
    last = [step for step in _steps("1", 48_000) if step is not None][-1]
    assert TelephoneEvent.parse(last.payload).duration == 4800


def test_all_keys_and_the_marks_between_digits() -> None:
    steps = [step for step in _steps("(12) 3-4.*#abcD") if step is not None and step.starts]
    assert [step.payload[0] for step in steps] == [1, 2, 3, 4, 10, 11, 12, 13, 14, 15]


def _played(dialer: Dialer) -> list[EventPacket | None]:
    steps = []
    while dialer.dialing:
        steps.append(dialer.step())
    return steps


def test_keys_go_on_with_another_clock_and_packet_time() -> None:
    dialer = Dialer(8_000)
    dialer.dial("1,2")
    begun = [dialer.step(), dialer.step()]
    dialer.change(48_000, 40)
    rest = _played(dialer)
    events = [TelephoneEvent.parse(step.payload) for step in (*begun, *rest) if step is not None]
    assert [(event.event, event.duration, event.end) for event in events] == [
        (1, 160, False),
        (1, 320, False),
        (1, 2880, False),
        (1, 3840, False),
        *[(1, 4800, True)] * 3,
        (2, 1920, False),
        *[(2, 3840, True)] * 3,
    ]
    # The gap after the tone and the pause of half a second, in packets of 40 ms.
    assert rest[5 : 5 + 2 + 12] == [None] * 14


def test_a_pause_is_as_long_in_longer_packets() -> None:
    dialer = Dialer(8_000)
    dialer.dial(",")
    for _ in range(5):
        dialer.step()
    dialer.change(8_000, 40)
    assert _played(dialer) == [None] * 10


def test_a_malformed_dial_string_is_refused_whole() -> None:
    dialer = Dialer(8_000)
    with pytest.raises(ValueError, match="'W' in the dial string '12w' is no key"):
        dialer.dial("12w")
    assert not dialer.dialing


def test_a_key_is_heard_at_its_first_packet_and_once() -> None:
    listener = KeyListener()
    press = bytes(TelephoneEvent(11, False, 10, 160))
    assert listener.receive(1000, press) == "#"
    assert listener.receive(1000, bytes(TelephoneEvent(11, True, 10, 800))) is None
    assert listener.receive(9000, press) == "#"


def test_a_key_whose_first_packets_are_lost_is_heard_at_its_end() -> None:
    assert KeyListener().receive(1000, bytes(TelephoneEvent(0, True, 10, 800))) == "0"


def test_other_events_are_no_keys() -> None:
    assert KeyListener().receive(0, bytes(TelephoneEvent(16, True, 10, 800))) is None


def test_a_short_payload_is_refused() -> None:
    with pytest.raises(ValueError, match="4 octets, not 3"):
        KeyListener().receive(0, b"abc")
