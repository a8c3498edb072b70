"""What a peer may ask inside a call of ours."""

import logging

import pytest

from earwitness.sip.events import EndCause, Ended, OfferRefusedError, Reoffered
from earwitness.sip.message import Request, Response
from tests.unit.sip.rig import ANSWER, OFFER, SDP, Rig

HOLD = ANSWER + b"a=sendonly\r\n"


def acknowledge(rig: Rig, invite: Request, sequence: int, body: bytes = b"") -> None:
    rig.receive(rig.peer_request(invite, "ACK", sequence, SDP if body else (), body))


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_an_offer_of_the_peer_is_answered(method: str) -> None:
    rig = Rig()
    call, invite = rig.establish()
    rig.answer = lambda offer: OFFER + b"a=recvonly\r\n"
    contact = ("Contact", "<sip:bob@192.0.2.2:5099>")
    request = rig.peer_request(invite, method, 1, body=HOLD)
    request.headers.set(*contact)
    rig.receive(request)
    response = rig.response()
    assert (response.status, response.body) == (200, OFFER + b"a=recvonly\r\n")
    assert response.headers["Contact"] == "<sip:earwitness@192.0.2.1:5060>"
    assert rig.offers == [HOLD]
    assert rig.events() == [Reoffered(HOLD, OFFER + b"a=recvonly\r\n")]
    acknowledge(rig, invite, 1)
    rig.hang_up(call)
    assert rig.request().uri == "sip:bob@192.0.2.2:5099"


def test_a_reinvite_without_an_offer_gets_ours() -> None:
    rig = Rig()
    _, invite = rig.establish()
    rig.receive(rig.peer_request(invite, "INVITE", 1))
    assert rig.response().body == OFFER
    assert rig.offers == [None]
    assert rig.events() == []
    acknowledge(rig, invite, 1, HOLD)
    assert rig.events() == [Reoffered(HOLD, OFFER)]
    rig.advance(40)
    assert rig.take() == []


def test_an_offer_that_crosses_ours_in_a_200_is_refused() -> None:
    rig = Rig()
    _, invite = rig.establish()
    rig.receive(rig.peer_request(invite, "INVITE", 1))
    assert rig.response().status == 200
    rig.receive(rig.peer_request(invite, "UPDATE", 2, body=HOLD))
    assert rig.response().status == 491
    acknowledge(rig, invite, 1, ANSWER)
    rig.receive(rig.peer_request(invite, "UPDATE", 3, body=HOLD))
    assert rig.response().status == 200
    rig.receive(rig.peer_request(invite, "INVITE", 4, body=ANSWER))
    rig.receive(rig.peer_request(invite, "UPDATE", 5, body=HOLD))
    assert [message.status for message in rig.take() if isinstance(message, Response)] == [200, 200]


def test_an_update_without_an_offer_only_refreshes() -> None:
    rig = Rig()
    _, invite = rig.establish()
    rig.receive(rig.peer_request(invite, "UPDATE", 1))
    response = rig.response()
    assert (response.status, response.body, rig.offers) == (200, b"", [])


def test_a_refused_offer_gets_488_and_the_call_goes_on() -> None:
    def refuse(offer: bytes | None) -> bytes:
        raise OfferRefusedError("no common codec")

    rig = Rig()
    _, invite = rig.establish()
    rig.answer = refuse
    rig.receive(rig.peer_request(invite, "INVITE", 1, body=HOLD))
    assert rig.response().status == 488
    assert rig.events() == []


def test_a_fault_of_the_callback_costs_only_the_offer(caplog: pytest.LogCaptureFixture) -> None:
    def fail(offer: bytes | None) -> bytes:
        raise KeyError("bug")

    rig = Rig()
    _, invite = rig.establish()
    rig.answer = fail
    with caplog.at_level(logging.CRITICAL):
        rig.receive(rig.peer_request(invite, "UPDATE", 1, body=HOLD))
    assert rig.response().status == 500


def test_an_offer_of_another_type_gets_415() -> None:
    rig = Rig()
    _, invite = rig.establish()
    request = rig.peer_request(invite, "UPDATE", 1, [("Content-Type", "text/plain")])
    request.body = b"hello"
    rig.receive(request)
    assert rig.response().status == 415


def test_a_second_reinvite_before_the_ack_must_wait() -> None:
    rig = Rig()
    _, invite = rig.establish()
    rig.receive(rig.peer_request(invite, "INVITE", 1, body=HOLD))
    rig.take()
    rig.receive(rig.peer_request(invite, "INVITE", 2, body=HOLD))
    response = rig.response()
    assert (response.status, response.headers.get("Retry-After")) == (500, "1")


def test_requests_out_of_order_get_500() -> None:
    rig = Rig()
    _, invite = rig.establish()
    rig.receive(rig.peer_request(invite, "INFO", 10))
    rig.receive(rig.peer_request(invite, "OPTIONS", 9))
    assert [m.status for m in rig.take() if isinstance(m, Response)] == [200, 500]


@pytest.mark.parametrize(
    ("method", "fields", "status"),
    [
        ("OPTIONS", (), 200),
        ("INFO", (), 200),
        ("INFO", (("Info-Package", "x"),), 469),
        ("MESSAGE", (), 200),
        ("NOTIFY", (("Event", "refer"),), 489),
        ("PRACK", (), 481),
        ("REFER", (), 405),
    ],
)
def test_other_requests(method: str, fields: tuple[tuple[str, str], ...], status: int) -> None:
    rig = Rig()
    _, invite = rig.establish()
    rig.receive(rig.peer_request(invite, method, 1, fields))
    assert rig.response().status == status
    assert rig.events() == []


def test_a_bye_ends_the_call_with_its_reason() -> None:
    rig = Rig()
    _, invite = rig.establish()
    rig.receive(
        rig.peer_request(invite, "BYE", 1, [("Reason", 'SIP;cause=200, Q.850;cause=16;text="Normal"')])
    )
    assert rig.response().status == 200
    assert rig.events() == [Ended(EndCause("remote", None, "Normal", 16))]
    rig.receive(rig.peer_request(invite, "INFO", 2))
    assert rig.response().status == 481
    assert rig.agent.idle


def test_byes_that_cross_are_both_answered() -> None:
    rig = Rig()
    call, invite = rig.establish()
    rig.hang_up(call)
    ours = rig.request()
    rig.receive(rig.peer_request(invite, "BYE", 1))
    assert rig.response().status == 200
    rig.answer_with(ours, 481)
    assert len(rig.events()) == 1
    assert rig.agent.idle


def test_a_reinvite_that_is_never_acknowledged_ends_the_call() -> None:
    rig = Rig()
    _, invite = rig.establish()
    rig.receive(rig.peer_request(invite, "INVITE", 1, body=HOLD))
    rig.events()
    rig.advance(33)
    assert isinstance(rig.take()[-1], Request)
    cause = EndCause("timeout", None, "The other side never acknowledged our answer")
    assert rig.events() == [Ended(cause)]


@pytest.mark.parametrize(
    "via", ["SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKINVITE1", "SIP/2.0/UDP 192.0.2.2:5060"]
)
def test_an_ack_with_the_branch_of_its_invite_counts_too(via: str) -> None:
    rig = Rig()
    _, invite = rig.establish()
    for method in ("INVITE", "ACK"):
        request = rig.peer_request(invite, method, 1, body=HOLD if method == "INVITE" else b"")
        request.headers.set("Via", via)
        rig.receive(request)
    assert rig.response().status == 200
    rig.events()
    rig.advance(60)
    assert rig.take() == []
    assert rig.events() == []


def test_hanging_up_while_a_reinvite_awaits_its_ack_does_not_wait() -> None:
    rig = Rig()
    call, invite = rig.establish()
    rig.receive(rig.peer_request(invite, "INVITE", 1, body=HOLD))
    rig.take()
    rig.hang_up(call)
    bye = rig.request()
    assert bye.method == "BYE"
    rig.answer_with(bye, 200)
    rig.advance(60)
    assert rig.take() == []
