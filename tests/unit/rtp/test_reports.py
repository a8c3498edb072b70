from itertools import pairwise

from earwitness.rtp.reports import INTERVAL_S, Reporter
from earwitness.rtp.rtcp import (
    Bye,
    ReceiverReport,
    RtcpPacket,
    SenderReport,
    SourceDescription,
    parse_compound,
)
from earwitness.rtp.stats import Reception
from tests.unit.rtp.streams import tagged


def _report(
    reporter: Reporter,
    now: float,
    *,
    ssrc: int = 1,
    heard: Reception | None = None,
    sending: bool = True,
    bye: bool = False,
) -> list[RtcpPacket]:
    return parse_compound(
        reporter.report(
            now,
            now + 1_000_000,
            ssrc=ssrc,
            rtp_timestamp=7,
            packets=50,
            octets=8_000,
            sending=sending,
            reception=heard,
            clock_rate_hz=8_000,
            bye=bye,
        )
    )


def test_reports_come_every_five_seconds_or_so() -> None:
    reporter = Reporter(0.0)
    times = []
    for tick in range(10_000):
        now = tick * 0.1
        if reporter.is_due(now):
            _report(reporter, now)
            times.append(now)
    assert times[0] <= INTERVAL_S * 0.75 + 0.1
    gaps = [after - before for before, after in pairwise(times)]
    assert min(gaps) >= INTERVAL_S * 0.5 - 1e-6
    assert max(gaps) <= INTERVAL_S * 1.5 + 0.1
    assert len(set(gaps)) > 10


def test_a_sender_reports_as_one_and_a_listener_as_one() -> None:
    sending, listening = _report(Reporter(0.0), 1.0), _report(Reporter(0.0), 1.0, sending=False)
    assert isinstance(sending[0], SenderReport)
    assert (sending[0].packet_count, sending[0].octet_count, sending[0].rtp_timestamp) == (50, 8_000, 7)
    assert isinstance(listening[0], ReceiverReport)
    for compound in (sending, listening):
        assert isinstance(compound[1], SourceDescription)
        assert len(compound) == 2


def test_goodbye_ends_the_last_report() -> None:
    assert _report(Reporter(0.0), 1.0, bye=True)[-1] == Bye((1,))


def test_two_peers_measure_the_way_between_them() -> None:
    ours, theirs = Reporter(0.0), Reporter(0.0)
    heard = Reception(1)
    heard.note(tagged(0), 0.0, 8_000)
    heard.note(tagged(3), 0.06, 8_000)
    # 40 ms there, 2 s at the peer, 60 ms back.
    theirs.receive(_report(ours, 10.0), 10.04, 1_000_010.04, ssrc=2)
    back = _report(theirs, 12.04, ssrc=2, heard=heard)
    ours.receive(back, 12.1, 1_000_012.1, ssrc=1)
    assert ours.round_trip_s is not None
    assert abs(ours.round_trip_s - 0.1) < 0.001
    assert ours.remote_fraction_lost == 0.5


def test_a_senseless_delay_is_no_round_trip() -> None:
    ours = Reporter(0.0)
    heard = Reception(1)
    heard.note(tagged(0), 0.0, 8_000)
    theirs = Reporter(0.0)
    theirs.receive(_report(ours, 10.0), 10.0, 0.0, ssrc=2)
    ours.receive(_report(theirs, 5_000.0, ssrc=2, heard=heard), 11.0, 1_000_011.0, ssrc=1)
    assert ours.round_trip_s is None


def test_gives_the_peers_goodbye() -> None:
    packets: list[RtcpPacket] = [ReceiverReport(2), Bye((2,), "hangup")]
    assert Reporter(0.0).receive(packets, 0.0, 0.0, ssrc=1) == Bye((2,), "hangup")
