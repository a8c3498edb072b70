"""Client transactions on virtual time, state by state (RFC 3261 figures 5 and 6, RFC 6026)."""

import pytest

from earwitness.sip.client_transaction import ClientState, ClientTransaction
from earwitness.sip.message import Request, Response, make_headers, reply
from earwitness.sip.peer import Peer
from earwitness.sip.timers import Timers, TimerValues
from earwitness.sip.transaction import Failure
from earwitness.sip.transactions import TransactionLayer

UDP = Peer("udp", "192.0.2.2", 5060)
TCP = Peer("tcp", "192.0.2.2", 5060)


class User:
    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.failures: list[Failure] = []

    def received(self, response: Response, now: float) -> None:
        self.statuses.append(response.status)

    def failed(self, failure: Failure, now: float) -> None:
        self.failures.append(failure)


class Bench:
    """A transaction and the times at which it sent what."""

    def __init__(self, method: str, peer: Peer) -> None:
        self.layer = TransactionLayer(Timers(), TimerValues())
        self.user = User()
        self.now = 0.0
        self.sent: list[tuple[float, str]] = []
        headers = make_headers(
            [
                ("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"),
                ("Route", "<sip:192.0.2.9;lr>"),
                ("From", "<sip:a@192.0.2.1>;tag=a"),
                ("To", "<sip:b@192.0.2.2>"),
                ("Call-ID", "c"),
                ("CSeq", f"7 {method}"),
            ]
        )
        self.request = Request(method, "sip:b@192.0.2.2", headers)
        self.transaction: ClientTransaction = self.layer.request(self.request, peer, self.user, 0.0)
        self._collect()

    @property
    def state(self) -> ClientState:
        return self.transaction.state

    def respond(self, status: int) -> None:
        self.layer.receive_response(reply(self.request, status, to_tag="b"), self.now)
        self._collect()

    def advance(self, to: float) -> None:
        timers = self.layer.timers
        while (deadline := timers.next_deadline()) is not None and deadline <= to:
            self.now = deadline
            timers.fire(self.now)
            self._collect()
        self.now = to

    def break_transport(self) -> None:
        self.layer.transport_failed(self.transaction.peer, self.now)

    def _collect(self) -> None:
        for message in self.layer.messages_to_send():
            self.sent.append((self.now, message.data.split(b" ", 1)[0].decode()))


def test_timer_a_doubles_and_timer_b_gives_up() -> None:
    bench = Bench("INVITE", UDP)
    bench.advance(100)
    assert [at for at, _ in bench.sent] == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert bench.user.failures == ["timeout"]
    assert bench.state is ClientState.TERMINATED
    assert bench.layer.timers.next_deadline() is None


def test_no_timer_a_over_a_reliable_transport() -> None:
    bench = Bench("INVITE", TCP)
    bench.advance(31.9)
    assert bench.sent == [(0.0, "INVITE")]
    bench.advance(32)
    assert bench.user.failures == ["timeout"]


def test_a_provisional_response_stops_both_timers() -> None:
    bench = Bench("INVITE", UDP)
    bench.respond(180)
    assert bench.state is ClientState.PROCEEDING
    bench.advance(600)
    assert len(bench.sent) == 1
    assert bench.user.failures == []


@pytest.mark.parametrize("first", [None, 180])
def test_a_refusal_is_acknowledged_and_timer_d_absorbs_repeats(first: int | None) -> None:
    bench = Bench("INVITE", UDP)
    if first:
        bench.respond(first)
    bench.respond(486)
    bench.respond(486)
    bench.respond(180)
    assert [kind for _, kind in bench.sent] == ["INVITE", "ACK", "ACK"]
    assert bench.user.statuses == ([first, 486] if first else [486])
    bench.advance(31.9)
    assert bench.state is ClientState.COMPLETED
    bench.advance(32)
    assert bench.state is ClientState.TERMINATED


def test_timer_d_is_zero_over_a_reliable_transport() -> None:
    bench = Bench("INVITE", TCP)
    bench.respond(404)
    assert bench.state is ClientState.TERMINATED
    assert [kind for _, kind in bench.sent] == ["INVITE", "ACK"]


def test_the_ack_of_a_refusal_belongs_to_the_transaction() -> None:
    layer = TransactionLayer(Timers(), TimerValues())
    bench = Bench("INVITE", UDP)
    layer.request(bench.request, UDP, User(), 0.0)
    layer.messages_to_send()
    layer.receive_response(reply(bench.request, 603, to_tag="b"), 0.1)
    (message,) = layer.messages_to_send()
    assert message.data.decode().split("\r\n")[:8] == [
        "ACK sip:b@192.0.2.2 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
        "Max-Forwards: 70",
        "Route: <sip:192.0.2.9;lr>",
        "From: <sip:a@192.0.2.1>;tag=a",
        "To: <sip:b@192.0.2.2>;tag=b",
        "Call-ID: c",
        "CSeq: 7 ACK",
    ]


@pytest.mark.parametrize("peer", [UDP, TCP])
def test_accepted_passes_every_2xx_until_timer_m(peer: Peer) -> None:
    bench = Bench("INVITE", peer)
    bench.respond(200)
    assert bench.state is ClientState.ACCEPTED
    bench.respond(200)
    bench.respond(486)
    assert bench.user.statuses == [200, 200]
    bench.advance(32)
    assert bench.state is ClientState.TERMINATED
    assert bench.user.failures == []


def test_a_broken_transport_fails_an_invite_only_while_calling() -> None:
    calling, proceeding, completed = (Bench("INVITE", UDP) for _ in range(3))
    proceeding.respond(180)
    completed.respond(500)
    for bench in (calling, proceeding, completed):
        bench.break_transport()
    assert calling.user.failures == ["transport"]
    assert proceeding.state is ClientState.PROCEEDING
    assert completed.state is ClientState.TERMINATED
    assert completed.user.failures == []


def test_timer_e_doubles_up_to_t2_and_timer_f_gives_up() -> None:
    bench = Bench("BYE", UDP)
    bench.advance(100)
    assert [at for at, _ in bench.sent] == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert bench.user.failures == ["timeout"]


def test_a_provisional_response_slows_timer_e_to_t2() -> None:
    bench = Bench("BYE", UDP)
    bench.respond(100)
    assert bench.state is ClientState.PROCEEDING
    bench.advance(9)
    assert [at for at, _ in bench.sent] == [0, 0.5, 4.5, 8.5]
    bench.advance(32)
    assert bench.user.failures == ["timeout"]


def test_timer_k_absorbs_repeats() -> None:
    bench = Bench("BYE", UDP)
    bench.respond(200)
    bench.respond(200)
    assert bench.user.statuses == [200]
    bench.advance(4.9)
    assert bench.state is ClientState.COMPLETED
    bench.advance(5)
    assert bench.state is ClientState.TERMINATED


def test_timer_k_is_zero_over_a_reliable_transport() -> None:
    bench = Bench("BYE", TCP)
    bench.advance(30)
    bench.respond(200)
    assert bench.state is ClientState.TERMINATED
    assert len(bench.sent) == 1


@pytest.mark.parametrize("first", [None, 100])
def test_a_broken_transport_fails_a_non_invite(first: int | None) -> None:
    bench = Bench("BYE", UDP)
    if first:
        bench.respond(first)
    bench.break_transport()
    assert bench.user.failures == ["transport"]


def test_a_response_without_a_transaction_is_dropped() -> None:
    bench = Bench("INVITE", UDP)
    stray = reply(bench.request, 200)
    stray.headers.set("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother")
    bench.layer.receive_response(stray, 0.0)
    assert bench.user.statuses == []
