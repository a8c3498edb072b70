import pytest

from earwitness.rtp.source import EARLY_S, LEARNING_S, QUALIFYING_PACKETS, SILENT_S, Address, SourceGuard

PEER = ("192.0.2.1", 4000)
OTHER_PORT = (PEER[0], 4444)
NAT = ("198.51.100.7", 31_000)
MAPPED_ANEW = (NAT[0], 41_111)
ATTACKER = ("203.0.113.66", 6666)


def heard(guard: SourceGuard, source: Address, seconds: float, start: float = 0.0) -> int:
    """How many of the packets that a source sends each 20 ms are heard."""
    return sum(guard.accepts(source, start + number * 0.02) for number in range(round(seconds * 50)))


def test_the_described_address_is_heard_and_answered() -> None:
    guard = SourceGuard(*PEER)
    assert guard.accepts(PEER, 0.0)
    assert guard.destination == PEER


def test_a_peer_behind_a_nat_is_heard_at_once_and_answered_when_it_is_sure() -> None:
    guard = SourceGuard(*PEER)
    for _ in range(QUALIFYING_PACKETS):
        assert guard.destination == PEER
        assert guard.accepts(NAT, 0.0)
    assert guard.destination == NAT


def test_strangers_are_turned_away_and_counted() -> None:
    guard = SourceGuard(*PEER)
    guard.accepts(PEER, 0.0)
    heard(guard, PEER, 20.0)
    assert not any(guard.accepts(ATTACKER, now / 10) for now in range(200))
    assert guard.strangers == 200
    assert guard.destination == PEER


def test_an_attacker_who_is_first_loses_to_the_described_address_even_late() -> None:
    guard = SourceGuard(*PEER)
    heard(guard, ATTACKER, 10.0)
    assert heard(guard, PEER, 1.0, 10.0) == 50 - QUALIFYING_PACKETS + 1
    assert guard.destination == PEER
    assert not guard.accepts(ATTACKER, 11.1)


def test_the_described_host_on_another_port_beats_other_hosts() -> None:
    guard = SourceGuard(*PEER)
    heard(guard, ATTACKER, 0.1)
    heard(guard, OTHER_PORT, 0.1, 0.1)
    assert guard.destination == OTHER_PORT
    assert not guard.accepts(ATTACKER, 0.2)


def test_a_stray_first_packet_does_not_lock_the_peer_out() -> None:
    guard = SourceGuard(*PEER)
    assert guard.accepts(ATTACKER, 0.0)
    for _ in range(QUALIFYING_PACKETS):
        assert guard.accepts(NAT, 0.1)
    assert not guard.accepts(ATTACKER, 0.2)
    assert guard.destination == NAT


@pytest.mark.parametrize("source", [NAT, OTHER_PORT])
def test_a_stray_packet_long_before_does_not_lock_the_peer_out(source: Address) -> None:
    guard = SourceGuard(*PEER)
    guard.accepts(ATTACKER, 0.0)
    assert heard(guard, source, 4.0, LEARNING_S + 1) == 200
    assert guard.destination == source


def test_stray_packets_every_few_seconds_change_nothing() -> None:
    guard = SourceGuard(*PEER)
    for now in range(0, 60, 3):
        guard.accepts(ATTACKER, float(now))
    assert guard.destination == PEER
    for number in range(500):
        assert guard.accepts(NAT, 60 + number * 0.02)
        if number % 100 == 1:
            guard.accepts(ATTACKER, 60 + number * 0.02)
    assert guard.destination == NAT


def test_of_two_sources_that_are_mixed_one_becomes_sure() -> None:
    guard = SourceGuard(*PEER)
    for number in range(10):
        guard.accepts(ATTACKER, number * 0.02)
        guard.accepts(NAT, number * 0.02 + 0.01)
    assert guard.destination in (ATTACKER, NAT)


def test_a_burst_that_comes_first_keeps_the_peer_out_for_seconds_only() -> None:
    guard = SourceGuard(*PEER)
    heard(guard, ATTACKER, 0.1)
    assert heard(guard, NAT, 20.0, 0.1) > 700
    assert guard.destination == NAT


def test_nobody_else_is_learned_once_a_source_has_lasted() -> None:
    guard = SourceGuard(*PEER)
    heard(guard, NAT, LEARNING_S + 0.1)
    assert heard(guard, ATTACKER, 60.0, LEARNING_S + 0.1) == 0
    assert heard(guard, OTHER_PORT, 60.0, 70.0) == 0
    assert guard.accepts(NAT, 200.0), "whoever was quiet for long is still the peer"


def test_a_nat_that_forgets_a_quiet_source_gives_it_another_port() -> None:
    guard = SourceGuard(*PEER)
    heard(guard, NAT, 10.0)
    assert heard(guard, MAPPED_ANEW, 1.0, 10.1) == 0, "while the old port is in use"
    assert heard(guard, MAPPED_ANEW, 1.0, 10.0 + SILENT_S) == 50 - QUALIFYING_PACKETS + 1
    assert guard.destination == MAPPED_ANEW


def test_after_a_hold_the_peer_may_come_from_elsewhere() -> None:
    guard = SourceGuard(*PEER)
    heard(guard, NAT, 10.0)
    guard.move(*PEER, 10.0)
    assert guard.destination == NAT
    assert not any(guard.accepts(ATTACKER, 20 + number * 0.02, learning=False) for number in range(50))
    guard.move(*PEER, 120.0)
    elsewhere = ("198.51.100.99", 41_111)
    assert heard(guard, elsewhere, 20.0, 120.0) == 1000 - QUALIFYING_PACKETS + 1
    assert guard.destination == elsewhere


def test_a_forged_packet_from_the_described_address_changes_nothing() -> None:
    guard = SourceGuard("192.168.1.5", 4000)
    heard(guard, NAT, 20.0)
    guard.accepts(("192.168.1.5", 4000), 20.0)
    assert heard(guard, NAT, 1.0, 20.0) == 50
    assert guard.destination == NAT


def test_moved_media_is_learned_anew() -> None:
    guard = SourceGuard(*PEER)
    heard(guard, NAT, 1.0)
    guard.move("192.0.2.9", 5000, 1.0)
    assert guard.destination == ("192.0.2.9", 5000)
    assert guard.accepts(("192.0.2.9", 5000), 60.0)
    assert not guard.accepts(NAT, 60.0)


def test_what_is_still_under_way_from_the_source_before_does_not_keep_the_next_out() -> None:
    guard = SourceGuard(*PEER)
    heard(guard, PEER, 2.0)
    guard.move("192.168.1.5", 4000, 2.0)
    assert heard(guard, PEER, 0.1, 2.0) == 5
    assert heard(guard, NAT, 10.0, 2.1) == 500
    assert guard.destination == NAT


def test_a_source_that_goes_on_after_the_media_are_described_anew_is_answered_again() -> None:
    guard = SourceGuard("192.168.1.5", 4000)
    heard(guard, NAT, 2.0)
    guard.move("192.168.1.5", 4002, 2.0)
    assert heard(guard, NAT, 2.0, 2.0) == 100
    assert guard.destination == NAT


def test_what_came_before_the_answer_is_heard_and_teaches_nothing() -> None:
    guard = SourceGuard(*PEER, since=20.0)
    assert heard(guard, ATTACKER, 1.0, 17.0) == 0
    assert heard(guard, ATTACKER, 1.0, 20.0 - EARLY_S / 2) == 50
    assert guard.destination == PEER
    assert heard(guard, NAT, 10.0, 20.0) == 500
    assert guard.destination == NAT


def test_addresses_are_the_same_however_they_are_written() -> None:
    guard = SourceGuard("2001:DB8:0:0:0:0:0:1", 4000)
    assert guard.accepts(("2001:db8::1", 4000, 0, 0), 0.0)
    assert guard.accepts(("2001:db8::1", 4000, 0, 0), 0.1)
    assert not guard.accepts(("2001:db8::2", 4000, 0, 0), 0.2)
    assert guard.is_host(("2001:db8::1", 4001, 0, 0))
    assert not guard.is_host(("2001:db8::2", 4001, 0, 0))


def test_an_address_of_the_link_is_known_by_any_scope() -> None:
    guard = SourceGuard("fe80::1", 4000)
    assert guard.accepts(("fe80::1%eth0", 4000, 0, 2), 0.0)
    assert guard.destination == ("fe80::1%eth0", 4000), "as the socket needs it"
    assert guard.is_host(("fe80::1%eth0", 4001, 0, 2))


def test_what_many_strangers_send_is_not_kept() -> None:
    guard = SourceGuard(*PEER)
    for port in range(10_000):
        guard.accepts((ATTACKER[0], port + 1024), 0.0)
    assert len(guard._candidates) <= 64
    assert heard(guard, NAT, 1.0) == 50
