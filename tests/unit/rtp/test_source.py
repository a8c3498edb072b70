from earwitness.rtp.source import LEARNING_S, QUALIFYING_PACKETS, SourceGuard

PEER = ("192.0.2.1", 4000)
NAT = ("198.51.100.7", 31_000)
ATTACKER = ("203.0.113.66", 6666)


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
    assert not any(guard.accepts(ATTACKER, now / 10) for now in range(200))
    assert guard.strangers == 200
    assert guard.destination == PEER


def test_an_attacker_who_is_first_loses_to_the_described_address_even_late() -> None:
    guard = SourceGuard(*PEER)
    for now in range(100):
        guard.accepts(ATTACKER, now / 10)
    assert guard.accepts(PEER, 10.0)
    assert guard.destination == PEER
    assert not guard.accepts(ATTACKER, 10.1)


def test_the_described_host_on_another_port_beats_other_hosts() -> None:
    guard = SourceGuard(*PEER)
    for _ in range(QUALIFYING_PACKETS):
        assert guard.accepts(ATTACKER, 0.0)
    assert guard.accepts((PEER[0], 4444), 0.1)
    assert not guard.accepts(ATTACKER, 0.2)


def test_a_stray_first_packet_does_not_lock_the_peer_out() -> None:
    guard = SourceGuard(*PEER)
    assert guard.accepts(ATTACKER, 0.0)
    for _ in range(QUALIFYING_PACKETS):
        assert guard.accepts(NAT, 0.1)
    assert not guard.accepts(ATTACKER, 0.2)
    assert guard.destination == NAT


def test_nothing_is_learned_after_the_first_seconds() -> None:
    guard = SourceGuard(*PEER)
    assert guard.accepts(ATTACKER, 0.0)
    assert not guard.accepts(NAT, LEARNING_S)


def test_moved_media_is_learned_anew_and_the_same_address_is_not() -> None:
    guard = SourceGuard(*PEER)
    for _ in range(QUALIFYING_PACKETS):
        guard.accepts(NAT, 0.0)
    guard.move(*PEER)
    assert guard.destination == NAT
    guard.move("192.0.2.9", 5000)
    assert guard.destination == ("192.0.2.9", 5000)
    assert guard.accepts(("192.0.2.9", 5000), 60.0)
    assert not guard.accepts(NAT, 60.0)


def test_reads_the_addresses_of_ipv6_sockets() -> None:
    guard = SourceGuard("2001:db8::1", 4000)
    assert guard.accepts(("2001:db8::1", 4000, 0, 0), 0.0)
    assert guard.accepts(("2001:db8::1", 4000, 0, 0), 0.1)
    assert not guard.accepts(("2001:db8::2", 4000, 0, 0), 0.2)
