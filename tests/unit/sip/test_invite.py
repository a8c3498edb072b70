"""Calls that we place, with the test as peer."""

import pytest
from sipmessage import Message

from earwitness.sip.events import Answered, Credentials, EndCause, Ended, Progress
from earwitness.sip.invite import CallRequest
from earwitness.sip.message import Request, Response, reply
from earwitness.sip.peer import Peer
from earwitness.sip.uri import read_uri
from tests.unit.sip.rig import ANSWER, OFFER, PEER, SDP, Rig

FOUR_CODECS = (
    b"v=0\r\no=- 1723456789 1723456789 IN IP4 192.168.100.100\r\ns=earwitness\r\nc=IN IP4 192.168.100.100\r\n"
    b"t=0 0\r\nm=audio 20000 RTP/SAVP 111 9 0 8 101 110\r\na=rtpmap:111 opus/48000/2\r\n"
    b"a=fmtp:111 useinbandfec=1;minptime=10;maxaveragebitrate=32000\r\na=rtpmap:9 G722/8000\r\n"
    b"a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    b"a=fmtp:101 0-15\r\na=rtpmap:110 telephone-event/48000\r\na=fmtp:110 0-15\r\na=ptime:20\r\n"
    b"a=sendrecv\r\na=rtcp:20001\r\n"
    b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n"
)


def test_a_call_from_invite_to_bye() -> None:
    rig = Rig()
    call = rig.place()
    invite = rig.request()
    assert invite.uri == "sip:bob@192.0.2.2"
    assert invite.body == OFFER
    rig.answer_with(invite, 100, tag=None)
    rig.answer_with(invite, 180)
    rig.answer_with(invite, 183, body=ANSWER)
    rig.answer_with(invite, 200, body=ANSWER)
    ack = rig.request()
    assert (ack.method, ack.uri, ack.cseq.sequence) == ("ACK", "sip:bob@192.0.2.2:5060", 1)
    assert ack.to_tag == "bob"
    assert ack.via.parameters["branch"] != invite.via.parameters["branch"]
    rig.hang_up(call, "enough")
    bye = rig.request()
    assert (bye.method, bye.cseq.sequence, bye.to_tag) == ("BYE", 2, "bob")
    assert bye.headers["Reason"] == 'Q.850;cause=16;text="enough"'
    rig.answer_with(bye, 200)
    assert rig.events() == [
        Progress(100, "Trying"),
        Progress(180, "Ringing"),
        Progress(183, "Session Progress", ANSWER),
        Answered(ANSWER),
        Ended(EndCause("local", None, "enough")),
    ]
    assert rig.agent.idle
    rig.hang_up(call)
    assert rig.take() == []


def test_everything_we_send_satisfies_a_strict_parser() -> None:
    rig = Rig()
    call = rig.place("sip:*98%23@192.0.2.2;transport=udp", credentials=Credentials("a", "b"))
    invite = rig.request()
    rig.answer_with(invite, 200, fields=[("Record-Route", "<sip:192.0.2.7;lr>")], body=ANSWER)
    (ack,) = rig.take()
    rig.hang_up(call, 'said "no"')
    for message in (invite, ack, rig.request()):
        parsed = Message.parse(bytes(message))
        assert parsed.via[0].parameters["branch"]
        assert parsed.from_address.uri.user == "earwitness"
        assert parsed.to_address.uri.host == "192.0.2.2"
        assert parsed.cseq
        assert parsed.route is not None
        assert parsed.content_length == len(parsed.body)


def test_the_invite_fits_a_datagram() -> None:
    rig = Rig()
    rig.place("sip:+15551234567@sip.trunk-provider.example", offer=FOUR_CODECS)
    assert len(bytes(rig.request())) < 1300


def test_a_repeated_200_is_acknowledged_again_with_the_same_bytes() -> None:
    rig = Rig()
    rig.place()
    invite = rig.request()
    rig.answer_with(invite, 200, body=ANSWER)
    first = rig.request()
    rig.answer_with(invite, 200, body=ANSWER)
    assert bytes(rig.request()) == bytes(first)
    assert rig.events() == [Answered(ANSWER)]


def test_forks_that_answer_later_are_acknowledged_and_ended() -> None:
    rig = Rig()
    rig.place()
    invite = rig.request()
    rig.answer_with(invite, 180, tag="first")
    rig.answer_with(invite, 180, tag="second")
    rig.answer_with(invite, 200, tag="first", body=ANSWER)
    assert rig.request().to_tag == "first"
    other = [("Contact", "<sip:carol@192.0.2.3:5070>")]
    rig.answer_with(invite, 200, tag="second", fields=other, body=ANSWER)
    ack, bye = rig.take()
    assert isinstance(ack, Request)
    assert isinstance(bye, Request)
    assert [(m.method, m.uri, m.to_tag) for m in (ack, bye)] == [
        ("ACK", "sip:carol@192.0.2.3:5070", "second"),
        ("BYE", "sip:carol@192.0.2.3:5070", "second"),
    ]
    rig.answer_with(bye, 200)
    rig.answer_with(invite, 200, tag="second", fields=other, body=ANSWER)
    assert rig.request().method == "ACK"
    assert [type(event) for event in rig.events()] == [Progress, Progress, Answered]


def test_requests_in_the_dialog_follow_the_reversed_record_route() -> None:
    rig = Rig()
    call = rig.place()
    invite = rig.request()
    routes = [("Record-Route", "<sip:192.0.2.8;lr>, <sip:192.0.2.7:5080;lr;ftag=a=b>")]
    rig.answer_with(invite, 200, fields=routes, body=ANSWER)
    assert rig.agent.messages_to_send() == []
    rig.hang_up(call)
    assert [out.peer for out in rig.outgoing] == [Peer("udp", "192.0.2.7", 5080)] * 2
    ack, bye = rig.take()
    for message in (ack, bye):
        assert message.headers.getlist("Route") == ["<sip:192.0.2.7:5080;lr;ftag=a=b>", "<sip:192.0.2.8;lr>"]


def test_the_ack_goes_where_the_200_says_whatever_a_180_said() -> None:
    rig = Rig()
    call = rig.place()
    invite = rig.request()
    rig.answer_with(invite, 180, fields=[("Contact", "<sip:early@192.0.2.7>")])
    fields = [("Contact", "<sip:bob@192.0.2.9:5080>"), ("Record-Route", "<sip:192.0.2.50;lr>")]
    rig.answer_with(invite, 200, fields=fields, body=ANSWER)
    rig.hang_up(call)
    assert [out.peer.host for out in rig.outgoing] == ["192.0.2.50"] * 2
    for message in rig.take():
        assert isinstance(message, Request)
        assert (message.uri, message.headers["Route"]) == ("sip:bob@192.0.2.9:5080", "<sip:192.0.2.50;lr>")


def test_a_proxy_gets_the_call_and_a_route() -> None:
    rig = Rig()
    rig.place("sip:bob@sip.test", proxy="sip:192.0.2.9;lr")
    assert [out.peer.host for out in rig.outgoing] == ["192.0.2.9"]
    invite = rig.request()
    assert (invite.uri, invite.headers["Route"]) == ("sip:bob@sip.test", "<sip:192.0.2.9;lr>")


def test_a_refusal_ends_the_call_with_its_cause() -> None:
    rig = Rig()
    rig.place()
    invite = rig.request()
    fields = [("Reason", 'Q.850;cause=17;text="User busy"'), ("Retry-After", "120 (in a meeting);duration=5")]
    rig.answer_with(invite, 486, fields=fields)
    assert rig.request().method == "ACK"
    assert rig.events() == [Ended(EndCause("remote", 486, "User busy", 17, 120.0))]


def test_silence_ends_the_call() -> None:
    rig = Rig()
    rig.place()
    rig.advance(40)
    assert len(rig.take()) == 7
    assert rig.events() == [Ended(EndCause("timeout", 408, "192.0.2.2 does not answer"))]


def test_an_unknown_host_and_a_closed_port_end_the_call() -> None:
    rig = Rig()
    rig.peers["nowhere.example"] = ()
    rig.place("sip:bob@nowhere.example")
    assert rig.events() == [Ended(EndCause("transport", None, "No address was found for nowhere.example"))]
    rig.place()
    rig.agent.transport_failed(PEER, 0.0)
    assert rig.events() == [Ended(EndCause("transport", None, "192.0.2.2 can't be reached"))]


def test_the_next_address_is_tried_after_failure_silence_and_503() -> None:
    rig = Rig()
    hosts = [Peer("udp", f"192.0.2.{n}", 5060) for n in (11, 12, 13, 14)]
    rig.peers["many.example"] = tuple(hosts)
    rig.place("sip:bob@many.example")
    first = rig.request()
    rig.agent.transport_failed(hosts[0], 0.0)
    assert rig.take_peers() == hosts[1:2]
    rig.advance(32)
    assert rig.outgoing[-1].peer == hosts[2]
    third = rig.take()[-1]
    assert isinstance(third, Request)
    assert third.via.parameters["branch"] != first.via.parameters["branch"]
    assert third.cseq == first.cseq
    rig.answer_with(third, 503)
    _, fourth = rig.take()
    assert isinstance(fourth, Request)
    rig.answer_with(fourth, 503)
    assert rig.events() == [Ended(EndCause("remote", 503, "Service Unavailable"))]


def test_a_long_invite_prefers_tcp_and_falls_back_to_udp() -> None:
    rig = Rig()
    long = OFFER + b"a=x:" + b"y" * 1300 + b"\r\n"
    rig.place(offer=long)
    tcp = Peer("tcp", "192.0.2.2", 5060)
    (out,) = rig.outgoing
    assert out.peer == tcp
    assert b"SIP/2.0/TCP" in out.data
    assert b";transport=tcp>" in out.data
    rig.take()
    rig.agent.transport_failed(tcp, 0.0)
    assert rig.take_peers() == [PEER]


@pytest.mark.parametrize("uri", ["sip:bob@192.0.2.2;transport=udp", "sip:bob@192.0.2.2"])
def test_a_long_invite_stays_on_udp_where_that_is_fixed(uri: str) -> None:
    rig = Rig(tcp="transport" in uri)
    rig.place(uri, offer=OFFER + b"a=x:" + b"y" * 1300 + b"\r\n")
    assert rig.take_peers() == [PEER]


class TestCancel:
    def test_it_waits_for_a_provisional_response(self) -> None:
        rig = Rig()
        call = rig.place()
        invite = rig.request()
        rig.hang_up(call, "changed my mind")
        assert rig.take() == []
        assert rig.events() == [Ended(EndCause("local", None, "changed my mind"))]
        rig.answer_with(invite, 180)
        cancel = rig.request()
        assert (cancel.method, cancel.uri, cancel.cseq.sequence) == ("CANCEL", invite.uri, 1)
        assert cancel.headers["Via"] == invite.headers["Via"]
        assert cancel.to_tag == ""
        assert "changed my mind" in cancel.headers["Reason"]
        rig.answer_with(cancel, 200)
        rig.answer_with(invite, 487)
        assert rig.request().method == "ACK"
        assert rig.agent.idle
        assert rig.events() == []

    def test_a_200_that_crosses_it_is_acknowledged_and_ended(self) -> None:
        rig = Rig()
        call = rig.place()
        invite = rig.request()
        rig.answer_with(invite, 180)
        rig.hang_up(call)
        assert rig.request().method == "CANCEL"
        rig.answer_with(invite, 200, body=ANSWER)
        assert [m.method for m in rig.take() if isinstance(m, Request)] == ["ACK", "BYE"]
        assert [type(event) for event in rig.events()] == [Progress, Ended]

    def test_a_call_without_an_address_yet_is_never_sent(self) -> None:
        rig = Rig()
        rig.peers["slow.example"] = (PEER,)
        request = CallRequest(read_uri("sip:bob@slow.example"), OFFER, rig.answer, "sip:us@192.0.2.1")
        rig.hang_up(rig.agent.invite(request))
        assert rig.take() == []

    def test_a_peer_that_never_ends_the_invite_is_given_up(self) -> None:
        rig = Rig()
        call = rig.place()
        invite = rig.request()
        rig.answer_with(invite, 180)
        rig.hang_up(call)
        rig.advance(40)
        assert rig.agent.idle


class TestRedirect:
    def test_contacts_are_tried_by_preference(self) -> None:
        rig = Rig()
        rig.place()
        invite = rig.request()
        contacts = (
            '<sip:low@192.0.2.3>;q=0.2, "High, very" <sip:high@192.0.2.4;method=INVITE>;q=0.9, '
            "<tel:+1555>;q=1, <sips:tls@192.0.2.4>, <sip:bob@192.0.2.2>;q=1, <sip:bad@192.0.2.4>;q=x"
        )
        rig.answer_with(invite, 302, fields=[("Contact", contacts)])
        _, second = rig.take()
        assert isinstance(second, Request)
        assert (second.uri, second.cseq.sequence) == ("sip:high@192.0.2.4", 2)
        assert (second.call_id, second.from_tag) == (invite.call_id, invite.from_tag)
        assert second.headers["To"] == "<sip:bob@192.0.2.2>"
        rig.answer_with(second, 404)
        _, third = rig.take()
        assert isinstance(third, Request)
        assert third.uri == "sip:low@192.0.2.3"
        rig.answer_with(third, 200, body=ANSWER)
        assert rig.events() == [Answered(ANSWER)]

    def test_one_that_may_not_be_followed_is_left_out(self) -> None:
        rig = Rig()
        rig.place(may_follow=lambda uri: uri.host == "192.0.2.4")
        contacts = "<sip:+1900@203.0.113.66>, <sip:carol@192.0.2.4>;q=0.1"
        rig.answer_with(rig.request(), 302, fields=[("Contact", contacts)])
        _, second = rig.take()
        assert isinstance(second, Request)
        assert second.uri == "sip:carol@192.0.2.4"
        rig.answer_with(second, 302, fields=[("Contact", "<sip:+1900@203.0.113.66>")])
        assert rig.events() == [Ended(EndCause("remote", 302, "Moved Temporarily"))]

    def test_a_loop_ends_the_call(self) -> None:
        rig = Rig()
        rig.place()
        rig.answer_with(rig.request(), 302, fields=[("Contact", "<sip:bob@192.0.2.2>")])
        assert rig.events() == [Ended(EndCause("remote", 302, "Moved Temporarily"))]

    def test_an_endless_chain_ends_the_call(self) -> None:
        rig = Rig()
        rig.place()
        invites = 0
        for n in range(20):
            for message in rig.take():
                if isinstance(message, Request) and message.method == "INVITE":
                    invites += 1
                    rig.answer_with(message, 302, fields=[("Contact", f"<sip:bob{n}@192.0.2.2>")])
        assert invites == 5
        assert isinstance(rig.events()[-1], Ended)

    def test_a_global_refusal_ends_the_search(self) -> None:
        rig = Rig()
        rig.place()
        contacts = [("Contact", "<sip:a@192.0.2.3>"), ("Contact", "<sip:b@192.0.2.3>")]
        rig.answer_with(rig.request(), 300, fields=contacts)
        second = rig.take()[-1]
        assert isinstance(second, Request)
        rig.answer_with(second, 603)
        assert rig.events() == [Ended(EndCause("remote", 603, "Decline"))]


CHALLENGE = ("WWW-Authenticate", 'Digest realm="r", nonce="n1", qop="auth,auth-int", algorithm=MD5')


class TestCredentials:
    def test_a_challenge_is_answered_and_the_ack_carries_the_credentials(self) -> None:
        rig = Rig()
        rig.place("sip:alice:s3cret@192.0.2.2")
        invite = rig.request()
        assert b"s3cret" not in bytes(invite)
        rig.answer_with(invite, 401, fields=[CHALLENGE])
        _, second = rig.take()
        assert isinstance(second, Request)
        assert second.cseq.sequence == 2
        assert 'username="alice"' in second.headers["Authorization"]
        assert "nc=00000001" in second.headers["Authorization"]
        rig.answer_with(second, 200, body=ANSWER)
        assert rig.request().headers["Authorization"] == second.headers["Authorization"]

    def test_wrong_credentials_end_the_call(self) -> None:
        rig = Rig()
        rig.place(credentials=Credentials("alice", "wrong"))
        for nonce in ("n1", "n2", "n3", "n4"):
            for message in rig.take():
                if isinstance(message, Request) and message.method == "INVITE":
                    rig.answer_with(
                        message, 401, fields=[("WWW-Authenticate", f'Digest realm="r", nonce="{nonce}"')]
                    )
        assert rig.events() == [Ended(EndCause("remote", 401, "Unauthorized"))]

    def test_stale_nonces_are_renewed_but_not_for_ever(self) -> None:
        rig = Rig()
        rig.place(credentials=Credentials("alice", "s3cret"))
        invites = 0
        for n in range(20):
            for message in rig.take():
                if isinstance(message, Request) and message.method == "INVITE":
                    invites += 1
                    value = f'Digest realm="r", nonce="n{n}", stale=TRUE'
                    rig.answer_with(message, 407, fields=[("Proxy-Authenticate", value)])
        assert invites == 6
        assert isinstance(rig.events()[-1], Ended)

    def test_without_credentials_a_challenge_ends_the_call(self) -> None:
        rig = Rig()
        rig.place()
        rig.answer_with(rig.request(), 401, fields=[CHALLENGE])
        assert isinstance(rig.events()[0], Ended)

    def test_a_bye_may_be_challenged_too(self) -> None:
        rig = Rig()
        call = rig.place(credentials=Credentials("alice", "s3cret"))
        rig.answer_with(rig.request(), 200, body=ANSWER)
        rig.take()
        rig.hang_up(call)
        rig.answer_with(rig.request(), 401, fields=[CHALLENGE])
        bye = rig.request()
        assert (bye.method, bye.cseq.sequence) == ("BYE", 3)
        assert bye.headers.get("Authorization")

    def test_whoever_a_redirection_leads_to_gets_no_proof(self) -> None:
        rig = Rig()
        rig.place(credentials=Credentials("alice", "s3cret"))
        rig.answer_with(rig.request(), 401, fields=[CHALLENGE])
        _, second = rig.take()
        assert isinstance(second, Request)
        rig.answer_with(second, 302, fields=[("Contact", "<sip:bob@192.0.2.2;maddr=203.0.113.66>")])
        _, third = rig.take()
        assert isinstance(third, Request)
        assert third.headers.getlist("Authorization") == []
        rig.answer_with(third, 401, fields=[("WWW-Authenticate", 'Digest realm="r", nonce="theirs"')])
        assert rig.request().method == "ACK"
        assert rig.events() == [Ended(EndCause("remote", 401, "Unauthorized"))]

    def test_another_address_of_the_host_that_is_called_gets_one(self) -> None:
        rig = Rig()
        gateway = Peer("udp", "192.0.2.12", 5060)
        rig.peers["many.example"] = (PEER, gateway)
        call = rig.place("sip:bob@many.example", credentials=Credentials("alice", "s3cret"))
        fields = [("Contact", "<sip:bob@192.0.2.12>"), CHALLENGE]
        rig.answer_with(rig.request(), 200, fields=fields, body=ANSWER)
        rig.take()
        rig.hang_up(call)
        rig.answer_with(rig.request(), 401, fields=[CHALLENGE])
        assert rig.request().headers.get("Authorization")

    def test_a_contact_elsewhere_gets_none(self) -> None:
        rig = Rig()
        call = rig.place(credentials=Credentials("alice", "s3cret"))
        rig.answer_with(rig.request(), 401, fields=[CHALLENGE])
        _, second = rig.take()
        assert isinstance(second, Request)
        rig.answer_with(second, 200, fields=[("Contact", "<sip:bob@203.0.113.66>")], body=ANSWER)
        rig.hang_up(call)
        ack, bye = rig.take()
        assert isinstance(bye, Request)
        rig.answer_with(bye, 401, fields=[CHALLENGE])
        assert rig.take() == []
        assert [message.headers.getlist("Authorization") for message in (ack, bye)] == [[], []]


class TestProvisional:
    def test_a_reliable_one_is_acknowledged_once_and_in_order(self) -> None:
        rig = Rig()
        rig.place()
        invite = rig.request()

        def reliable(number: int) -> list[tuple[str, str]]:
            return [("Require", "100rel"), ("RSeq", str(number))]

        rig.answer_with(invite, 183, fields=reliable(41), body=ANSWER)
        prack = rig.request()
        assert (prack.method, prack.headers["RAck"], prack.cseq.sequence) == ("PRACK", "41 1 INVITE", 2)
        assert prack.uri == "sip:bob@192.0.2.2:5060"
        rig.answer_with(prack, 200)
        rig.answer_with(invite, 183, fields=reliable(41), body=ANSWER)
        rig.answer_with(invite, 180, fields=reliable(43))
        assert rig.take() == []
        rig.answer_with(invite, 180, fields=reliable(42))
        assert rig.request().headers["RAck"] == "42 1 INVITE"
        rig.answer_with(invite, 200)
        ack = rig.request()
        assert (ack.method, ack.cseq.sequence) == ("ACK", 1)
        assert rig.events()[-1] == Answered(ANSWER)

    def test_an_update_in_an_early_dialog_is_answered(self) -> None:
        rig = Rig()
        rig.place()
        invite = rig.request()
        rig.answer_with(invite, 183, body=ANSWER)
        rig.receive(rig.peer_request(invite, "UPDATE", 1, body=ANSWER))
        assert rig.response().body == OFFER
        assert rig.offers == [ANSWER]

    def test_an_update_in_an_early_dialog_stays_agreed_after_the_answer(self) -> None:
        rig = Rig()
        rig.place()
        invite = rig.request()
        rig.answer_with(invite, 183, body=ANSWER)
        newer, ours = ANSWER.replace(b"1 1", b"1 2"), OFFER.replace(b"1 1", b"1 2")
        rig.answer = lambda offer: ours
        rig.receive(rig.peer_request(invite, "UPDATE", 1, body=newer))
        rig.take()
        rig.events()
        rig.answer_with(invite, 200, fields=[("Session-Expires", "90;refresher=uac")], body=ANSWER)
        assert rig.events() == [Answered(newer)]
        rig.take()
        rig.advance(45)
        assert rig.request().body == ours

    def test_nothing_follows_from_one_after_the_answer(self) -> None:
        rig = Rig()
        _, invite = rig.establish()
        rig.answer_with(invite, 183, body=ANSWER)
        assert rig.events() == []


def test_an_answer_without_a_description_ends_the_call() -> None:
    rig = Rig()
    rig.place()
    rig.answer_with(rig.request(), 200)
    assert [m.method for m in rig.take() if isinstance(m, Request)] == ["ACK", "BYE"]
    (ended,) = rig.events()
    assert isinstance(ended, Ended)
    assert ended.cause.by == "local"


def test_a_422_is_followed_by_a_longer_interval() -> None:
    rig = Rig()
    rig.place()
    rig.answer_with(rig.request(), 422, fields=[("Min-SE", "1800")])
    _, second = rig.take()
    assert isinstance(second, Request)
    assert (second.headers["Session-Expires"], second.headers["Min-SE"]) == ("1800", "1800")
    assert second.cseq.sequence == 2
    for _ in range(3):
        rig.answer_with(second, 422, fields=[("Min-SE", "3600")])
        messages = [m for m in rig.take() if isinstance(m, Request) and m.method == "INVITE"]
        if not messages:
            break
        (second,) = messages
    assert isinstance(rig.events()[-1], Ended)


def test_contact_is_optional_in_what_a_careless_peer_sends() -> None:
    rig = Rig()
    rig.place()
    invite = rig.request()
    rig.receive(reply(invite, 200, to_tag="bob", fields=[("Contact", "*"), *SDP], body=ANSWER))
    assert rig.request().uri == "sip:bob@192.0.2.2"
    assert rig.events() == [Answered(ANSWER)]


def test_responses_of_a_flood_of_forks_are_not_followed() -> None:
    rig = Rig()
    rig.place()
    invite = rig.request()
    for n in range(100):
        rig.answer_with(invite, 180, tag=f"t{n}")
    rig.answer_with(invite, 200, tag="t1", body=ANSWER)
    assert isinstance(rig.events()[-1], Answered)
    assert not any(isinstance(m, Response) for m in rig.take())


def test_an_answer_after_a_flood_of_forks_is_taken() -> None:
    rig = Rig()
    call = rig.place()
    invite = rig.request()
    for n in range(16):
        rig.answer_with(invite, 180, tag=f"fork{n}")
    rig.events()
    for n in range(16, 40):
        rig.answer_with(invite, 200, tag=f"fork{n}", body=ANSWER)
    sent = [(message.method, message.to_tag) for message in rig.take() if isinstance(message, Request)]
    others = [(method, f"fork{n}") for n in range(17, 40) for method in ("ACK", "BYE")]
    assert sent == [("ACK", "fork16"), *others]
    assert rig.events() == [Answered(ANSWER)]
    rig.hang_up(call)
    assert rig.request().to_tag == "fork16"
