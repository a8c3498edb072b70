"""Session timers (RFC 4028) on virtual time."""

import pytest

from earwitness.sip.events import EndCause, Ended, Reoffered
from earwitness.sip.message import Fields, Request
from tests.unit.sip.rig import ANSWER, OFFER, Rig

UPDATES = [("Allow", "INVITE, ACK, BYE, UPDATE")]


def timed(seconds: int, refresher: str, *fields: tuple[str, str]) -> Fields:
    return [("Session-Expires", f"{seconds};refresher={refresher}"), ("Require", "timer"), *fields]


def test_as_refresher_we_update_at_half_time() -> None:
    rig = Rig()
    rig.establish(timed(1800, "uac", *UPDATES))
    rig.advance(899)
    assert rig.take() == []
    rig.advance(900)
    update = rig.request()
    assert (update.method, update.body) == ("UPDATE", b"")
    assert update.headers["Session-Expires"] == "1800;refresher=uac"
    rig.answer_with(update, 200, fields=timed(600, "uac"))
    rig.advance(1199)
    assert rig.take() == []
    rig.advance(1200)
    assert rig.request().method == "UPDATE"


def test_without_update_we_reinvite_with_the_same_description() -> None:
    rig = Rig()
    rig.establish(timed(90, "uac"))
    rig.advance(45)
    reinvite = rig.request()
    assert (reinvite.method, reinvite.body, reinvite.cseq.sequence) == ("INVITE", OFFER, 2)
    rig.answer_with(reinvite, 200, fields=timed(90, "uac"), body=ANSWER)
    ack = rig.request()
    assert (ack.method, ack.cseq.sequence) == ("ACK", 2)
    assert rig.events() == []
    rig.advance(90)
    second = rig.request()
    rig.answer_with(second, 200, fields=timed(90, "uac"), body=ANSWER + b"a=moved\r\n")
    assert rig.events() == [Reoffered(ANSWER + b"a=moved\r\n", OFFER)]


def test_a_peer_that_stops_refreshing_is_hung_up_on() -> None:
    rig = Rig()
    _, invite = rig.establish(timed(90, "uas"))
    rig.advance(50)
    refresh = rig.peer_request(invite, "UPDATE", 1, [("Session-Expires", "90;refresher=uac"), ("k", "timer")])
    rig.receive(refresh)
    assert rig.response().headers["Session-Expires"] == "90;refresher=uac"
    rig.advance(109.9)
    assert rig.events() == []
    rig.advance(110)
    assert rig.request().method == "BYE"
    assert rig.events() == [Ended(EndCause("timeout", None, "The session was not refreshed in time"))]


def test_no_timer_without_session_expires() -> None:
    rig = Rig()
    rig.establish()
    rig.advance(100_000)
    assert rig.take() == []


@pytest.mark.parametrize("status", [408, 481])
def test_a_refresh_that_finds_the_peer_gone_ends_the_call(status: int) -> None:
    rig = Rig()
    rig.establish(timed(90, "uac", *UPDATES))
    rig.advance(45)
    rig.answer_with(rig.request(), status)
    assert rig.request().method == "BYE"
    (ended,) = rig.events()
    assert isinstance(ended, Ended)
    assert ended.cause.status == status


def test_a_refresh_without_an_answer_ends_the_call() -> None:
    rig = Rig()
    rig.establish(timed(600, "uac", *UPDATES))
    rig.advance(300 + 32)
    assert rig.events() == [Ended(EndCause("timeout", 408, "The other side does not answer any more"))]


@pytest.mark.parametrize(
    ("status", "fields", "wait_s"),
    [
        (500, [("Retry-After", "1")], 1),
        (503, [], 10),
        (488, [("Retry-After", "0")], 1),
        (480, [("Retry-After", "7200 (on holiday)")], 450),
    ],
)
def test_a_refused_refresh_is_tried_again_while_the_interval_lasts(
    status: int, fields: Fields, wait_s: int
) -> None:
    rig = Rig()
    rig.establish(timed(1800, "uac", *UPDATES))
    rig.advance(900)
    rig.answer_with(rig.request(), status, fields=fields)
    rig.advance(900 + wait_s - 0.1)
    assert rig.take() == []
    rig.advance(900 + wait_s)
    again = rig.request()
    rig.answer_with(again, 200, fields=timed(1800, "uac"))
    rig.advance(1801)
    assert again.method == "UPDATE"
    assert rig.events() == []


def test_a_call_whose_refreshes_are_all_refused_ends_when_it_expires() -> None:
    rig = Rig()
    rig.establish(timed(90, "uac", *UPDATES))
    for at in (45, 55, 65, 75, 85):
        rig.advance(at)
        rig.answer_with(rig.request(), 500)
    rig.advance(89.9)
    assert rig.events() == []
    rig.advance(90)
    assert rig.request().method == "BYE"


@pytest.mark.parametrize("status", [405, 501])
def test_a_peer_that_does_not_take_updates_after_all_gets_reinvites(status: int) -> None:
    rig = Rig()
    rig.establish(timed(90, "uac", *UPDATES))
    rig.advance(45)
    rig.answer_with(rig.request(), status)
    rig.advance(45)
    assert rig.request().method == "INVITE"


def test_what_the_peer_refreshes_meanwhile_needs_no_second_attempt() -> None:
    rig = Rig()
    _, invite = rig.establish(timed(90, "uac", *UPDATES))
    rig.advance(45)
    rig.answer_with(rig.request(), 500)
    rig.receive(
        rig.peer_request(invite, "UPDATE", 1, [("Session-Expires", "90;refresher=uac"), ("k", "timer")])
    )
    assert rig.response().status == 200
    rig.advance(104)
    assert rig.take() == []


def test_a_crossing_offer_is_refused_and_ours_repeated_later() -> None:
    rig = Rig()
    _, invite = rig.establish(timed(90, "uac"))
    rig.advance(45)
    ours = rig.request()
    rig.receive(rig.peer_request(invite, "INVITE", 1, body=ANSWER))
    assert rig.response().status == 491
    rig.answer_with(ours, 491)
    assert rig.request().method == "ACK"
    rig.advance(47)
    assert not any(isinstance(m, Request) for m in rig.take())
    rig.advance(49.1)
    again = [m for m in rig.take() if isinstance(m, Request)]
    assert (again[0].method, again[0].cseq.sequence) == ("INVITE", 3)


def test_a_422_raises_the_interval() -> None:
    rig = Rig()
    rig.establish(timed(90, "uac", *UPDATES))
    rig.advance(45)
    rig.answer_with(rig.request(), 422, fields=[("Min-SE", "300")])
    rig.advance(45)
    assert rig.request().headers["Session-Expires"] == "300;refresher=uac"


def test_a_peer_that_asks_for_ever_longer_intervals_is_not_followed_at_once() -> None:
    rig = Rig()
    rig.establish(timed(1800, "uac", *UPDATES))
    rig.advance(900)
    for _ in range(3):
        rig.answer_with(rig.request(), 422, fields=[("Min-SE", "1800")])
        rig.advance(900)
    assert rig.take() == []
    rig.advance(910)
    assert rig.request().method == "UPDATE"


def test_the_ack_of_a_refresh_goes_to_the_contact_of_its_200() -> None:
    rig = Rig()
    rig.establish(timed(90, "uac"))
    rig.advance(45)
    moved = [("Contact", "<sip:bob@192.0.2.99>"), *timed(90, "uac")]
    rig.answer_with(rig.request(), 200, fields=moved, body=ANSWER)
    assert rig.request().uri == "sip:bob@192.0.2.99"


def test_a_refresh_that_is_answered_after_the_end_changes_nothing() -> None:
    rig = Rig()
    call, _ = rig.establish(timed(90, "uac"))
    rig.advance(45)
    reinvite = rig.request()
    rig.hang_up(call)
    assert rig.request().method == "BYE"
    rig.answer_with(reinvite, 200, fields=timed(90, "uac"), body=ANSWER)
    assert [m.method for m in rig.take() if isinstance(m, Request)] == ["ACK"]
    rig.answer_with(reinvite, 500)
    assert len(rig.events()) == 1


def reinvite_that_outlives_its_call() -> tuple[Rig, Request]:
    """A re-INVITE of ours got 100 and no more, and our BYE its 200."""
    rig = Rig()
    call, _ = rig.establish(timed(90, "uac"))
    rig.advance(45)
    reinvite = rig.request()
    rig.answer_with(reinvite, 100, tag=None)
    rig.hang_up(call)
    rig.answer_with(rig.request(), 200)
    assert rig.take() == []
    return rig, reinvite


def test_a_reinvite_that_is_never_answered_does_not_outlive_its_call() -> None:
    rig, _ = reinvite_that_outlives_its_call()
    rig.advance(45 + 32)
    assert rig.agent.idle
    assert rig.take() == []


@pytest.mark.parametrize(("status", "sent"), [(200, ["ACK"]), (487, ["ACK"]), (500, ["ACK"]), (180, [])])
def test_a_late_answer_to_it_is_taken(status: int, sent: list[str]) -> None:
    rig, reinvite = reinvite_that_outlives_its_call()
    rig.answer_with(reinvite, status)
    assert [message.method for message in rig.take() if isinstance(message, Request)] == sent
    rig.advance(45 + 33)
    assert rig.agent.idle


def test_a_too_small_interval_of_the_peer_is_refused() -> None:
    rig = Rig()
    _, invite = rig.establish()
    rig.receive(rig.peer_request(invite, "UPDATE", 1, [("Session-Expires", "30"), ("Supported", "timer")]))
    response = rig.response()
    assert (response.status, response.headers["Min-SE"]) == (422, "90")
