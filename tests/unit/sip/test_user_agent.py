"""Requests out of any dialog, malformed messages and the torture messages of RFC 4475."""

from pathlib import Path

import pytest

from earwitness.sip.context import Identity
from earwitness.sip.message import Request, Response, make_headers
from earwitness.sip.peer import Peer
from earwitness.sip.user_agent import UserAgent
from tests.unit.sip.rig import PEER, Rig, peer_invite

US = "sip:us@192.0.2.1"
TORTURE = Path(__file__).resolve().parents[3] / "../shared/torture/rfc4475"


def ask(method: str, uri: str = US, *fields: tuple[str, str], branch: str = "z9hG4bKq") -> Request:
    headers = make_headers(
        [
            ("Via", f"SIP/2.0/UDP 192.0.2.2:5060;rport;branch={branch}"),
            ("From", "<sip:b@192.0.2.2>;tag=b"),
            ("To", "<sip:a@192.0.2.1>"),
            ("Call-ID", "c"),
            ("CSeq", f"1 {method}"),
            *fields,
        ]
    )
    return Request(method, uri, headers)


def answer_to(request: Request) -> Response:
    rig = Rig()
    rig.receive(request)
    return rig.response()


def test_options_says_what_we_can_do() -> None:
    response = answer_to(ask("OPTIONS"))
    assert response.status == 200
    assert "INVITE" in response.headers["Allow"]
    assert response.headers["Accept"] == "application/sdp"
    assert response.to_tag
    assert response.headers["Via"] == (
        "SIP/2.0/UDP 192.0.2.2:5060;rport=5060;branch=z9hG4bKq;received=192.0.2.2"
    )


@pytest.mark.parametrize(
    ("method", "status"),
    [
        ("BYE", 481), ("UPDATE", 481), ("INFO", 481), ("PRACK", 481), ("CANCEL", 481), ("NOTIFY", 489),
        ("MESSAGE", 405), ("REGISTER", 405), ("SUBSCRIBE", 405), ("REFER", 405), ("BREW", 501),
        ("INVITE", 403),
    ],
)  # fmt: skip
def test_what_strangers_may_not_ask(method: str, status: int) -> None:
    response = answer_to(ask(method))
    assert response.status == status
    assert response.headers.getlist("Allow") != [] or status not in (405, 501)


def test_a_request_for_an_unknown_dialog_gets_481_and_a_stray_ack_nothing() -> None:
    request = ask("INFO")
    request.headers.set("To", "<sip:a@192.0.2.1>;tag=gone")
    assert answer_to(request).status == 481
    rig = Rig()
    rig.receive(ask("ACK"))
    assert rig.take() == []


@pytest.mark.parametrize(
    ("uri", "status"),
    [("tel:+1555", 200), ("http://a", 416), ("soap.beep://a", 416), ("sip:a@b?Subject=x", 400), ("sip:", 400),
     ("<sip:a@b>", 400), ("sip:a@b:99999", 400)],
)  # fmt: skip
def test_request_uris_are_screened(uri: str, status: int) -> None:
    assert answer_to(ask("OPTIONS", uri)).status == status


def test_unknown_extensions_are_named() -> None:
    response = answer_to(ask("OPTIONS", US, ("Require", "timer, Foo"), ("Require", "100rel")))
    assert (response.status, response.headers["Unsupported"]) == (420, "foo, 100rel")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ([("Content-Type", "text/plain")], 415),
        ([("Content-Type", "application/sdp"), ("Content-Encoding", "gzip")], 415),
        ([("Content-Type", "multipart/mixed;boundary=x")], 403),
        ([("Session-Expires", "60"), ("Supported", "timer")], 422),
        ([("Session-Expires", "60")], 403),
    ],
)
def test_invites_are_screened(fields: list[tuple[str, str]], status: int) -> None:
    request = ask("INVITE", US, *fields)
    request.body = b"v=0\r\n"
    assert answer_to(request).status == status


def test_an_invite_by_two_paths_gets_482() -> None:
    rig = Rig()
    rig.agent.accepts_calls = True
    rig.receive(peer_invite())
    rig.invited()
    rig.receive(peer_invite(branch="z9hG4bKother"))
    assert rig.response().status == 482


def test_responses_go_to_the_sender_whatever_via_says() -> None:
    rig = Rig()
    request = ask("OPTIONS")
    request.headers.set("Via", "SIP/2.0/UDP victim.example:7777;branch=z9hG4bKq;maddr=198.51.100.1")
    rig.receive(request, Peer("udp", "192.0.2.2", 40000))
    assert rig.take_peers() == [Peer("udp", "192.0.2.2", 7777)]
    request = ask("OPTIONS", branch="z9hG4bKtcp")
    request.headers.set("CSeq", "2 OPTIONS")
    source = Peer("tcp", "192.0.2.2", 40000)
    rig.receive(request, source)
    assert rig.take_peers() == [source]


def test_a_malformed_request_gets_400_with_what_identifies_it() -> None:
    rig = Rig()
    lines = ["INVITE sip:a b SIP/2.0", "v: SIP/2.0/UDP h;branch=1", "To: <sip:\xe9@b>", "Call-ID: q", "X: y"]
    rig.agent.receive("\n".join(lines).encode("latin-1"), PEER, 0.0)
    (message,) = rig.agent.messages_to_send()
    start, via, to, call_id, *_ = message.data.split(b"\r\n")
    assert start == b"SIP/2.0 400 Bad Request"
    assert via == b"Via: SIP/2.0/UDP h;branch=1"
    assert to.startswith(b"To: <sip:\xe9@b>;tag=")
    assert call_id == b"Call-ID: q"
    assert b"X: y" not in message.data


def test_a_flood_of_invites_is_answered_statelessly_and_a_bye_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("earwitness.sip.transactions.MAX_SERVER_TRANSACTIONS", 3)
    rig = Rig()
    _, ours = rig.establish()
    rig.agent.accepts_calls = True
    for n in range(5):
        invite = peer_invite(branch=f"z9hG4bK{n}")
        invite.headers.set("Call-ID", str(n))
        rig.receive(invite)
    assert [message.status for message in rig.take() if isinstance(message, Response)] == [503, 503]
    rig.receive(rig.peer_request(ours, "BYE", 1))
    assert rig.response().status == 200


def test_a_flood_within_a_call_is_answered_statelessly_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("earwitness.sip.transactions.MAX_SERVER_TRANSACTIONS", 2)
    rig = Rig()
    _, ours = rig.establish()
    for n in range(1, 7):
        rig.receive(rig.peer_request(ours, "OPTIONS", n))
    statuses = [message.status for message in rig.take() if isinstance(message, Response)]
    assert statuses == [200, 200, 200, 200, 503, 503]


@pytest.mark.parametrize("method", ["OPTIONS", "BYE", "CANCEL", "REGISTER", "MESSAGE", "NOTIFY", "INVITE"])
def test_strangers_are_answered_without_keeping_state(method: str) -> None:
    rig = Rig()
    rig.receive(ask(method))
    first = rig.response()
    assert rig.agent.next_deadline() is None
    rig.receive(ask(method))
    assert bytes(rig.response()) == bytes(first)
    rig.receive(ask(method, branch="z9hG4bKother"))
    assert rig.response().to_tag != first.to_tag


def test_what_can_not_be_used_is_dropped_and_counted() -> None:
    rig = Rig()
    keep_alives = [b"", b"\r\n\r\n", b"\0\0\0\0"]
    for data in (*keep_alives, b"hello", b"SIP/2.0 999 x\r\n\r\n", b"\xff" * 100, b"ACK x SIP/2.0\r\n\r\n"):
        rig.agent.receive(data, PEER, 0.0)
    assert rig.take() == []
    assert sum(rig.agent.dropped.values()) == 4


EXPECTED = {
    # Valid: understood, and answered as what they ask for deserves.
    "dblreq": 405, "esc01": 403, "esc02": 501, "escnull": 405, "intmeth": 501, "longreq": 403, "lwsdisp": 200,
    "mpart01": 405, "noreason": None, "semiuri": 200, "transports": 200, "unreason": None, "wsinv": 481,
    # Invalid, but with one clear meaning: read tolerantly.
    "badaspec": 200, "badbranch": 200, "baddate": 403, "baddn": 200, "badinv01": 403, "inv2543": 403,
    "lwsstart": 403, "trws": 200, "sdp01": 403, "zeromf": 200, "cparam01": 405, "cparam02": 405,
    "regaut01": 405, "regbadct": 405, "regescrt": 405, "unksm2": 405,
    # Invalid: refused.
    "badvers": 505, "bext01": 420, "clerr": 400, "escruri": 400, "insuf": 400, "invut": 415, "ltgtruri": 400,
    "lwsruri": 400, "mcl01": 400, "mismatch01": 400, "mismatch02": 400, "multi01": 400, "ncl": 400,
    "novelsc": 416, "quotbal": 400, "scalar02": 400, "unkscm": 416,
    # Responses to nothing.
    "bcast": None, "bigcode": None, "scalarlg": None,
}  # fmt: skip


@pytest.mark.shared
@pytest.mark.skipif(not TORTURE.is_dir(), reason="the torture messages are not here")
@pytest.mark.parametrize("name", EXPECTED)
def test_torture_messages_of_rfc_4475(name: str) -> None:
    (path,) = TORTURE.glob(f"*/{name}.dat")
    agent = UserAgent(Identity(5060, lambda host: "192.0.2.1"))
    agent.receive(path.read_bytes(), PEER, 0.0)
    agent.on_deadline(0.3)
    messages = agent.messages_to_send()
    if EXPECTED[name] is None:
        assert messages == []
    else:
        assert [int(message.data[8:11]) for message in messages] == [EXPECTED[name]]


def test_an_invite_without_a_contact_gets_400() -> None:
    rig = Rig()
    rig.agent.accepts_calls = True
    invite = peer_invite()
    invite.headers.remove("Contact")
    rig.receive(invite)
    assert rig.response().status == 400
