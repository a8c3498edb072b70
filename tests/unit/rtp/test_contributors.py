from collections.abc import Mapping

import pytest

from earwitness.rtp.contributors import Contributors
from earwitness.rtp.events import ContributorsChanged, SourceNamed
from earwitness.rtp.leg import Leg
from earwitness.rtp.packet import RtpPacket
from earwitness.rtp.plan import MediaPlan
from earwitness.rtp.rtcp import ReceiverReport, SourceDescription, build_compound
from tests.support.far_end import rtp
from tests.unit.rtp.streams import CODECS

ANNA, MARK, LUCY = 101, 202, 303


def changes(
    *stretches: tuple[int, Mapping[int, int]], level_id: int | None = 1
) -> list[tuple[float, tuple[int, ...]]]:
    """What is told of so many packets with such levels, 20 ms each."""
    contributors = Contributors()
    told, number = [], 0
    for count, levels in stretches:
        for _ in range(count):
            packet = RtpPacket.parse(rtp(number, levels=levels))
            if (change := contributors.note(packet, number * 0.02, level_id)) is not None:
                told.append(change)
            number += 1
    return told


def test_without_a_mixer_nothing_is_told() -> None:
    assert changes((100, {})) == []


def test_without_levels_all_who_are_listed_are_heard() -> None:
    told = changes((10, {ANNA: 20}), (10, {ANNA: 20, MARK: 127}), (10, {}), level_id=None)
    assert told == [(0.0, (ANNA,)), (0.2, (ANNA, MARK)), (0.4, ())]


def test_with_levels_those_who_are_loud_are_heard() -> None:
    told = changes(
        (50, {ANNA: 20, MARK: 127}), (50, {ANNA: 100, MARK: 25}), (50, {ANNA: 90, MARK: 110}), (50, {})
    )
    assert [who for _, who in told if len(who) < 2] == [(ANNA,), (MARK,), ()]
    times = {who: at_s for at_s, who in told}
    assert times[MARK,] == pytest.approx(1.0, abs=0.15)


def test_two_who_are_about_as_loud_are_both_heard() -> None:
    assert changes((20, {ANNA: 20, MARK: 24, LUCY: 50})) == [(0.0, (ANNA, MARK))]


def test_one_packet_changes_nothing() -> None:
    assert changes((20, {ANNA: 20}), (1, {MARK: 20}), (20, {ANNA: 20}), (2, {}), (9, {ANNA: 20})) == [
        (0.0, (ANNA,))
    ]


def test_a_leg_tells_who_is_heard_and_named() -> None:
    leg = Leg(MediaPlan("192.0.2.9", 4000, CODECS, 0, csrc_audio_level=1), 0.0)
    for number in range(100):
        levels = {ANNA: 20, MARK: 127} if number < 50 else {ANNA: 127, MARK: 20}
        leg.receive_rtp(rtp(number, levels=levels), ("192.0.2.9", 4000), number * 0.02)
        leg.pull(number * 0.02)
    told = [event for event in leg.events() if isinstance(event, ContributorsChanged)]
    assert told[0] == ContributorsChanged(0.0, (ANNA,))
    assert told[-1].csrcs == (MARK,)
    assert told[-1].at_s == pytest.approx(1.0, abs=0.2)
    names = SourceDescription(((ANNA, "anna@host"),), ((ANNA, "Anna"), (MARK, "Mark")))
    for _ in range(2):
        compound = build_compound([ReceiverReport(1), names])
        leg.receive_rtcp(compound, ("192.0.2.9", 4001), 2.0, 1e9)
    assert [event for event in leg.events() if isinstance(event, SourceNamed)] == [
        SourceNamed(ANNA, "anna@host", "Anna"),
        SourceNamed(MARK, "", "Mark"),
    ]
