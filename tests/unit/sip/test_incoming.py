"""Calls from a peer, with the test as peer."""

import pytest

from earwitness.sip.events import Answered, EndCause, Ended, Reoffered
from earwitness.sip.message import Request, Response
from earwitness.sip.peer import Peer
from earwitness.sip.usage import OnOffer
from tests.unit.sip.rig import ANSWER, OFFER, PEER, Rig, peer_invite


def ring_at(rig: Rig, invite: Request) -> int:
    rig.agent.accepts_calls = True
    rig.receive(invite)
    return rig.invited().call


def inside(invite: Request, response: Response, method: str, cseq: int, body: bytes = b"") -> Request:
    """Make a request of the caller inside the dialog of its INVITE."""
    request = peer_invite(branch=f"z9hG4bK{method}{cseq}", cseq=cseq, body=body)
    request.method = method
    request.headers.set("CSeq", f"{cseq} {method}")
    request.headers.set("To", response.headers["To"])
    assert request.call_id == invite.call_id
    return request


def test_a_call_from_invite_to_bye() -> None:
    rig = Rig()
    rig.agent.accepts_calls = True
    invite = peer_invite([("Record-Route", "<sip:192.0.2.8;lr>"), ("X-Note", "Gr\udcfc\udcdfe")])
    rig.receive(invite)
    invited = rig.invited()
    assert (invited.uri, invited.from_uri, invited.offer) == ("sip:us@192.0.2.1", "sip:bob@192.0.2.2", ANSWER)
    assert invited.headers["X-Note"] == "Grüße"
    rig.agent.ring(invited.call, None, rig.now)
    ringing = rig.response()
    rig.agent.ring(invited.call, OFFER, rig.now)
    progress = rig.response()
    assert [(r.status, r.body) for r in (ringing, progress)] == [(180, b""), (183, OFFER)]
    rig.agent.answer(invited.call, OFFER, None, (("X-Answer", "1"),), rig.now)
    ok = rig.response()
    assert (ok.status, ok.body, ok.headers["X-Answer"]) == (200, OFFER, "1")
    assert ok.headers["Record-Route"] == "<sip:192.0.2.8;lr>"
    assert ok.to_tag == ringing.to_tag
    assert rig.events() == []
    rig.receive(inside(invite, ok, "ACK", 1))
    assert rig.events() == [Answered(ANSWER)]
    rig.agent.hang_up(invited.call, None, rig.now)
    bye = rig.request()
    assert (bye.method, bye.uri, bye.headers["Route"]) == (
        "BYE",
        "sip:bob@192.0.2.2:5060",
        "<sip:192.0.2.8;lr>",
    )
    assert (bye.from_tag, bye.to_tag) == (ok.to_tag, "bob")
    rig.answer_with(bye, 200)
    assert rig.events() == [Ended(EndCause("local", None, "We hung up"))]
    assert rig.agent.idle


def test_the_200_is_repeated_until_the_ack() -> None:
    rig = Rig()
    invite = peer_invite()
    call = ring_at(rig, invite)
    rig.agent.answer(call, OFFER, None, (), rig.now)
    rig.advance(4)
    messages = rig.take()
    assert len(messages) == 4
    ok = messages[0]
    assert isinstance(ok, Response)
    rig.receive(invite)
    assert rig.take() == []
    rig.receive(inside(invite, ok, "ACK", 7))
    rig.advance(8)
    assert len(rig.take()) == 1
    rig.receive(inside(invite, ok, "ACK", 1))
    rig.advance(60)
    assert rig.take() == []


def test_hanging_up_before_the_ack_waits_for_it() -> None:
    rig = Rig()
    invite = peer_invite()
    call = ring_at(rig, invite)
    rig.agent.answer(call, OFFER, None, (), rig.now)
    ok = rig.response()
    rig.agent.hang_up(call, None, rig.now)
    assert rig.take() == []
    rig.receive(inside(invite, ok, "ACK", 1))
    assert rig.request().method == "BYE"
    assert [type(event) for event in rig.events()] == [Ended]


def test_a_cancel_ends_a_ringing_call() -> None:
    rig = Rig()
    invite = peer_invite()
    call = ring_at(rig, invite)
    cancel = peer_invite([("Reason", 'SIP;cause=200;text="Call completed elsewhere"')], body=b"")
    cancel.method = "CANCEL"
    cancel.headers.set("CSeq", "1 CANCEL")
    rig.receive(cancel)
    ok, terminated = rig.take()
    assert isinstance(ok, Response)
    assert isinstance(terminated, Response)
    assert (ok.status, ok.cseq.method, terminated.status) == (200, "CANCEL", 487)
    assert rig.events() == [Ended(EndCause("remote", None, "Call completed elsewhere"))]
    rig.agent.answer(call, OFFER, None, (), rig.now)
    assert rig.take() == []


def test_a_cancel_after_the_answer_changes_nothing() -> None:
    rig = Rig()
    call = ring_at(rig, peer_invite())
    rig.agent.answer(call, OFFER, None, (), rig.now)
    rig.take()
    cancel = peer_invite(body=b"")
    cancel.method = "CANCEL"
    cancel.headers.set("CSeq", "1 CANCEL")
    rig.receive(cancel)
    assert rig.response().status == 200
    assert rig.events() == []


def test_a_call_can_be_refused() -> None:
    rig = Rig()
    call = ring_at(rig, peer_invite())
    rig.agent.reject(call, 486, "In a meeting", rig.now)
    response = rig.response()
    assert (response.status, response.reason) == (486, "In a meeting")
    assert rig.events() == [Ended(EndCause("local", 486, "In a meeting"))]
    call = ring_at(rig, peer_invite(branch="z9hG4bKnext", cseq=2))
    rig.hang_up(call)
    assert rig.response().status == 603


def test_a_call_that_nobody_answers_is_refused_in_the_end() -> None:
    rig = Rig()
    ring_at(rig, peer_invite())
    rig.advance(180)
    assert [m.status for m in rig.take() if isinstance(m, Response)] == [100, 480]
    assert isinstance(rig.events()[-1], Ended)


def test_an_invite_without_an_offer_gets_ours_and_the_ack_answers_it() -> None:
    rig = Rig()
    invite = peer_invite(body=b"")
    call = ring_at(rig, invite)
    rig.agent.answer(call, OFFER, None, (), rig.now)
    ok = rig.response()
    rig.receive(inside(invite, ok, "ACK", 1, body=ANSWER))
    assert rig.events() == [Answered(ANSWER)]


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
@pytest.mark.parametrize("answers", [None, lambda offer: OFFER])
def test_later_offers_are_refused_unless_somebody_answers_them(method: str, answers: OnOffer | None) -> None:
    rig = Rig()
    invite = peer_invite()
    call = ring_at(rig, invite)
    rig.agent.answer(call, OFFER, answers, (), rig.now)
    ok = rig.response()
    rig.receive(inside(invite, ok, "ACK", 1))
    rig.events()
    rig.receive(inside(invite, ok, method, 2, body=ANSWER))
    assert rig.response().status == (200 if answers else 488)
    assert rig.events() == ([Reoffered(ANSWER, OFFER)] if answers else [])


def test_offers_before_the_answer_must_wait() -> None:
    rig = Rig()
    invite = peer_invite()
    call = ring_at(rig, invite)
    rig.agent.ring(call, None, rig.now)
    ringing = rig.response()
    for method, cseq in (("INVITE", 2), ("UPDATE", 3)):
        rig.receive(inside(invite, ringing, method, cseq, body=ANSWER))
        assert rig.response().status == 500


def test_a_bye_of_a_ringing_call_ends_it() -> None:
    rig = Rig()
    invite = peer_invite()
    call = ring_at(rig, invite)
    rig.agent.ring(call, None, rig.now)
    ringing = rig.response()
    rig.receive(inside(invite, ringing, "BYE", 2))
    statuses = [m.status for m in rig.take() if isinstance(m, Response)]
    assert statuses == [200, 487]
    assert isinstance(rig.events()[-1], Ended)


@pytest.mark.parametrize(
    ("expires", "supported", "answer", "require"),
    [
        ("1800;refresher=uas", True, "1800;refresher=uas", True),
        ("1800;refresher=uac", True, "1800;refresher=uac", True),
        ("1800", True, "1800;refresher=uac", True),
        ("60", False, "90;refresher=uas", False),
    ],
)
def test_session_timers_are_agreed(expires: str, supported: bool, answer: str, require: bool) -> None:
    rig = Rig()
    fields = [("x", expires)] + ([("Supported", "timer, replaces")] if supported else [])
    call = ring_at(rig, peer_invite(fields))
    rig.agent.answer(call, OFFER, None, (), rig.now)
    ok = rig.response()
    assert ok.headers["Session-Expires"] == answer
    assert ("timer" in ok.headers.getlist("Require")) is require


def test_a_peer_that_calls_itself_by_the_same_call_id_is_two_calls() -> None:
    """A call from an agent to itself has one Call-ID and two dialogs."""
    rig = Rig()
    rig.agent.accepts_calls = True
    number = rig.place("sip:us@192.0.2.1")
    invite = rig.request()
    rig.receive(invite, PEER)
    invited = rig.invited()
    assert invited.call != number
    rig.agent.answer(invited.call, ANSWER, None, (), rig.now)
    rig.receive(rig.response())
    ack = rig.request()
    rig.receive(ack)
    assert rig.events() == [Answered(ANSWER), Answered(OFFER)]


def test_whoever_is_in_a_call_is_known_by_the_connection_that_was_used_last() -> None:
    rig = Rig()
    invite = peer_invite()
    call = ring_at(rig, invite)
    assert rig.agent.peers == {PEER}
    rig.agent.answer(call, OFFER, None, (), rig.now)
    ok = rig.response()
    other = Peer("tcp", "192.0.2.2", 40000)
    rig.receive(inside(invite, ok, "ACK", 1))
    rig.receive(inside(invite, ok, "OPTIONS", 2), other)
    assert rig.agent.peers == {other}
    rig.receive(inside(invite, ok, "BYE", 3))
    assert rig.agent.peers == set()


def test_an_offer_that_crosses_ours_in_the_200_is_refused() -> None:
    rig = Rig()
    invite = peer_invite(body=b"")
    call = ring_at(rig, invite)
    rig.agent.answer(call, OFFER, lambda _: OFFER, (), rig.now)
    ok = rig.response()
    rig.receive(inside(invite, ok, "UPDATE", 2, ANSWER))
    assert rig.response().status == 491
