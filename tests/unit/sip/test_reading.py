"""Messages as peers really write them, and as nobody should."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from earwitness.sip.context import Identity
from earwitness.sip.message import Request, Response
from earwitness.sip.reading import (
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    FramingError,
    MalformedMessageError,
    StreamFramer,
    read_message,
)
from earwitness.sip.user_agent import UserAgent
from tests.unit.sip.rig import PEER

TORTURE = Path(__file__).resolve().parents[3] / "../shared/torture/rfc4475"

HEAD = (
    "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:c@d>;tag=1\r\n"
    "To: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n"
)


def read(text: str, body: bytes = b"") -> Request:
    message = read_message(text.encode("latin-1") + b"\r\n" + body)
    assert isinstance(message, Request)
    return message


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD.replace("\r\n", "\n"),
        "\r\n\r\n" + HEAD,
        HEAD.replace("Via: ", "Via:\r\n\t"),
        HEAD.replace("Call-ID", "i").replace("From", "F").replace("To", "t").replace("Via", "v"),
        HEAD.replace("OPTIONS sip", "OPTIONS   sip").replace("SIP/2.0\r\nVia", "sip/2.0  \r\nVia"),
        HEAD + "a line without a meaning\r\n",
    ],
)
def test_what_is_meant_is_read(text: str) -> None:
    request = read(text)
    assert (request.method, request.uri, request.call_id) == ("OPTIONS", "sip:a@b", "x")
    assert (request.from_tag, request.to_tag, request.via.host) == ("1", "", "h")
    assert request.cseq.sequence == 1


def test_a_datagram_may_end_with_its_headers() -> None:
    assert isinstance(read_message(HEAD.encode()), Request)


def test_bytes_that_are_not_utf_8_come_back_as_they_were() -> None:
    request = read(HEAD.replace("<sip:c@d>", "J\xf6rg <sip:c@d>"))
    assert b"From: J\xf6rg <sip:c@d>" in bytes(request)


def test_a_lone_carriage_return_does_not_come_back() -> None:
    request = read(HEAD.replace("Call-ID: x", "Call-ID: x\rEvil: yes"))
    assert request.call_id == "x Evil: yes"


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [("SIP/2.0 200 OK", 200, "OK"), ("SIP/2.0 200", 200, ""), ("SIP/2.0 180 ", 180, ""),
     ("sip/2.0  183  A b", 183, "A b")],
)  # fmt: skip
def test_status_lines(line: str, status: int, reason: str) -> None:
    response = read_message((line + HEAD[HEAD.index("\r\n") :] + "\r\n").encode())
    assert isinstance(response, Response)
    assert (response.status, response.reason) == (status, reason)


@pytest.mark.parametrize(
    ("length", "body", "expected"),
    [
        ("", b"abc", b"abc"),
        ("Content-Length: 2\r\n", b"abc", b"ab"),
        ("l: 0\r\nContent-Length:0\r\n", b"abc", b""),
    ],
)
def test_the_body_is_cut_by_content_length(length: str, body: bytes, expected: bytes) -> None:
    request = read(HEAD + length, body)
    assert request.body == expected
    assert bytes(request).count(b"Content-Length") == 1


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (HEAD + "Content-Length: 9\r\n", 400),
        (HEAD + "Content-Length: -1\r\n", 400),
        (HEAD + f"Content-Length: {'9' * 5000}\r\n", 400),
        (HEAD + "Content-Length: 0\r\nl: 1\r\n", 400),
        (HEAD + "To: <sip:x@y>\r\n", 400),
        (HEAD.replace("1 OPTIONS", "1 INVITE"), 400),
        (HEAD.replace("1 OPTIONS", "4294967296 OPTIONS"), 400),
        (HEAD.replace("<sip:c@d>", '"c <sip:c@d>'), 400),
        (HEAD.replace("<sip:c@d>", "<sip:c@d"), 400),
        (HEAD.replace("SIP/2.0/UDP h", "SIP/2.0/UDP h:99999"), 400),
        (HEAD.replace("Call-ID: x\r\n", ""), 400),
        (HEAD.replace("SIP/2.0\r\n", "SIP/3.0\r\n"), 505),
    ],
)
def test_senseless_requests_are_to_be_answered(text: str, status: int) -> None:
    with pytest.raises(MalformedMessageError) as caught:
        read(text)
    assert caught.value.status == status
    assert caught.value.request is not None


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        HEAD.replace("OPTIONS", "ACK").replace("Call-ID: x\r\n", ""),
        HEAD[: HEAD.index("Via")] + HEAD[HEAD.index("From") :],
        HEAD + "a: b\r\n" * 300,
        HEAD + "a: " + "b" * MAX_HEAD_BYTES + "\r\n",
        "SIP/2.0 200 OK\r\nCall-ID: x\r\n",
        "SIP/2.0 200 OK" + HEAD[HEAD.index("\r\n") :] + "Content-Length: 5\r\n",
    ],
)
def test_what_nobody_can_answer_is_to_be_dropped(text: str) -> None:
    with pytest.raises(MalformedMessageError) as caught:
        read(text)
    assert caught.value.request is None


ONE = b"OPTIONS x SIP/2.0\r\nA: b\r\nContent-Length: 3\r\n\r\nabc"
TWO = b"SIP/2.0 200 OK\r\nl : 0\r\n\r\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 1000])
def test_a_stream_is_cut_into_messages(size: int) -> None:
    stream = b"\r\n\r\n" + ONE + TWO + b"\r\n" + ONE + b"\r\n\r\n" + TWO.replace(b"l : 0\r\n", b"") + ONE
    framer = StreamFramer()
    messages = []
    for start in range(0, len(stream), size):
        messages += framer.feed(stream[start : start + size])
    assert messages == [ONE, TWO, ONE, TWO.replace(b"l : 0\r\n", b""), ONE]


@pytest.mark.parametrize(
    "stream",
    [
        b"x" * (MAX_HEAD_BYTES + 1),
        b"A b SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\n",
        b"A b SIP/2.0\r\nContent-Length: many\r\n\r\n",
        b"A b SIP/2.0\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"A b SIP/2.0\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1),
    ],
)
def test_a_stream_without_an_end_in_sight_is_given_up(stream: bytes) -> None:
    with pytest.raises(FramingError):
        StreamFramer().feed(stream)


@pytest.mark.parametrize(
    "value",
    [
        "Via: SIP/2.0/UDP h" + " " * 30_000 + "x",
        "From: " + '"' * 30_000,
        "Contact: " + '"\\' * 15_000 + ",",
        "To: <sip:a@b>" + ";a=" * 10_000,
        "Record-Route: " + ",<" * 15_000,
        "Reason: " + ';text="\\' * 4_000,
        "Require: " + "," * 30_000,
    ],
)
def test_no_value_takes_more_than_linear_time(value: str) -> None:
    started = time.perf_counter()
    name = value.partition(":")[0]
    text = "".join(line + "\r\n" for line in HEAD.split("\r\n") if line and not line.startswith(name + ":"))
    agent = UserAgent(Identity(5060, lambda host: "192.0.2.1"))
    agent.accepts_calls = True
    agent.receive((text.replace("OPTIONS", "INVITE") + value + "\r\n\r\n").encode(), PEER, 0.0)
    assert time.perf_counter() - started < 1.0


SEEDS = [HEAD.encode() + b"\r\n", ONE, TWO] + [path.read_bytes() for path in sorted(TORTURE.glob("*/*.dat"))]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A message with pieces cut out, doubled, swapped for other bytes, or joined to another message."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 40)))
        kind = draw(st.sampled_from(["cut", "double", "bytes", "sip", "join"]))
        if kind == "cut":
            del data[at:end]
        elif kind == "double":
            data[at:at] = data[at:end] * draw(st.integers(1, 20))
        elif kind == "bytes":
            data[at:end] = draw(st.binary(max_size=8))
        elif kind == "sip":
            pieces = [
                b"\r\n",
                b"\n ",
                b'"',
                b"<",
                b">",
                b";",
                b",",
                b":",
                b"=",
                b"\\",
                b"%",
                b"\r",
                b"\0",
                b"@",
            ]
            data[at:at] = draw(st.sampled_from(pieces))
        else:
            data[at:] = draw(st.sampled_from(SEEDS))
    return bytes(data)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(), st.booleans())
def test_nothing_that_arrives_raises(data: bytes, accepts: bool) -> None:
    agent = UserAgent(Identity(5060, lambda host: "192.0.2.1"))
    agent.accepts_calls = accepts
    agent.receive(data, PEER, 0.0)
    agent.on_deadline(1.0)
    for message in agent.messages_to_send():
        assert message.data.startswith(b"SIP/2.0 ")
        assert message.data.count(b"\r\n\r\n") == 1
    try:
        for piece in StreamFramer().feed(data):
            agent.receive(piece, PEER, 1.0)
    except FramingError:
        return


@settings(max_examples=200, deadline=None)
@given(mutated())
def test_what_is_read_is_written_and_read_the_same(data: bytes) -> None:
    try:
        message = read_message(data)
    except MalformedMessageError:
        return
    if message is not None:
        again = read_message(bytes(message))
        assert again is not None
        assert bytes(again) == bytes(message)
