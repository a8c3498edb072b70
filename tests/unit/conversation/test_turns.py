import math
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.member import Member
from earwitness.conversation.speaker_event import SpeakerEvent, SpeakerEventKind
from earwitness.conversation.turns import DOUBTFUL, Turn, turns_of

ANNA, MARK, LUCY = Member("a", "Anna"), Member("m", "Mark"), Member("l", "Lucy")


def events(*told: tuple[SpeakerEventKind, float, Member | None]) -> list[SpeakerEvent]:
    return [SpeakerEvent(kind, at_s, member) for kind, at_s, member in told]


def test_a_start_and_a_stop_are_a_turn() -> None:
    told = events(("stopped_speaking", 5.0, ANNA), ("joined", 0.0, ANNA), ("started_speaking", 1.0, ANNA))
    assert turns_of(told) == [Turn(ANNA, 1.0, 5.0)]


def test_who_started_and_has_not_stopped_still_speaks() -> None:
    assert turns_of(events(("started_speaking", 1.0, ANNA))) == [Turn(ANNA, 1.0, math.inf)]


def test_a_lost_stop_is_where_somebody_else_started() -> None:
    told = events(
        ("started_speaking", 1.0, ANNA),
        ("started_speaking", 4.0, MARK),
        ("stopped_speaking", 8.0, MARK),
        ("started_speaking", 9.0, ANNA),
        ("stopped_speaking", 12.0, ANNA),
    )
    assert turns_of(told) == [Turn(ANNA, 1.0, 4.0), Turn(MARK, 4.0, 8.0), Turn(ANNA, 9.0, 12.0)]


def test_a_stop_that_may_still_come_leaves_doubt() -> None:
    told = events(
        ("started_speaking", 1.0, ANNA), ("started_speaking", 4.0, MARK), ("stopped_speaking", 5.0, MARK)
    )
    assert Turn(ANNA, 4.0, math.inf, DOUBTFUL) in turns_of(told)


def test_without_any_stop_only_one_speaks_at_a_time() -> None:
    told = events(
        ("started_speaking", 1.0, ANNA), ("started_speaking", 4.0, MARK), ("started_speaking", 9.0, ANNA)
    )
    assert turns_of(told) == [Turn(ANNA, 1.0, 4.0), Turn(MARK, 4.0, 9.0), Turn(ANNA, 9.0, math.inf)]


def test_a_lost_start_is_where_somebody_else_changed() -> None:
    told = events(
        ("started_speaking", 1.0, ANNA), ("stopped_speaking", 4.0, ANNA), ("stopped_speaking", 9.0, MARK)
    )
    assert [(turn.member, turn.start_s, turn.end_s) for turn in turns_of(told)] == [
        (ANNA, 1.0, 4.0),
        (MARK, 4.0, 9.0),
    ]
    assert turns_of(told)[1].weight < 1


def test_leaving_and_stopped_end_turns() -> None:
    told = events(
        ("started_speaking", 1.0, ANNA),
        ("started_speaking", 2.0, MARK),
        ("left", 3.0, ANNA),
        ("stopped_speaking", 3.5, LUCY),
        ("stopped", 6.0, None),
    )
    assert {(turn.member.id, turn.end_s) for turn in turns_of(told) if turn.weight == 1} == {
        ("a", 3.0),
        ("m", 6.0),
    }


kinds = st.sampled_from(["started_speaking", "stopped_speaking", "joined", "left", "stopped"])
times = st.integers(0, 400).map(lambda tenths: tenths / 10)
marks = st.lists(
    st.builds(SpeakerEvent, kinds, times, st.sampled_from([ANNA, MARK, LUCY])),
    max_size=20,
    unique_by=lambda event: event.at_s,
)


@given(marks, st.randoms(use_true_random=False))
def test_the_order_in_which_events_come_does_not_matter(told: list[SpeakerEvent], chance: Random) -> None:
    shuffled = list(told)
    chance.shuffle(shuffled)
    assert turns_of(shuffled) == turns_of(told)


@given(marks)
def test_turns_of_one_member_are_in_order_and_apart(told: list[SpeakerEvent]) -> None:
    for member in (ANNA, MARK, LUCY):
        own = [turn for turn in turns_of(told) if turn.member == member]
        for before, after in pairwise(own):
            assert before.end_s <= after.start_s
        assert all(turn.start_s < turn.end_s for turn in own)
