import dataclasses
import random

import numpy as np
import pytest

from earwitness.audio.codec import G722, OPUS, PCMU
from earwitness.audio.pcm import RATE_HZ, Pcm
from earwitness.rtp.events import ByeReceived, DtmfReceived, MediaEvent, PlaybackFinished, SourceChanged
from earwitness.rtp.leg import Leg
from earwitness.rtp.packet import RtpPacket
from earwitness.rtp.plan import MediaPlan
from earwitness.rtp.rtcp import Bye, build_compound
from tests.unit.rtp.streams import joined, tagged, tags, tone

US = ("192.0.2.1", 4000)
PEER = ("192.0.2.2", 5000)
TO_PEER = MediaPlan(*PEER, {0: PCMU, 9: G722, 96: OPUS}, 0, (101, 8_000))
TO_US = dataclasses.replace(TO_PEER, remote_host=US[0], remote_port=US[1])


class Link:
    """Two legs and the network between them, in steps of 20 ms."""

    def __init__(self, seed: int = 0, loss: float = 0.0, send_payload_type: int = 0) -> None:
        self.us = Leg(dataclasses.replace(TO_PEER, send_payload_type=send_payload_type), 0.0)
        self.peer = Leg(dataclasses.replace(TO_US, send_payload_type=send_payload_type), 0.0)
        self.heard: list[Pcm] = []
        self.events: list[MediaEvent] = []
        self.peer_events: list[MediaEvent] = []
        self._chance = random.Random(seed)
        self._loss = loss
        self._step = 0

    @property
    def now(self) -> float:
        return self._step * 0.02

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 50)):
            self._step += 1
            for source, address, target in ((self.us, US, self.peer), (self.peer, PEER, self.us)):
                for packet in source.packets(0.02):
                    if self._chance.random() >= self._loss:
                        target.receive_rtp(packet, address, self.now)
                report = source.report(self.now, self.now)
                if report is not None:
                    target.receive_rtcp(report, address, self.now, self.now)
            if self._step % 3 == 0:
                self.heard += self.us.pull(self.now)
                self.peer.pull(self.now)
            self.events += self.us.events()
            self.peer_events += self.peer.events()


def test_a_recording_crosses_a_clean_link() -> None:
    link = Link()
    sound = tone(1.0)
    link.peer.sender.play(sound)
    link.run(1.2)
    assert PlaybackFinished() in link.peer_events
    heard = joined(link.heard)
    assert np.corrcoef(sound[:-62], heard[62 : len(sound)])[0, 1] > 0.999
    assert not any(piece.concealed for piece in link.heard)


@pytest.mark.parametrize("payload_type", [0, 9, 96])
def test_a_lossy_link_keeps_time(payload_type: int) -> None:
    link = Link(seed=7, loss=0.1, send_payload_type=payload_type)
    link.peer.sender.play(tone(5.0))
    link.run(5.4)
    assert link.heard[-1].end_s == pytest.approx(5.4, abs=0.15)
    stats = link.us.stats
    assert stats.packets_lost == pytest.approx(27, abs=15)
    assert stats.concealed_s == pytest.approx(stats.packets_lost * 0.02, abs=0.05)
    loud = np.abs(joined(link.heard).astype(int)).reshape(-1, 320).mean(axis=1) > 1000
    assert loud[2:249].mean() > 0.93


def test_keys_cross_the_link() -> None:
    link = Link()
    link.run(0.2)
    link.peer.sender.dial("1,5#")
    link.run(2.0)
    keys = [event for event in link.events if isinstance(event, DtmfReceived)]
    assert [key.digit for key in keys] == ["1", "5", "#"]
    assert keys[1].at_s - keys[0].at_s == pytest.approx(0.74, abs=0.07)


def test_both_sides_measure_each_other() -> None:
    link = Link(seed=3, loss=0.2)
    link.run(20.0)
    stats = link.us.stats
    assert stats.codec == "PCMU"
    assert stats.packets_sent == 1000
    assert stats.octets_sent == 160_000
    assert stats.packets_received + stats.packets_lost == pytest.approx(1000, abs=3)
    assert stats.remote_fraction_lost == pytest.approx(0.2, abs=0.1)
    assert stats.round_trip_s == pytest.approx(0.0, abs=0.001)
    assert stats.media_s == pytest.approx(20.0, abs=0.1)


def test_hold_keeps_time_and_sends_nothing() -> None:
    link = Link()
    link.run(1.0)
    link.us.update(dataclasses.replace(TO_PEER, send=False, receive=False), link.now)
    link.peer.update(dataclasses.replace(TO_US, send=False, receive=False), link.now)
    sent = link.us.stats.packets_sent
    link.run(2.0)
    assert link.us.stats.packets_sent == sent
    link.us.update(TO_PEER, link.now)
    link.peer.update(TO_US, link.now)
    link.peer.sender.play(tone(0.5))
    link.run(1.0)
    heard = joined(link.heard)
    begin = int(np.flatnonzero(np.abs(heard) > 1000)[0])
    assert begin / RATE_HZ == pytest.approx(3.0, abs=0.03)
    assert not any(piece.concealed for piece in link.heard)


def test_after_a_hold_a_peer_behind_a_nat_may_come_from_another_port() -> None:
    leg = Leg(TO_PEER, 0.0)
    for number in range(50):
        leg.receive_rtp(bytes(tagged(number)), ("198.51.100.7", 31_000), number * 0.02)
    leg.update(dataclasses.replace(TO_PEER, send=False, receive=False), 1.0)
    leg.update(TO_PEER, 60.0)
    for number in range(50):
        leg.receive_rtp(bytes(tagged(number)), ("198.51.100.7", 31_001), 60.0 + number * 0.02)
    leg.pull(61.0)
    assert leg.last_packet_at == 60.98
    assert leg.destination == ("198.51.100.7", 31_001)


def test_hold_by_address_sends_nothing_nowhere() -> None:
    leg = Leg(TO_PEER, 0.0)
    leg.update(dataclasses.replace(TO_PEER, remote_host="0.0.0.0"), 1.0)
    assert leg.packets(1.0) == []
    assert leg.report(100.0, 0.0) is None
    assert leg.report(100.0, 0.0, bye=True) is None


def test_a_flood_of_strangers_is_not_heard() -> None:
    leg = Leg(TO_PEER, 0.0)
    for number in range(50):
        leg.receive_rtp(bytes(tagged(number)), PEER, number * 0.02)
        for port in range(5):
            leg.receive_rtp(bytes(tagged(99, ssrc=9)), ("203.0.113.5", port + 1000), number * 0.02)
    assert tags(joined(leg.pull(1.0))) == list(range(50))
    assert leg.stats.packets_from_strangers == 250
    assert leg.destination == PEER
    leg.receive_rtcp(b"", ("203.0.113.5", 1001), 1.0, 1.0)
    assert leg.stats.packets_from_strangers == 251


def test_a_peer_behind_a_nat_is_answered_where_it_is() -> None:
    leg = Leg(TO_PEER, 0.0)
    assert leg.destination == PEER
    assert leg.rtcp_destination == (PEER[0], PEER[1] + 1)
    for number in range(5):
        leg.receive_rtp(bytes(tagged(number)), ("198.51.100.7", 31_000), number * 0.02)
    leg.pull(0.1)
    assert leg.destination == ("198.51.100.7", 31_000)
    assert leg.rtcp_destination == ("198.51.100.7", 31_001)
    assert SourceChanged("198.51.100.7", 31_000) in leg.events()
    leg.receive_rtcp(leg.report(1.0, 1.0, bye=True) or b"", ("198.51.100.7", 31_001), 1.0, 1.0)
    assert ByeReceived("") in leg.events()


def test_reports_go_where_the_description_says() -> None:
    apart = Leg(dataclasses.replace(TO_PEER, remote_rtcp_port=7000), 0.0)
    assert (apart.rtcp_destination, apart.rtcp_is_multiplexed) == ((PEER[0], 7000), False)
    together = Leg(dataclasses.replace(TO_PEER, remote_rtcp_port=PEER[1]), 0.0)
    assert (together.rtcp_destination, together.rtcp_is_multiplexed) == (PEER, True)
    last = Leg(dataclasses.replace(TO_PEER, remote_port=65_535), 0.0)
    assert last.rtcp_destination is None, "no port comes after the last"


def test_junk_is_counted() -> None:
    leg = Leg(TO_PEER, 0.0)
    leg.receive_rtp(b"junk", PEER, 0.0)
    leg.receive_rtcp(b"junk", PEER, 0.0, 0.0)
    assert leg.stats.packets_malformed == 2
    assert leg.last_packet_at is None


def test_reports_are_a_sign_of_life() -> None:
    leg, peer = Leg(TO_PEER, 0.0), Leg(TO_US, 0.0)
    rtcp = (PEER[0], PEER[1] + 1)
    leg.receive_rtcp(peer.report(5.0, 5.0) or b"", rtcp, 5.0, 5.0)
    assert leg.last_packet_at == 5.0
    leg.receive_rtp(bytes(tagged(0)), PEER, 6.0)
    leg.receive_rtcp(peer.report(13.0, 13.0) or b"", ("203.0.113.5", 1001), 13.0, 13.0)
    leg.receive_rtcp(leg.report(13.0, 13.0) or b"", rtcp, 13.0, 13.0)
    leg.receive_rtcp(build_compound([Bye((1,))]), rtcp, 13.0, 13.0)
    assert leg.last_packet_at == 6.0, "no stranger, nor our own report that comes back, nor a goodbye"
    leg.receive_rtcp(peer.report(21.0, 21.0) or b"", rtcp, 21.0, 21.0)
    assert leg.last_packet_at == 21.0


def test_our_own_packets_coming_back_are_not_heard() -> None:
    leg = Leg(TO_PEER, 0.0)
    for packet in leg.packets(0.02):
        leg.receive_rtp(packet, PEER, 0.0)
    assert leg.pull(1.0) == []


def test_playback_makes_up_for_a_stall_and_silence_does_not() -> None:
    leg = Leg(TO_PEER, 0.0)
    assert len(leg.packets(0.2)) == 1
    leg.sender.play(tone(5.0))
    packets = leg.packets(0.2)
    assert len(packets) == 10
    stamps = [RtpPacket.parse(packet).timestamp for packet in packets]
    assert (stamps[-1] - stamps[0]) % 2**32 == 9 * 160
    assert len(leg.packets(2.0)) == 25


def test_packets_of_another_length_keep_their_own_pace() -> None:
    leg = Leg(dataclasses.replace(TO_PEER, ptime_ms=60), 0.0)
    assert [len(leg.packets(0.02)) for _ in range(9)] == [0, 0, 1] * 3


def test_a_plan_needs_an_address_and_a_codec() -> None:
    with pytest.raises(ValueError, match=r"sip\.example"):
        MediaPlan("sip.example", 5000, {0: PCMU}, 0)
    with pytest.raises(ValueError, match="port 70000"):
        dataclasses.replace(TO_PEER, remote_rtcp_port=70_000)
    with pytest.raises(ValueError, match="payload type 8, which names no codec"):
        Leg(dataclasses.replace(TO_PEER, send_payload_type=8), 0.0)
    Leg(dataclasses.replace(TO_PEER, send_payload_type=8, send_codec=PCMU), 0.0)
