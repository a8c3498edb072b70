"""Server transactions on virtual time, state by state (RFC 3261 figures 7 and 8, RFC 6026)."""

import pytest

from earwitness.sip.message import Request, make_headers, reply
from earwitness.sip.peer import Peer
from earwitness.sip.server_transaction import ServerState, server_key
from earwitness.sip.timers import Timers, TimerValues
from earwitness.sip.transactions import TransactionLayer

UDP = Peer("udp", "192.0.2.2", 5060)
TCP = Peer("tcp", "192.0.2.2", 40000)


def make(method: str, branch: str = "z9hG4bK1", cseq: int = 1) -> Request:
    headers = make_headers(
        [
            ("Via", f"SIP/2.0/UDP 192.0.2.2;branch={branch}"),
            ("From", "<sip:b@192.0.2.2>;tag=b"),
            ("To", "<sip:a@192.0.2.1>"),
            ("Call-ID", "c"),
            ("CSeq", f"{cseq} {method}"),
        ]
    )
    return Request(method, "sip:a@192.0.2.1", headers)


class Bench:
    def __init__(self, method: str, peer: Peer) -> None:
        self.layer = TransactionLayer(Timers(), TimerValues())
        self.now = 0.0
        self.sent: list[tuple[float, int]] = []
        self.request = make(method)
        self.transaction = self.layer.accept(self.request, peer, 0.0)

    @property
    def state(self) -> ServerState:
        return self.transaction.state

    def respond(self, status: int) -> None:
        self.transaction.respond(reply(self.request, status), self.now)
        self._collect()

    def repeat(self, method: str | None = None) -> None:
        found = self.layer.find(make(method or self.request.method))
        if found is not None:
            found.receive_again(make(method or self.request.method), self.now)
        self._collect()

    def advance(self, to: float) -> None:
        timers = self.layer.timers
        while (deadline := timers.next_deadline()) is not None and deadline <= to:
            self.now = deadline
            timers.fire(self.now)
            self._collect()
        self.now = to

    def _collect(self) -> None:
        for message in self.layer.messages_to_send():
            self.sent.append((self.now, int(message.data[8:11])))


def test_an_invite_left_alone_gets_100_after_200_ms() -> None:
    bench = Bench("INVITE", UDP)
    bench.repeat()
    bench.advance(1)
    assert bench.sent == [(0.2, 100)]
    bench.repeat()
    assert bench.sent[-1] == (1, 100)


def test_an_invite_answered_at_once_gets_no_100() -> None:
    bench = Bench("INVITE", UDP)
    bench.respond(180)
    bench.advance(1)
    bench.repeat()
    assert bench.sent == [(0, 180), (1, 180)]


def test_timer_g_repeats_a_refusal_and_timer_h_gives_up() -> None:
    bench = Bench("INVITE", UDP)
    bench.respond(486)
    assert bench.state is ServerState.COMPLETED
    bench.advance(100)
    assert [at for at, _ in bench.sent] == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert bench.state is ServerState.TERMINATED
    assert bench.layer.find(bench.request) is None


def test_the_ack_confirms_and_timer_i_absorbs_more() -> None:
    bench = Bench("INVITE", UDP)
    bench.respond(486)
    bench.repeat()
    assert [status for _, status in bench.sent] == [486, 486]
    bench.repeat("ACK")
    assert bench.state is ServerState.CONFIRMED
    bench.repeat("ACK")
    bench.repeat()
    bench.advance(4.9)
    assert len(bench.sent) == 2
    assert bench.layer.find(bench.request) is not None
    bench.advance(5)
    assert bench.layer.find(bench.request) is None


def test_over_a_reliable_transport_nothing_is_repeated_and_timer_i_is_zero() -> None:
    bench = Bench("INVITE", TCP)
    bench.respond(404)
    bench.advance(10)
    assert len(bench.sent) == 1
    bench.repeat("ACK")
    assert bench.state is ServerState.TERMINATED


@pytest.mark.parametrize("peer", [UDP, TCP])
def test_accepted_absorbs_repeats_until_timer_l(peer: Peer) -> None:
    bench = Bench("INVITE", peer)
    bench.respond(200)
    bench.repeat()
    bench.respond(486)
    assert bench.sent == [(0, 200)]
    assert bench.state is ServerState.ACCEPTED
    bench.advance(32)
    assert bench.state is ServerState.TERMINATED


def test_a_non_invite_repeats_its_last_response_until_timer_j() -> None:
    bench = Bench("OPTIONS", UDP)
    bench.repeat()
    assert bench.sent == []
    bench.respond(100)
    bench.repeat()
    assert bench.state is ServerState.PROCEEDING
    bench.respond(200)
    bench.respond(500)
    bench.repeat()
    assert [status for _, status in bench.sent] == [100, 100, 200, 200]
    bench.advance(31.9)
    assert bench.state is ServerState.COMPLETED
    bench.advance(32)
    assert bench.layer.find(bench.request) is None


def test_timer_j_is_zero_over_a_reliable_transport() -> None:
    bench = Bench("OPTIONS", TCP)
    bench.respond(200)
    assert bench.state is ServerState.TERMINATED


def test_an_ack_has_the_key_of_its_invite_and_a_cancel_finds_it() -> None:
    assert server_key(make("ACK")) == server_key(make("INVITE"))
    assert server_key(make("BYE")) != server_key(make("INVITE"))
    bench = Bench("INVITE", UDP)
    assert bench.layer.cancelled_by(make("CANCEL")) is bench.transaction


def test_a_branch_without_the_cookie_is_not_trusted_to_be_unique() -> None:
    assert server_key(make("INVITE", branch="1")) != server_key(make("INVITE", branch="1", cseq=2))
    assert server_key(make("INVITE", branch="z9hG4bK")) != server_key(
        make("INVITE", branch="z9hG4bK", cseq=2)
    )
    assert server_key(make("INVITE")) == server_key(make("INVITE", cseq=2))


def test_a_request_that_came_by_two_paths_is_merged() -> None:
    bench = Bench("INVITE", UDP)
    assert bench.layer.is_merged(make("INVITE", branch="z9hG4bK2"))
    bench.transaction.terminate()
    assert not bench.layer.is_merged(make("INVITE", branch="z9hG4bK2"))
